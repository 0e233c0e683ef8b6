package io.etcdregistry.devserver.internal.service;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes the threads of a server, and waits for their end: an executor says that it has terminated a
 * moment before its last thread is gone.
 */
final class Crew implements ThreadFactory {
  private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private final String name;

  /**
   * A crew of nobody.
   *
   * @param name what the names of its threads begin with
   */
  Crew(String name) {
    this.name = name;
  }

  @Override
  public Thread newThread(Runnable task) {
    Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
    thread.setDaemon(true);
    threads.removeIf(earlier -> earlier.getState() == Thread.State.TERMINATED);
    threads.add(thread);
    return thread;
  }

  /** Waits until all threads but the calling one have ended, at most for so long. */
  void join(Duration limit) throws InterruptedException {
    long begun = System.nanoTime();
    for (Thread thread : threads) {
      long left = limit.toNanos() - (System.nanoTime() - begun);
      if (thread != Thread.currentThread() && left > 0) {
        TimeUnit.NANOSECONDS.timedJoin(thread, left);
      }
    }
  }
}
