package io.etcdregistry.cli;

import io.etcdregistry.Registration;
import io.etcdregistry.RegistryException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * A registration on its way out, on a thread of its own: draining first, where that was asked for.
 */
final class Departure {
  private final Consumer<String> say;
  private final Registration registration;
  private final Runnable after;
  private final Thread thread;
  private volatile boolean leaving;
  private volatile boolean done;

  private Departure(
      Consumer<String> say, Registration registration, Duration wait, Runnable after) {
    this.say = say;
    this.registration = registration;
    this.after = after;
    this.leaving = wait.isZero();
    this.thread = new Thread(() -> run(wait), "leave");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * The record says draining, then it is removed.
   *
   * @param say tells a person
   * @param wait how long callers have to notice; zero to leave at once
   * @param after called when it is over
   */
  static Departure of(
      Consumer<String> say, Registration registration, Duration wait, Runnable after) {
    return new Departure(say, registration, wait, after);
  }

  private void run(Duration wait) {
    try {
      leave(wait);
    } finally {
      done = true;
      after.run();
    }
  }

  private void leave(Duration wait) {
    boolean joined = registration.whenJoined().isDone();
    try {
      if (!leaving) {
        drain(wait);
      }
      leaving = true;
      registration.leave();
      if (joined) {
        say.accept("left");
      }
    } catch (RuntimeException e) {
      say.accept(
          "the record could not be removed and goes with its lease, after at most "
              + DurationConverter.format(registration.ttl())
              + ": "
              + message(e));
    }
  }

  private void drain(Duration wait) {
    try {
      registration.drain(wait);
    } catch (RegistryException e) {
      if (e.reason() != RegistryException.Reason.INTERRUPTED) {
        throw e;
      }
    }
    // An interrupt that came too late to cut anything short is not meant for the leave.
    Thread.interrupted();
  }

  private static String message(RuntimeException e) {
    return Objects.requireNonNullElse(e.getMessage(), e.toString());
  }

  /** Whether etcd has answered, or time was up. */
  boolean isDone() {
    return done;
  }

  /**
   * Has the record removed now.
   *
   * @return false if it was being removed already: there is nothing to cut
   */
  boolean cutShort() {
    if (leaving) {
      return false;
    }
    leaving = true;
    thread.interrupt();
    return true;
  }
}
