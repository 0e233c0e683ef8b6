package io.etcdregistry.cli;

import io.etcdregistry.Instance;
import io.etcdregistry.JoinOptions;
import io.etcdregistry.Registration;
import io.etcdregistry.Registry;
import io.etcdregistry.cli.CommandRun.Outcome;
import io.etcdregistry.cli.StopSignals.Stop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Runs a command joined, once or again and again. */
final class Supervisor {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  /** A run that lasted so long was no failure to start: the pauses begin anew. */
  private static final Duration LONG_RUN = Duration.ofMinutes(1);

  private final Console console;
  private final Registry registry;
  private final StopSignals signals;
  private final Plan plan;
  private Duration pause = FIRST_PAUSE;
  private boolean begun;

  /**
   * A program to run.
   *
   * @param command its name and its arguments
   * @param environment changes the environment that it would inherit
   */
  record Program(List<String> command, Consumer<Map<String, String>> environment) {
    String name() {
      return command.get(0);
    }
  }

  /**
   * What to run and how.
   *
   * @param record what to join, asked for each run: a port that nobody named may change
   * @param options how to join
   * @param life from when to when
   * @param loss what ends it; empty for nothing
   */
  record Plan(
      Program program,
      Supplier<Instance.Builder> record,
      JoinOptions options,
      LifeOptions life,
      Optional<Loss> loss) {}

  Supervisor(Console console, Registry registry, StopSignals signals, Plan plan) {
    this.console = console;
    this.registry = registry;
    this.signals = signals;
    this.plan = plan;
  }

  /** Returns the exit code to end with. */
  int run() {
    while (true) {
      long start = System.nanoTime();
      Outcome outcome = runOnceOrGoOn();
      if (outcome.stopped() || !plan.life().restart) {
        return outcome.code();
      }
      if (System.nanoTime() - start > LONG_RUN.toNanos()) {
        pause = FIRST_PAUSE;
      }
      say(
          plan.program().name()
              + " ended with "
              + outcome.code()
              + "; starting it again in "
              + DurationConverter.format(pause));
      Optional<Stop> stop = rest();
      if (stop.isPresent()) {
        return stop.get().exitCode().code();
      }
    }
  }

  /** What fails in a later run may be mended before the next. */
  private Outcome runOnceOrGoOn() {
    try {
      return runOnce();
    } catch (CommandException e) {
      if (!plan.life().restart || !begun || e.exitCode() == ExitCode.LOST) {
        throw e;
      }
      say(String.valueOf(e.getMessage()));
      return new Outcome(e.exitCode().code(), false);
    }
  }

  private Outcome runOnce() {
    Gate gate = Gate.of(plan.life().check().orElse(LifeOptions.TCP));
    Registration registration =
        registry.announce(plan.record().get(), plan.options().readyWhen(gate));
    CommandRun run = new CommandRun(this::say, signals, plan, gate, registration);
    if (!plan.life().withMe) {
      return run.run(start(registration));
    }
    try (DeathWatch watch = new DeathWatch(plan.life().slack)) {
      Child child = start(registration);
      watch.watch(child.pid());
      return run.run(child);
    }
  }

  private Child start(Registration registration) {
    try {
      Child child =
          Child.start(
              plan.program().command(),
              environment -> {
                plan.program().environment().accept(environment);
                describe(registration.instance(), environment);
              });
      begun = true;
      Logging.release();
      return child;
    } catch (CommandException e) {
      registration.leave();
      throw e;
    }
  }

  private static void describe(Instance instance, Map<String, String> environment) {
    instance.port().ifPresent(port -> environment.put("PORT", Integer.toString(port)));
    environment.put("HOST", instance.hostname());
    environment.put("ETCD_REGISTRY_SERVICE", instance.name());
    environment.put("ETCD_REGISTRY_ID", instance.id());
    environment.put("ETCD_REGISTRY_URL", instance.url());
  }

  /** Waits before the next run; a signal meanwhile ends it all. */
  private Optional<Stop> rest() {
    Optional<Stop> stop = signals.await(pause, () -> true);
    Duration doubled = pause.multipliedBy(2);
    pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    return stop;
  }

  private void say(String line) {
    console.say(Main.NAME + ": " + line);
  }

  /** What to tell when a registration is there. */
  static String joined(Registration registration) {
    Instance joined = registration.instance();
    return "joined "
        + joined.name()
        + " at "
        + (joined.key().isEmpty() ? joined.id() : joined.key())
        + " with a TTL of "
        + DurationConverter.format(registration.ttl());
  }

  /** What to tell of an instance that did not pass its check in time. */
  static String notReady(Instance instance, Gate gate, String time) {
    String seen = gate.failure().isEmpty() ? "" : " (" + gate.failure() + ")";
    return instance.name()
        + " was not ready at "
        + instance.host()
        + " within "
        + time
        + seen
        + (listensHereOnly(instance)
            ? "; it listens on 127.0.0.1 only: have it listen on all addresses or on $HOST, or join"
                + " with --hostname 127.0.0.1"
            : "; have it listen on $PORT, or allow more with --ready-timeout");
  }

  /** The usual cause: a server that no other machine could reach. */
  private static boolean listensHereOnly(Instance instance) {
    if (instance.port().isEmpty() || instance.hostname().startsWith("127.")) {
      return false;
    }
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), instance.port().getAsInt()), 500);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
