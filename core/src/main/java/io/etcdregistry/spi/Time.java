package io.etcdregistry.spi;

import java.time.Duration;
import java.time.Instant;

/**
 * Time as a registry sees it: two clocks and a scheduler, from one object so that a test can move
 * all of them together.
 *
 * <p>Implementations MUST be thread-safe. The monotonic clock decides every lease and timeout; the
 * wall clock is only shown to people and compared with the monotonic one to notice that the machine
 * slept.
 */
public interface Time {
  /**
   * The monotonic clock.
   *
   * @return nanoseconds from an origin in the past; never falls
   */
  long nanoTime();

  /**
   * The wall clock.
   *
   * @return the present moment; may jump either way
   */
  Instant now();

  /**
   * Runs a task once after a delay.
   *
   * @param delay how long to wait; zero or less means as soon as possible, but never on the calling
   *     stack
   * @param task what to run; MUST NOT block. A task that throws MUST NOT keep later tasks from
   *     running
   * @return a handle that cancels the task if it has not begun
   */
  Scheduled schedule(Duration delay, Runnable task);

  /** A task that waits for its time. Thread-safe. */
  @FunctionalInterface
  interface Scheduled {
    /** Keeps the task from running if it has not begun; idempotent. */
    void cancel();
  }
}
