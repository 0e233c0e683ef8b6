package io.etcdregistry.internal.time;

import io.etcdregistry.spi.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The machine's clocks, and a scheduler. Once that has ended, tasks are dropped. */
public final class SystemTime implements Time {
  private static final Scheduled NOTHING = () -> {};

  private final long origin = System.nanoTime();
  private final ScheduledExecutorService scheduler;

  /**
   * The machine's time.
   *
   * @param scheduler runs what is due; its owner ends it
   */
  public SystemTime(ScheduledExecutorService scheduler) {
    this.scheduler = scheduler;
  }

  @Override
  public long nanoTime() {
    return System.nanoTime() - origin;
  }

  @Override
  public Instant now() {
    return Instant.now();
  }

  @Override
  public Scheduled schedule(Duration delay, Runnable task) {
    try {
      Future<?> future = scheduler.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> cancel(future);
    } catch (RejectedExecutionException closed) {
      return NOTHING;
    }
  }

  private static void cancel(Future<?> future) {
    try {
      future.cancel(false);
    } catch (RejectedExecutionException closed) {
      // then it does not run either
    }
  }
}
