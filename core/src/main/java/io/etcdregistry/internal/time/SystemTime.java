package io.etcdregistry.internal.time;

import io.etcdregistry.spi.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The machine's clocks, and a scheduler with one thread of its own. The same thread serves as the
 * executor of short tasks that must not wait behind long ones. After {@link #close()} tasks are
 * dropped.
 */
public final class SystemTime implements Time, Executor, AutoCloseable {
  private static final Scheduled NOTHING = () -> {};

  private final long origin = System.nanoTime();
  private final ScheduledThreadPoolExecutor scheduler = Threads.scheduler("timer");

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
      return () -> future.cancel(false);
    } catch (RejectedExecutionException closed) {
      return NOTHING;
    }
  }

  @Override
  public void execute(Runnable task) {
    scheduler.execute(task);
  }

  @Override
  public void close() {
    scheduler.shutdownNow();
  }
}
