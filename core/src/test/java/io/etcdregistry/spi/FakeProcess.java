package io.etcdregistry.spi;

import io.etcdregistry.testing.FakeTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.TreeSet;

/**
 * The time of one process among several that live on one {@link FakeTime}: it can be stopped and
 * continued, put to sleep with its machine, have its wall clock set, and be killed, while the
 * others go on.
 */
public final class FakeProcess implements Time {
  private final FakeTime base;
  private final Object lock = new Object();

  // Guarded by lock.
  private final TreeSet<Task> tasks =
      new TreeSet<>(Comparator.comparingLong(Task::due).thenComparingLong(Task::order));
  private Duration wallStep = Duration.ZERO;
  private long slept;
  private long fellAsleep;
  private long scheduled;
  private State state = State.RUNNING;

  private enum State {
    RUNNING,
    STOPPED,
    ASLEEP,
    DEAD
  }

  /** A process that runs. */
  public FakeProcess(FakeTime base) {
    this.base = base;
  }

  @Override
  public long nanoTime() {
    synchronized (lock) {
      return (state == State.ASLEEP ? fellAsleep : base.nanoTime()) - slept;
    }
  }

  @Override
  public Instant now() {
    synchronized (lock) {
      return base.now().plus(wallStep);
    }
  }

  @Override
  public Scheduled schedule(Duration delay, Runnable task) {
    synchronized (lock) {
      Duration wait = delay.isNegative() ? Duration.ZERO : delay;
      Task entry = new Task(nanoTime() + wait.toNanos(), scheduled++, task);
      if (state != State.DEAD) {
        tasks.add(entry);
      }
      if (state == State.RUNNING) {
        entry.arm(wait);
      }
      return () -> cancel(entry);
    }
  }

  /** Stops it (SIGSTOP): its clocks go on and nothing of it runs. */
  public void stop() {
    halt(State.STOPPED);
  }

  /** Puts its machine to sleep: its monotonic clock stands still, the wall clock does not. */
  public void sleep() {
    halt(State.ASLEEP);
  }

  /** Ends it at once (SIGKILL): nothing of it ever runs again. */
  public void kill() {
    halt(State.DEAD);
    synchronized (lock) {
      tasks.clear();
    }
  }

  /** Lets it go on after {@link #stop} or {@link #sleep}: what came due meanwhile runs at once. */
  public void resume() {
    synchronized (lock) {
      if (state == State.ASLEEP) {
        slept += base.nanoTime() - fellAsleep;
      }
      if (state == State.DEAD || state == State.RUNNING) {
        throw new IllegalStateException("only what was stopped can go on: it is " + state);
      }
      state = State.RUNNING;
      long now = nanoTime();
      for (Task task : tasks) {
        task.arm(Duration.ofNanos(Math.max(0, task.due() - now)));
      }
    }
  }

  /** Sets its wall clock forward or back. */
  public void stepWall(Duration by) {
    synchronized (lock) {
      wallStep = wallStep.plus(by);
    }
  }

  /** Whether it runs: neither stopped nor asleep nor dead. */
  public boolean running() {
    synchronized (lock) {
      return state == State.RUNNING;
    }
  }

  /** How many tasks wait for their time in it. */
  public int pending() {
    synchronized (lock) {
      return tasks.size();
    }
  }

  private void halt(State next) {
    synchronized (lock) {
      if (state != State.RUNNING && next != State.DEAD) {
        throw new IllegalStateException("only what runs can be halted: it is " + state);
      }
      fellAsleep = base.nanoTime();
      state = next;
      tasks.forEach(Task::disarm);
    }
  }

  private void cancel(Task task) {
    synchronized (lock) {
      tasks.remove(task);
      task.disarm();
    }
  }

  private final class Task {
    private final long due;
    private final long order;
    private final Runnable run;
    private Scheduled alarm = () -> {};

    Task(long due, long order, Runnable run) {
      this.due = due;
      this.order = order;
      this.run = run;
    }

    long due() {
      return due;
    }

    long order() {
      return order;
    }

    void arm(Duration wait) {
      alarm = base.schedule(wait, this::fire);
    }

    void disarm() {
      alarm.cancel();
    }

    private void fire() {
      synchronized (lock) {
        if (!tasks.remove(this)) {
          return;
        }
      }
      run.run();
    }
  }
}
