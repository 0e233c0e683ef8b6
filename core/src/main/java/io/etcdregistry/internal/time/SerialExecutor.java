package io.etcdregistry.internal.time;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A context in which tasks run one at a time, in the order they were given, on the threads of
 * another executor: what is touched only here needs no lock.
 *
 * <p>The idea is gRPC's SynchronizationContext, with a backing executor. A task given from within a
 * task runs after it, never inside. A task that throws, whatever it is, is logged and does not
 * disturb the next: leases are renewed in such a context. After the backing executor shut down
 * tasks are dropped.
 *
 * <p>Waking another thread takes longer than most tasks. So a context of {@linkplain #brief brief}
 * tasks that has nothing to do runs what one of the registry's own threads gives it there and then;
 * what users' threads give it, it does not, as nobody knows what may hold those up.
 */
public final class SerialExecutor implements Executor {
  private static final Logger LOG = System.getLogger("io.etcdregistry");

  /** How many tasks run before others of the backing executor get their turn. */
  private static final int BURST = 64;

  /** The same where they run on a thread that has something else to do. */
  private static final int LENT_BURST = 16;

  private final Executor backing;
  private final boolean brief;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile boolean closed;

  /**
   * A context of its own, whose tasks may take long.
   *
   * @param backing whose threads run the tasks
   */
  public SerialExecutor(Executor backing) {
    this(backing, false);
  }

  private SerialExecutor(Executor backing, boolean brief) {
    this.backing = backing;
    this.brief = brief;
  }

  /**
   * A context whose tasks neither block nor take long.
   *
   * @param backing whose threads run the tasks, unless a thread of the registry's lends itself
   */
  public static SerialExecutor brief(Executor backing) {
    return new SerialExecutor(backing, true);
  }

  @Override
  public void execute(Runnable task) {
    if (closed) {
      return;
    }
    tasks.add(task);
    if (waiting.getAndIncrement() == 0) {
      if (brief && Thread.currentThread() instanceof Worker lender) {
        lender.handOver();
        drain(LENT_BURST);
      } else {
        begin();
      }
    }
  }

  private void begin() {
    try {
      backing.execute(this::drain);
    } catch (RejectedExecutionException shutDown) {
      closed = true; // the owner is closing: nothing of it runs any more
      tasks.clear();
    }
  }

  private void drain() {
    if (!brief && Thread.currentThread() instanceof Worker worker) {
      worker.busy(() -> drain(BURST));
    } else {
      drain(BURST);
    }
  }

  private void drain(int burst) {
    for (int ran = 1; ; ran++) {
      Runnable task = tasks.poll();
      if (task == null) {
        return; // cleared
      }
      run(task);
      if (waiting.decrementAndGet() == 0) {
        return;
      }
      if (ran == burst) {
        begin();
        return;
      }
    }
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      report(e);
    }
  }

  private static void report(Throwable failure) {
    try {
      LOG.log(Level.ERROR, "A task of the registry failed; please report this", failure);
    } catch (Throwable ofTheLogger) {
      // nobody is left to tell
    }
  }
}
