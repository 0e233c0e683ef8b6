package io.etcdregistry.testing;

import io.etcdregistry.spi.Time;
import java.util.Comparator;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Tasks that wait for their time, for one thread that runs them. Thread-safe. */
final class TaskQueue {
  private final LongSupplier clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by lock.
  private final TreeSet<Task> tasks =
      new TreeSet<>(Comparator.comparingLong(Task::due).thenComparingLong(Task::order));
  private long scheduled;
  private long changes;
  private boolean running;
  private boolean closed;

  private record Task(long due, long order, Runnable run) {}

  /**
   * A queue without tasks.
   *
   * @param clock nanoseconds that may jump forward; {@link #wake} tells of it
   */
  TaskQueue(LongSupplier clock) {
    this.clock = clock;
  }

  /** Adds a task. */
  Time.Scheduled add(long delayNanos, Runnable run) {
    lock.lock();
    try {
      Task task = new Task(clock.getAsLong() + delayNanos, scheduled++, run);
      if (!closed) {
        tasks.add(task);
        changes++;
        changed.signalAll();
      }
      return () -> cancel(task);
    } finally {
      lock.unlock();
    }
  }

  private void cancel(Task task) {
    lock.lock();
    try {
      tasks.remove(task);
      changes++;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The next task, as soon as it is due; to be called again when it has run.
   *
   * @return null when the queue is closed
   */
  @Nullable Runnable take() {
    lock.lock();
    try {
      running = false;
      changes++;
      while (!closed) {
        if (tasks.isEmpty()) {
          changed.awaitUninterruptibly();
        } else if (tasks.first().due() > clock.getAsLong()) {
          await(tasks.first().due() - clock.getAsLong());
        } else {
          running = true;
          return tasks.pollFirst().run();
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings("WaitNotInLoop") // the caller loops
  private void await(long nanos) {
    try {
      long unused = changed.awaitNanos(nanos);
    } catch (InterruptedException e) {
      // nobody has a reason to interrupt this thread; its time has not come yet
    }
  }

  /** Has the clock looked at again. */
  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Nanoseconds until the first task is due; the longest there are if there is none. */
  long untilNext() {
    lock.lock();
    try {
      return tasks.isEmpty() ? Long.MAX_VALUE : tasks.first().due() - clock.getAsLong();
    } finally {
      lock.unlock();
    }
  }

  /** A number that rises with everything that happens here. */
  long changes() {
    lock.lock();
    try {
      return changes;
    } finally {
      lock.unlock();
    }
  }

  /** Whether no task runs or is due. */
  boolean idle() {
    lock.lock();
    try {
      return !running && (tasks.isEmpty() || tasks.first().due() > clock.getAsLong());
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      tasks.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
