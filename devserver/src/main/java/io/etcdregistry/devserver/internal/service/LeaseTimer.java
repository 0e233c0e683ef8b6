package io.etcdregistry.devserver.internal.service;

import io.etcdregistry.devserver.internal.engine.Engine;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends the leases in time: one timer, armed for the lease that ends first. A renewal leaves it
 * alone; it then wakes up too early once and is armed again. Thread-safe.
 */
final class LeaseTimer {
  private final Engine engine;
  private final LeaseClock clock;
  private final ScheduledExecutorService timer;
  private final Executor executor;

  // Guarded by this.
  private @Nullable ScheduledFuture<?> armed;

  /**
   * A timer that is not armed.
   *
   * @param timer wakes up
   * @param executor does the work
   */
  LeaseTimer(Engine engine, LeaseClock clock, ScheduledExecutorService timer, Executor executor) {
    this.engine = engine;
    this.clock = clock;
    this.timer = timer;
    this.executor = executor;
  }

  /** Tells that there is a new lease. */
  synchronized void granted(long ttlSeconds) {
    if (armed == null || armed.isDone() || armed.getDelay(TimeUnit.SECONDS) >= ttlSeconds) {
      arm(TimeUnit.SECONDS.toNanos(ttlSeconds));
    }
  }

  /** Moves time and ends what has ended by then. */
  void advance(long nanos) {
    clock.move(nanos);
    expire();
  }

  private synchronized void expire() {
    long next = engine.expire();
    if (next >= 0) {
      arm(next);
    }
  }

  private void arm(long nanos) {
    if (!clock.running() || timer.isShutdown()) {
      return;
    }
    if (armed != null) {
      armed.cancel(false);
    }
    armed = timer.schedule(() -> executor.execute(this::expire), nanos, TimeUnit.NANOSECONDS);
  }
}
