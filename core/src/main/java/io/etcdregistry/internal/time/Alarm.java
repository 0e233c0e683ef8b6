package io.etcdregistry.internal.time;

import io.etcdregistry.spi.Time;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * The one next wake-up of an owner. Used in its owner's serial context, where the task also runs.
 */
public final class Alarm {
  private static final Time.Scheduled NONE = () -> {};

  private final Time time;
  private final Executor context;
  private final Runnable task;
  private Time.Scheduled pending = NONE;
  private long at;

  /**
   * An alarm that is not set.
   *
   * @param time whose clock counts
   * @param context where the task runs
   * @param task what to do when it rings
   */
  public Alarm(Time time, Executor context, Runnable task) {
    this.time = time;
    this.context = context;
    this.task = task;
  }

  /** Rings once at a moment of the monotonic clock, instead of whenever it was set before. */
  public void set(long nanos) {
    if (pending != NONE && at == nanos) {
      return;
    }
    pending.cancel();
    at = nanos;
    long delay = Math.max(0, nanos - time.nanoTime());
    pending = time.schedule(Duration.ofNanos(delay), () -> context.execute(() -> ring(nanos)));
  }

  private void ring(long nanos) {
    if (pending != NONE && at == nanos) {
      pending = NONE;
      task.run();
    }
  }

  /** Does not ring until it is set again. */
  public void clear() {
    pending.cancel();
    pending = NONE;
  }
}
