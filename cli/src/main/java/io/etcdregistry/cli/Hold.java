package io.etcdregistry.cli;

import io.etcdregistry.Registration;
import io.etcdregistry.Registration.Status;
import io.etcdregistry.cli.StopSignals.Stop;
import java.time.Duration;
import java.util.Optional;

/**
 * Keeps a registration until the process is told to stop, and ends it in the way asked for.
 *
 * <pre>
 *   SIGTERM          the record says draining; wait; leave; slack; end
 *   SIGINT, SIGHUP   leave; end
 *   a second signal cuts wait and slack short; while etcd is asked to delete, it ends without an answer
 * </pre>
 */
final class Hold {
  private static final Duration GLANCE = Duration.ofMillis(200);

  private final Console console;
  private final Registration registration;
  private final StopSignals signals;
  private final Optional<Loss> loss;
  private final Times times;

  /**
   * How gently to go.
   *
   * @param draining how long callers have to notice that the record says so
   * @param slack how long to live on after the record is gone
   */
  record Times(Duration draining, Duration slack) {}

  /**
   * @param loss what ends the hold by itself; empty for nothing
   */
  Hold(
      Console console,
      Registration registration,
      StopSignals signals,
      Optional<Loss> loss,
      Times times) {
    this.console = console;
    this.registration = registration;
    this.signals = signals;
    this.loss = loss;
    this.times = times;
  }

  /**
   * Returns when the process is to end, and how.
   *
   * @throws CommandException {@code LOST}
   */
  ExitCode run() {
    Stop first = untilToldToStop();
    Optional<Stop> second = leave(first == Stop.GENTLY ? times.draining() : Duration.ZERO);
    if (first == Stop.GENTLY && second.isEmpty() && !times.slack().isZero()) {
      console.say("living on for " + DurationConverter.format(times.slack()));
      second = signals.await(times.slack(), () -> true);
    }
    return second.orElse(first).exitCode();
  }

  /** Tells a person what becomes of the registration meanwhile. */
  private Stop untilToldToStop() {
    Status known = registration.status();
    while (true) {
      Optional<Stop> stop = signals.await(GLANCE);
      if (stop.isPresent()) {
        return stop.get();
      }
      Optional<String> lost = loss.flatMap(Loss::why);
      if (lost.isPresent()) {
        Optional<Stop> unused = leave(Duration.ZERO);
        throw Hold.lost(lost.get());
      }
      Status now = registration.status();
      if (now.state() != known.state()) {
        console.say(now.state() + ": " + now.why());
      }
      known = now;
    }
  }

  static CommandException lost(String why) {
    return new CommandException(ExitCode.LOST, "the registration was lost: " + why);
  }

  /**
   * Leaves, until it is done or a signal comes that it cannot be bent to.
   *
   * @return the last signal meanwhile
   */
  private Optional<Stop> leave(Duration wait) {
    if (!wait.isZero()) {
      console.say(
          "draining for "
              + DurationConverter.format(wait)
              + ", then leaving; once more leaves now");
    }
    Departure departure = Departure.of(console::say, registration, wait, signals::wake);
    Optional<Stop> last = Optional.empty();
    while (!departure.isDone()) {
      Optional<Stop> stop = signals.await(GLANCE);
      if (stop.isPresent()) {
        last = stop;
        if (!departure.cutShort()) {
          console.say("ending without etcd's answer; the record goes with its lease");
          return last;
        }
      }
    }
    return last;
  }
}
