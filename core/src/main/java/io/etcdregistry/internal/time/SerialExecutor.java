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
 */
public final class SerialExecutor implements Executor {
  private static final Logger LOG = System.getLogger("io.etcdregistry");

  /** How many tasks run before others of the backing executor get their turn. */
  private static final int BURST = 256;

  private final Executor backing;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile boolean closed;

  /**
   * A context of its own.
   *
   * @param backing whose threads run the tasks
   */
  public SerialExecutor(Executor backing) {
    this.backing = backing;
  }

  @Override
  public void execute(Runnable task) {
    if (closed) {
      return;
    }
    tasks.add(task);
    if (waiting.getAndIncrement() == 0) {
      begin();
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
    for (int ran = 1; ; ran++) {
      Runnable task = tasks.poll();
      if (task == null) {
        return; // cleared
      }
      run(task);
      if (waiting.decrementAndGet() == 0) {
        return;
      }
      if (ran == BURST) {
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
