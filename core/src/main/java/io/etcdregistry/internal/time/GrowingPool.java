package io.etcdregistry.internal.time;

import io.etcdregistry.spi.Time;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Runs user code, which may block, on as few threads as keep up. Thread-safe.
 *
 * <p>One thread does what there is, in turn. While something waits there is a look at it every
 * {@link #PATIENCE}: if nothing was taken since, as what is before it may block, as many threads
 * more come as there are, else one. They go when nothing waits. So what blocks holds up the rest
 * for a moment only, and a thousand answers at once do not wake a thousand threads.
 */
public final class GrowingPool implements Executor, AutoCloseable {
  /** How long a task waits for one that blocks, before there are more threads. */
  static final Duration PATIENCE = Duration.ofMillis(2);

  /** How many threads more come at the end, when nobody looks any longer. */
  static final int AT_THE_END = 8;

  private final ExecutorService threads;
  private final Time time;

  // Guarded by this.
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int runners;

  /** When the last task was taken, or a thread begun to take one. */
  private long takenAt;

  private boolean looking;
  private boolean closed;

  /**
   * A pool without a thread.
   *
   * @param threads a thread for each task; ended with this
   * @param time tells what has waited for long
   */
  public GrowingPool(ExecutorService threads, Time time) {
    this.threads = threads;
    this.time = time;
  }

  /**
   * Has a task done. What it throws is told to its thread's handler, as by any executor.
   *
   * @throws RejectedExecutionException if this is closed
   */
  @Override
  public void execute(Runnable task) {
    boolean start;
    synchronized (this) {
      if (closed) {
        throw new RejectedExecutionException("closed");
      }
      waiting.add(task);
      long now = time.nanoTime();
      start = runners == 0 || now - takenAt >= PATIENCE.toNanos();
      if (start) {
        runners++;
        takenAt = now;
      }
    }
    if (start) {
      start(1);
    } else {
      lookSoon();
    }
  }

  private void run() {
    for (Runnable task = next(); task != null; task = next()) {
      try {
        task.run();
      } catch (Throwable e) {
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
      }
    }
  }

  private synchronized @Nullable Runnable next() {
    Runnable task = waiting.poll();
    if (task == null) {
      runners--;
    } else {
      takenAt = time.nanoTime();
    }
    return task;
  }

  private void lookSoon() {
    synchronized (this) {
      if (looking || waiting.isEmpty()) {
        return;
      }
      looking = true;
    }
    time.schedule(PATIENCE, this::look);
  }

  private void look() {
    int more;
    synchronized (this) {
      looking = false;
      boolean stuck = time.nanoTime() - takenAt >= PATIENCE.toNanos();
      more = Math.min(stuck ? Math.max(1, runners) : 1, waiting.size());
      runners += more;
    }
    lookSoon();
    start(more);
  }

  /** Begins threads; where there are none to be had it is tried again. */
  private void start(int more) {
    int begun = 0;
    try {
      for (; begun < more; begun++) {
        threads.execute(this::run);
      }
    } catch (RejectedExecutionException closedMeanwhile) {
      giveBack(more - begun); // close saw to what was waiting
    } catch (OutOfMemoryError noThread) {
      giveBack(more - begun);
      lookSoon();
    }
  }

  private synchronized void giveBack(int notBegun) {
    runners -= notBegun;
  }

  /** Takes nothing more; what waits is done, by some threads more, as what is done may block. */
  @Override
  public void close() {
    int more;
    synchronized (this) {
      closed = true;
      more = Math.min(AT_THE_END, waiting.size());
      runners += more;
    }
    start(more);
    threads.shutdown();
  }
}
