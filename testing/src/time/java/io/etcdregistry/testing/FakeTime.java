package io.etcdregistry.testing;

import io.etcdregistry.spi.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * Time that stands still until a test moves it: both clocks and the scheduler from one object.
 *
 * <p>Tasks run on the thread that moves time, in the order of their time and, within the same time,
 * in the order they were scheduled. A task sees the clocks at its own time. Tasks scheduled by
 * tasks run in the same move if they come due in it. A task that throws does not keep later ones
 * from running; the move then throws at its end.
 *
 * <p>Thread-safe; only one thread at a time may move it.
 */
public final class FakeTime implements Time {
  private static final long ORIGIN = Duration.ofHours(1).toNanos();

  private static final Instant WALL_ORIGIN = Instant.parse("2026-01-01T00:00:00Z");

  /** More tasks than this at one moment are taken for a loop without a delay. */
  private static final int LOOP = 1_000_000;

  private final Object lock = new Object();

  // Guarded by lock. Times are nanoseconds of the monotonic clock since ORIGIN.
  private final TreeSet<Task> tasks =
      new TreeSet<>(Comparator.comparingLong(Task::due).thenComparingLong(Task::order));
  private long elapsed;
  private Instant wall = WALL_ORIGIN;
  private long scheduled;
  private boolean moving;

  /** Time at an hour after the monotonic clock's origin, on the first of January 2026. */
  public FakeTime() {}

  @Override
  public long nanoTime() {
    synchronized (lock) {
      return ORIGIN + elapsed;
    }
  }

  @Override
  public Instant now() {
    synchronized (lock) {
      return wall;
    }
  }

  @Override
  public Scheduled schedule(Duration delay, Runnable task) {
    synchronized (lock) {
      long wait = Math.max(0, delay.toNanos());
      Task entry = new Task(elapsed + wait, scheduled++, task);
      tasks.add(entry);
      return () -> cancel(entry);
    }
  }

  private void cancel(Task task) {
    synchronized (lock) {
      tasks.remove(task);
    }
  }

  /**
   * Moves both clocks on and runs what comes due.
   *
   * @param by how far
   * @throws IllegalStateException if time is being moved already
   */
  public void advance(Duration by) {
    advanceUntil(() -> false, by);
  }

  /** Runs what is due now, and what that schedules for now, without moving the clocks. */
  public void run() {
    advance(Duration.ZERO);
  }

  /**
   * Moves both clocks on, task by task, until a condition holds.
   *
   * @param done asked before the first task and after each
   * @param limit how far to move at most
   * @return whether the condition holds; the clocks then stand where it came to hold, else at the
   *     limit
   */
  public boolean advanceUntil(BooleanSupplier done, Duration limit) {
    long target;
    synchronized (lock) {
      if (moving) {
        throw new IllegalStateException("time is being moved already, by this or another thread");
      }
      moving = true;
      target = elapsed + limit.toNanos();
    }
    List<Throwable> failures = new ArrayList<>();
    try {
      return runUntil(done, target, failures);
    } finally {
      synchronized (lock) {
        moving = false;
      }
      report(failures);
    }
  }

  @SuppressWarnings("CatchingUnchecked") // whatever a task throws, the later ones run
  private boolean runUntil(BooleanSupplier done, long target, List<Throwable> failures) {
    long at = Long.MIN_VALUE;
    int count = 0;
    while (!done.getAsBoolean()) {
      Task task;
      synchronized (lock) {
        if (tasks.isEmpty() || tasks.first().due() > target) {
          moveTo(target);
          break;
        }
        task = tasks.pollFirst();
        moveTo(task.due());
        count = elapsed == at ? count + 1 : 0;
        at = elapsed;
      }
      if (count > LOOP) {
        throw new IllegalStateException("tasks go on scheduling tasks without a delay: " + task);
      }
      try {
        task.run().run();
      } catch (RuntimeException | Error e) {
        failures.add(e);
      }
    }
    return done.getAsBoolean();
  }

  private void moveTo(long target) {
    if (target > elapsed) {
      wall = wall.plusNanos(target - elapsed);
      elapsed = target;
    }
  }

  private static void report(List<Throwable> failures) {
    if (!failures.isEmpty()) {
      AssertionError failure = new AssertionError("a task threw", failures.get(0));
      failures.stream().skip(1).forEach(failure::addSuppressed);
      throw failure;
    }
  }

  /**
   * Moves both clocks and runs nothing, as if the process had been stopped; what came due meanwhile
   * runs late, with the next move.
   */
  public void freeze(Duration by) {
    synchronized (lock) {
      moveTo(elapsed + by.toNanos());
    }
  }

  /**
   * Moves only the wall clock: forward, as when the machine was suspended, or either way, as when
   * the clock was set.
   */
  public void stepWall(Duration by) {
    synchronized (lock) {
      wall = wall.plus(by);
    }
  }

  /**
   * Moves only the monotonic clock forward and runs nothing; what came due runs with the next move.
   */
  public void stepMonotonic(Duration by) {
    synchronized (lock) {
      elapsed += by.toNanos();
    }
  }

  /** What waits for its time, in the order in which it will run. */
  public List<Pending> pending() {
    synchronized (lock) {
      return tasks.stream()
          .map(task -> new Pending(Duration.ofNanos(task.due() - elapsed), task.run()))
          .toList();
    }
  }

  /**
   * A task that waits for its time.
   *
   * @param in how long it still has to wait; negative if it is late
   * @param task what will run
   */
  public record Pending(Duration in, Runnable task) {}

  private record Task(long due, long order, Runnable run) {}
}
