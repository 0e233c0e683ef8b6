package io.etcdregistry.internal.time;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A thread of the registry's own that runs none of the user's code: contexts of brief tasks may run
 * on it wherever it stands.
 *
 * <p>What it gives to its own pool while it has only brief things to do, it does itself when it is
 * through with what it is at: sooner than another thread would wake up. It keeps one such task, and
 * for no longer than that; if it goes on to something else before, the pool gets the task.
 */
final class Worker extends Thread {
  // Touched by the thread itself only.
  private @Nullable Executor pool;
  private @Nullable Runnable next;
  private boolean busy;
  private int keptInARow;

  Worker(Runnable task, String name) {
    super(task, name);
  }

  /**
   * Keeps a task of its pool's, to do it next itself; false if it does not. Where others wait, it
   * does so once: then it is their turn.
   */
  boolean keep(Runnable task, Executor ofPool, boolean othersWait) {
    if (busy || next != null || pool != ofPool || (othersWait && keptInARow > 0)) {
      return false;
    }
    next = task;
    return true;
  }

  /** Begins with a task of a pool's. */
  void enter(Executor ofPool) {
    pool = ofPool;
    keptInARow = 0;
  }

  /** Begins with something that may take long: keeps nothing meanwhile. */
  void busy(Runnable task) {
    boolean before = busy;
    busy = true;
    try {
      task.run();
    } finally {
      busy = before;
    }
  }

  /** Hands what it keeps over to its pool: it begins with something else before it is through. */
  void handOver() {
    Runnable kept = next;
    Executor other = pool;
    if (kept != null && other != null) {
      try {
        other.execute(kept); // it keeps one already, so that this is handed over
        next = null;
      } catch (RejectedExecutionException shutDown) {
        // then it does it itself when it is through
      }
    }
  }

  /** Does what it kept, and what it keeps in doing so. */
  void runKept() {
    for (Runnable kept = next; kept != null; kept = next) {
      next = null;
      keptInARow++;
      try {
        kept.run();
      } catch (Throwable e) {
        handOver();
        throw e;
      }
    }
    pool = null;
  }
}
