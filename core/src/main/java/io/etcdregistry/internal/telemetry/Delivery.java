package io.etcdregistry.internal.telemetry;

import io.etcdregistry.internal.time.SerialExecutor;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Hands things over to somebody who may be slow: one at a time, in order, on threads where user
 * code may run. What comes while too much is waiting is dropped, and the gap is told where it is.
 * Thread-safe.
 */
final class Delivery {
  private final SerialExecutor context;
  private final int most;
  private final LongConsumer gap;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong dropped = new AtomicLong();

  /**
   * A delivery.
   *
   * @param threads where user code may run
   * @param most how much may wait
   * @param gap told how much was dropped, before what comes after it
   */
  Delivery(Executor threads, int most, LongConsumer gap) {
    this.context = new SerialExecutor(threads);
    this.most = most;
    this.gap = gap;
  }

  /**
   * Hands over, or drops.
   *
   * @param task what to do with it
   * @param onDrop hears, at once, how many were dropped in a row when this one was
   */
  void hand(Runnable task, LongConsumer onDrop) {
    if (waiting.incrementAndGet() > most) {
      waiting.decrementAndGet();
      onDrop.accept(dropped.incrementAndGet());
      return;
    }
    long missing = dropped.getAndSet(0);
    context.execute(
        () -> {
          waiting.decrementAndGet();
          if (missing > 0) {
            gap.accept(missing);
          }
          task.run();
        });
  }
}
