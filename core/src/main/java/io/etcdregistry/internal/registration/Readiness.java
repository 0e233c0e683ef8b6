package io.etcdregistry.internal.registration;

import io.etcdregistry.Instance;
import io.etcdregistry.internal.registration.ReadinessMachine.State;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.time.Alarm;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Asks a user's check again and again whether an instance serves. In the reconciler's serial
 * context, but for the check, which runs where user code may block and never beside itself.
 */
final class Readiness {
  /** A check that takes longer has failed, and goes on failing until it answers. */
  private static final Duration LIMIT = Duration.ofSeconds(5);

  /** Hears what the checks come to. */
  interface Listener {
    /** The check failed before it ever passed. */
    void waiting(String why);

    /** The instance serves. */
    void up();

    /** The instance does not serve any more. */
    void down(String why);
  }

  private final Environment env;
  private final OwnRegistration owner;
  private final Predicate<Instance> check;
  private final Listener listener;
  private final Alarm alarm;
  private State state = State.NEW;
  private boolean running;
  private boolean closed;

  Readiness(Environment env, OwnRegistration owner, Predicate<Instance> check, Listener listener) {
    this.env = env;
    this.owner = owner;
    this.check = check;
    this.listener = listener;
    this.alarm = new Alarm(env.time(), env.context(), this::ring);
  }

  void start() {
    ring();
  }

  void close() {
    closed = true;
    alarm.clear();
  }

  private void ring() {
    if (running) {
      judge(false, "its check has not answered for " + LIMIT.toSeconds() + " s");
      wait(LIMIT);
      return;
    }
    running = true;
    wait(LIMIT);
    Instance instance = owner.instance();
    env.callbacks().execute(() -> run(instance));
  }

  /** User code: whatever it throws is a failure. */
  @SuppressWarnings("CatchAndPrintStackTrace")
  private void run(Instance instance) {
    boolean passed = false;
    String why = "its check says no";
    try {
      passed = check.test(instance);
    } catch (Throwable e) {
      why = String.valueOf(e.getMessage() == null ? e : e.getMessage());
    }
    boolean result = passed;
    String cause = why;
    env.context().execute(() -> answered(result, cause));
  }

  private void answered(boolean passed, String why) {
    running = false;
    if (!closed) {
      judge(passed, why);
      wait(state.pause());
    }
  }

  private void judge(boolean passed, String why) {
    boolean before = state.ready();
    state = ReadinessMachine.next(state, passed);
    if (!state.everReady()) {
      listener.waiting(why);
    } else if (state.ready() != before) {
      if (state.ready()) {
        listener.up();
      } else {
        listener.down(why);
      }
    }
  }

  private void wait(Duration pause) {
    if (!closed) {
      alarm.set(env.time().nanoTime() + pause.toNanos());
    }
  }
}
