package io.etcdregistry.internal.time;

import io.etcdregistry.spi.Time;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * The one next wake-up of an owner. Used in its owner's serial context, where the task also runs.
 *
 * <p>Most alarms are put off again and again, as whatever they wait for comes in time: with each
 * answer of a stream, with each call. So one that is put off is not scheduled anew; when it comes
 * to the time it had before, it looks how long it has to wait yet.
 */
public final class Alarm {
  private static final Time.Scheduled NONE = () -> {};

  private final Time time;
  private final Executor context;
  private final Runnable task;
  private Time.Scheduled pending = NONE;

  /** When to ring. */
  private long at;

  /** When the pending wake-up comes: not after {@link #at}. */
  private long due;

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
    at = nanos;
    if (pending == NONE || due > nanos) {
      pending.cancel();
      schedule();
    }
  }

  private void schedule() {
    long nanos = at;
    due = nanos;
    long delay = Math.max(0, nanos - time.nanoTime());
    pending = time.schedule(Duration.ofNanos(delay), () -> context.execute(() -> ring(nanos)));
  }

  private void ring(long nanos) {
    if (pending == NONE || due != nanos) {
      return; // cleared, or set to another time meanwhile
    }
    pending = NONE;
    if (at > nanos) {
      schedule();
    } else {
      task.run();
    }
  }

  /** Does not ring until it is set again. */
  public void clear() {
    pending.cancel();
    pending = NONE;
  }
}
