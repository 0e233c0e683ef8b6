package io.etcdregistry.cli;

import io.etcdregistry.Registration;
import io.etcdregistry.Registration.State;
import io.etcdregistry.Registration.Status;
import io.etcdregistry.cli.StopSignals.Stop;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One run of a command whose instance is joined as long as it serves.
 *
 * <pre>
 *   starting ── check passes ──► joined ── SIGTERM ──► draining ── wait ──► left ── slack ──► SIGTERM to it
 *      │                           │                      │                   │
 *      └───────────────────────────┴──────────────────────┴───────────────────┴── SIGINT, SIGHUP, a second
 *                                                                               signal: leave, it gets it at once
 *   it ends, whenever that is: leave
 * </pre>
 *
 * Once it was told to end, further signals are passed on, and the third ends it for certain.
 */
final class CommandRun {
  private static final Duration GLANCE = Duration.ofMillis(200);
  private static final Duration LONG = Duration.ofHours(1);
  private static final int ENOUGH_SIGNALS = 3;

  private final Said said;
  private final StopSignals signals;
  private final Supervisor.Plan plan;
  private final Gate gate;
  private final Registration registration;

  private @Nullable Departure departure;
  private int signalled;

  /** Tells a person, on standard error, beside what the command says there. */
  @FunctionalInterface
  interface Said {
    void say(String line);
  }

  /**
   * @param code what the command ended with
   * @param stopped whether it was told to stop; else it ended by itself
   */
  record Outcome(int code, boolean stopped) {}

  /**
   * @param gate the check of the registration, still closed
   * @param registration announced: it joins once the gate lets it pass
   */
  CommandRun(
      Said said, StopSignals signals, Supervisor.Plan plan, Gate gate, Registration registration) {
    this.said = said;
    this.signals = signals;
    this.plan = plan;
    this.gate = gate;
    this.registration = registration;
  }

  /**
   * Runs it to its end, and leaves.
   *
   * @param child just started
   * @throws CommandException {@code TIMED_OUT} if it is not ready in time, {@code LOST} if the
   *     registration is lost and that is to end it
   */
  Outcome run(Child child) {
    CompletableFuture<?> unused = child.onExit().thenRun(signals::wake);
    unused = registration.whenJoined().handle((joined, failure) -> wake());
    gate.open(child::isAlive);
    try {
      Optional<Stop> stop = serve(child);
      if (stop.isPresent()) {
        end(child, stop.get());
      }
      return new Outcome(child.exitCode(), stop.isPresent());
    } catch (CommandException e) {
      endForCertain(child);
      throw e;
    } finally {
      leaveAndWait();
    }
  }

  private boolean wake() {
    signals.wake();
    return true;
  }

  /** Until a signal comes; empty when the command has ended by itself. */
  private Optional<Stop> serve(Child child) {
    long deadline = System.nanoTime() + plan.life().readyTimeout.toNanos();
    Status known = registration.status();
    boolean overdue = false;
    while (child.isAlive()) {
      Optional<Stop> stop = signals.await(GLANCE);
      if (stop.isPresent()) {
        return stop;
      }
      Status now = registration.status();
      if (now.state() != known.state()) {
        said.say(now.state() == State.JOINED ? joined(known) : now.state() + ": " + now.why());
      }
      known = now;
      requireNoLoss();
      if (!overdue && !isJoined() && System.nanoTime() - deadline > 0) {
        overdue = true;
        beOverdue();
      }
    }
    return Optional.empty();
  }

  private boolean isJoined() {
    return registration.whenJoined().isDone();
  }

  private String joined(Status before) {
    return before.state() == State.JOINING ? Supervisor.joined(registration) : "JOINED again";
  }

  private void requireNoLoss() {
    Optional<String> lost = plan.loss().flatMap(Loss::why);
    if (lost.isPresent()) {
      throw Hold.lost(lost.get());
    }
  }

  /** The time to become ready is over: the command's fault, or etcd's, whose return is awaited. */
  private void beOverdue() {
    String time = DurationConverter.format(plan.life().readyTimeout);
    if (!gate.passed()) {
      throw new CommandException(
          ExitCode.TIMED_OUT, Supervisor.notReady(registration.instance(), gate, time));
    }
    String why = "ready, but not joined within " + time + ": " + registration.status().why();
    if (plan.loss().isPresent()) {
      throw new CommandException(ExitCode.LOST, why);
    }
    said.say(why);
  }

  private void end(Child child, Stop stop) {
    Optional<Stop> second = Optional.empty();
    if (stop == Stop.GENTLY && gate.passed()) {
      second = untilJoined(child);
    }
    if (stop == Stop.GENTLY && second.isEmpty() && isJoined()) {
      endGently(child);
    } else {
      leave(Duration.ZERO);
      pass(child, second.orElse(stop));
    }
    while (child.isAlive()) {
      signals.await(LONG).ifPresent(more -> pass(child, more));
    }
  }

  /** A join that is under way may be seen by others already: they are to notice its end, too. */
  private Optional<Stop> untilJoined(Child child) {
    return signals.await(plan.life().wait, () -> child.isAlive() && !isJoined());
  }

  private void endGently(Child child) {
    Duration wait = plan.life().wait;
    if (!wait.isZero()) {
      said.say("draining for " + DurationConverter.format(wait) + ", then leaving");
    }
    Departure leaving = leave(wait);
    Optional<Stop> second = Optional.empty();
    while (second.isEmpty() && child.isAlive() && !leaving.isDone()) {
      second = signals.await(GLANCE);
    }
    if (second.isEmpty()) {
      second = signals.await(plan.life().slack, child::isAlive);
    }
    leaving.cutShort();
    pass(child, second.orElse(Stop.GENTLY));
  }

  private void pass(Child child, Stop stop) {
    signalled++;
    if (signalled >= ENOUGH_SIGNALS) {
      child.signal("KILL");
    } else if (stop != Stop.NOW || !Terminal.isForeground()) {
      // What was typed at the terminal has reached the command already.
      child.signal(stop.signal());
    }
  }

  /** Nobody else would end it: after so long, or by a signal meanwhile, without asking. */
  private void endForCertain(Child child) {
    leave(Duration.ZERO);
    child.signal("TERM");
    Optional<Stop> unused = signals.await(plan.life().slack, child::isAlive);
    child.signal("KILL");
    while (child.isAlive()) {
      unused = signals.await(GLANCE);
    }
  }

  private Departure leave(Duration wait) {
    Departure known = departure;
    if (known == null) {
      known = Departure.of(said::say, registration, wait, signals::wake);
      departure = known;
    }
    return known;
  }

  /** The command has ended: nothing is left to wait for but etcd's answer. */
  private void leaveAndWait() {
    Departure leaving = leave(Duration.ZERO);
    leaving.cutShort();
    while (!leaving.isDone() && signals.await(GLANCE).isEmpty()) {
      // the answer, or a signal that ends without it
    }
  }
}
