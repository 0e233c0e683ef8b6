package io.etcdregistry.testing;

import io.etcdregistry.devserver.DevServer;
import io.etcdregistry.spi.Time;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Time that a {@link DevServer} and its clients share: it runs as usual, and a test can move it on.
 *
 * <p>A client of the test's own shares it by {@code Registry.builder().time(time)}; one that was
 * {@linkplain io.etcdregistry.Registry#newBuilder derived} from a registry that does, does so too.
 *
 * <p>Thread-safe.
 */
public final class TestTime implements Time {
  private static final System.Logger LOG = System.getLogger("io.etcdregistry.testing");

  /** Time is moved at most so far at once, so that what is under way is not outrun by far. */
  private static final long LONGEST_STEP = Duration.ofSeconds(1).toNanos();

  private static final long SHORTEST_STEP = Duration.ofMillis(1).toNanos();

  /**
   * Nothing goes on when nothing happened during so many looks. An exchange of client and server
   * takes fewer wake-ups of threads than that, so on a busy machine, where each takes its time, a
   * look does.
   */
  private static final int LOOKS = 10;

  /** The same before the first move: what the test has just begun may have to wake up first. */
  private static final int FIRST_LOOKS = 50;

  private static final long BETWEEN_LOOKS = 250_000;

  /** How long to wait while only threads are seen to work, which may be those of other tests. */
  private static final long OTHERS = Duration.ofMillis(50).toNanos();

  /** Where there is always something going on, it is not waited for any longer. */
  private static final long PATIENCE = Duration.ofSeconds(2).toNanos();

  private final DevServer server;
  private final long origin = System.nanoTime();
  private final AtomicLong moved = new AtomicLong();
  private final TaskQueue tasks = new TaskQueue(this::nanoTime);
  private final Thread runner = new Thread(this::runTasks, "etcd-registry-test-time");
  private final Object moving = new Object();

  /** Leases whose heartbeat was waited for in vain. Guarded by moving. */
  private int silent;

  /** Time that runs, until {@link #stop}. */
  TestTime(DevServer server) {
    this.server = server;
    runner.setDaemon(true);
    runner.start();
  }

  @Override
  public long nanoTime() {
    return System.nanoTime() - origin + moved.get();
  }

  @Override
  public Instant now() {
    return Instant.now().plusNanos(moved.get());
  }

  @Override
  public Scheduled schedule(Duration delay, Runnable task) {
    return tasks.add(Math.max(0, delay.toNanos()), task);
  }

  /**
   * Moves the clocks of the server and of the clients that share this time forward together, as if
   * that time had passed: heartbeats are sent and answered on the way, leases without them end, and
   * what was to happen does.
   *
   * <p>When this returns, what came due has run, and what clients and server had to say to each
   * other has been said. Listeners and live views hear of it on threads of their own, maybe a
   * moment later: wait for what they are to show.
   *
   * @param by how far, not negative; an hour takes ten seconds or more
   * @throws IllegalArgumentException if it is negative
   * @throws IllegalStateException if it is called from within a task of this time
   */
  public void advance(Duration by) {
    check("advance", by);
    boolean unused = move(by, () -> false);
  }

  /**
   * Moves the clocks as {@link #advance} does, until a condition holds. A condition that other
   * threads bring about a moment after the last move is waited for, too.
   *
   * @param condition asked before the first move and after each
   * @param limit how far to move at most, not negative
   * @return whether the condition holds
   * @throws IllegalArgumentException if the limit is negative
   * @throws IllegalStateException if it is called from within a task of this time
   */
  public boolean advanceUntil(BooleanSupplier condition, Duration limit) {
    check("advanceUntil", limit);
    if (move(limit, condition)) {
      return true;
    }
    long begun = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - begun > PATIENCE) {
        return false;
      }
      LockSupport.parkNanos(BETWEEN_LOOKS);
    }
    return true;
  }

  private void check(String what, Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException(what + ": " + by + " (expected: not negative)");
    }
    if (Thread.currentThread() == runner) {
      throw new IllegalStateException("time cannot be moved from within a task of it");
    }
  }

  private boolean move(Duration by, BooleanSupplier done) {
    synchronized (moving) {
      settle(FIRST_LOOKS);
      long left = by.toNanos();
      while (!done.getAsBoolean()) {
        if (left == 0) {
          return false;
        }
        long due = tasks.untilNext();
        long next = Math.min(Math.max(due, SHORTEST_STEP), LONGEST_STEP);
        long step = Math.min(left, next);
        awaitHeartbeats(Duration.ofNanos(step));
        long before = happened();
        moved.addAndGet(step);
        tasks.wake();
        server.faults().advance(Duration.ofNanos(step));
        if (due <= step || happened() != before) {
          settle(LOOKS); // else nothing came due on either side, and what was under way has ended
        }
        left -= step;
      }
      return true;
    }
  }

  /**
   * Waits for heartbeats that are due by the end of the next step: where nothing is wrong with the
   * server, a client that lives sends them, and is only not as quick as time is moved. Those that
   * do not come are not waited for again.
   */
  private void awaitHeartbeats(Duration step) {
    if (server.faults().lasting()) {
      silent = 0; // once healed, they are to come again
      return;
    }
    long begun = System.nanoTime();
    int overdue = server.overdueLeases(step);
    while (overdue > silent && System.nanoTime() - begun < PATIENCE) {
      LockSupport.parkNanos(BETWEEN_LOOKS);
      overdue = server.overdueLeases(step);
    }
    silent = overdue;
  }

  /** A number that rises with what clients and server do, as far as it shows. */
  private long happened() {
    return server.traffic() + server.revision() + tasks.changes();
  }

  /** Waits until neither clients nor server have anything to do for now. */
  private void settle(int looks) {
    long begun = System.nanoTime();
    long changed = begun;
    long seen = -1;
    int still = 0;
    while (still < looks && System.nanoTime() - begun < PATIENCE) {
      LockSupport.parkNanos(BETWEEN_LOOKS);
      long done = happened();
      if (done != seen || !tasks.idle()) {
        still = 0;
        seen = done;
        changed = System.nanoTime();
      } else if (System.nanoTime() - changed < OTHERS && Activity.seen()) {
        still = 0;
      } else {
        still++;
      }
    }
  }

  /** Ends it: its clocks go on, and tasks do not run any more. */
  void stop() {
    tasks.close();
  }

  @SuppressWarnings("CatchingUnchecked") // whatever a task throws, the later ones run
  private void runTasks() {
    for (Runnable task = tasks.take(); task != null; task = tasks.take()) {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        LOG.log(Level.ERROR, "A task failed", e);
      }
    }
  }
}
