package io.etcdregistry.cli;

import io.etcdregistry.Registration;
import io.etcdregistry.Registration.Status;
import io.etcdregistry.RegistryException;
import io.etcdregistry.cli.StopSignals.Stop;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Keeps a registration until the process is told to stop, and ends it in the way asked for.
 *
 * <pre>
 *   SIGTERM   the record says draining; wait; leave; slack; end
 *   SIGINT    leave; end
 *   a second signal cuts wait and slack short; while etcd is asked to delete, it ends without an answer
 * </pre>
 */
final class Hold {
  private static final Duration GLANCE = Duration.ofMillis(200);

  private final Console console;
  private final Registration registration;
  private final StopSignals signals;
  private final Duration wait;
  private final Duration slack;

  /**
   * @param wait how long callers have to notice that the record says draining
   * @param slack how long to live on after the record is gone
   */
  Hold(
      Console console,
      Registration registration,
      StopSignals signals,
      Duration wait,
      Duration slack) {
    this.console = console;
    this.registration = registration;
    this.signals = signals;
    this.wait = wait;
    this.slack = slack;
  }

  /** Returns when the process is to end, and how. */
  ExitCode run() {
    Stop first = untilToldToStop();
    Optional<Stop> second = first == Stop.GENTLY ? drain() : leave();
    if (first == Stop.GENTLY && second.isEmpty() && !slack.isZero()) {
      console.say("living on for " + DurationConverter.format(slack));
      second = signals.await(slack);
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
      Status now = registration.status();
      if (now.state() != known.state()) {
        console.say(now.state() + ": " + now.why());
      }
      known = now;
    }
  }

  private Optional<Stop> drain() {
    if (wait.isZero()) {
      return leave();
    }
    console.say(
        "draining for " + DurationConverter.format(wait) + ", then leaving; once more leaves now");
    return work(() -> registration.drain(wait), true);
  }

  private Optional<Stop> leave() {
    return work(registration::leave, false);
  }

  /**
   * Works until it is done or a signal comes that it cannot be bent to.
   *
   * @param yields whether an interrupt makes the work come to its end
   * @return the last signal meanwhile
   */
  private Optional<Stop> work(Runnable work, boolean yields) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
                done.complete(null);
              } catch (RuntimeException | Error e) {
                done.completeExceptionally(e);
              }
            },
            "leave");
    thread.setDaemon(true);
    thread.start();
    boolean bend = yields;
    Optional<Stop> last = Optional.empty();
    while (!done.isDone()) {
      Optional<Stop> stop = signals.await(Duration.ofMillis(5));
      if (stop.isPresent()) {
        last = stop;
        if (!bend) {
          console.say("ending without etcd's answer; the record goes with its lease");
          return last;
        }
        bend = false;
        thread.interrupt();
      }
    }
    report(done);
    return last;
  }

  private void report(CompletableFuture<Void> done) {
    try {
      done.join();
      console.say("left");
    } catch (CompletionException e) {
      boolean cutShort =
          e.getCause() instanceof RegistryException failure
              && failure.reason() == RegistryException.Reason.INTERRUPTED;
      if (cutShort) {
        leave();
      } else {
        console.say(
            "the record could not be removed and goes with its lease, after at most "
                + DurationConverter.format(registration.ttl())
                + ": "
                + Objects.requireNonNullElse(e.getCause(), e).getMessage());
      }
    }
  }
}
