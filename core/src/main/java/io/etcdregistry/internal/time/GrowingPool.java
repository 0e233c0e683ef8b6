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
 * <p>One thread does what there is, in turn. When something has waited for {@link #PATIENCE}, as
 * what is before it may block, as many threads more come as there are; they go when nothing waits.
 * So what blocks holds up the rest for a moment only, and a thousand answers at once do not wake a
 * thousand threads.
 */
public final class GrowingPool implements Executor, AutoCloseable {
  /** How long a task waits for another before it gets a thread of its own. */
  static final Duration PATIENCE = Duration.ofMillis(2);

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
    boolean look;
    synchronized (this) {
      if (closed) {
        throw new RejectedExecutionException("closed");
      }
      waiting.add(task);
      long now = time.nanoTime();
      start = runners == 0 || now - takenAt >= PATIENCE.toNanos();
      look = !start && !looking;
      looking |= look;
      if (start) {
        runners++;
        takenAt = now;
      }
    }
    if (start) {
      start(1);
    } else if (look) {
      time.schedule(PATIENCE, this::look);
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

  private void look() {
    int more;
    synchronized (this) {
      more = Math.min(Math.max(1, runners), waiting.size());
      runners += more;
      looking = more > 0;
    }
    start(more);
    if (more > 0) {
      time.schedule(PATIENCE, this::look);
    }
  }

  private void start(int more) {
    try {
      for (int i = 0; i < more; i++) {
        threads.execute(this::run);
      }
    } catch (RejectedExecutionException closedMeanwhile) {
      // which saw to what was waiting
    }
  }

  /** Takes nothing more; what waits is done, each by a thread of its own. */
  @Override
  public void close() {
    int more;
    synchronized (this) {
      closed = true;
      more = waiting.size();
      runners += more;
    }
    start(more);
    threads.shutdown();
  }
}
