package io.etcdregistry.devserver.internal.service;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/** An executor that can be held: what is given to it then waits, and is begun in its order. */
final class Gate implements Executor {
  private final Executor executor;

  // Guarded by this.
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private boolean held;

  Gate(Executor executor) {
    this.executor = executor;
  }

  @Override
  public void execute(Runnable task) {
    synchronized (this) {
      if (held) {
        waiting.add(task);
        return;
      }
    }
    executor.execute(task);
  }

  /** Runs a task here and now; while it is held, as any other. */
  void pass(Runnable task) {
    synchronized (this) {
      if (held) {
        waiting.add(task);
        return;
      }
    }
    task.run();
  }

  synchronized void hold() {
    held = true;
  }

  synchronized boolean held() {
    return held;
  }

  synchronized void release() {
    held = false;
    waiting.forEach(executor::execute);
    waiting.clear();
  }
}
