package io.etcdregistry.internal.time;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the threads of a registry: daemons, named after what they do. */
public final class Threads {
  private static final String PREFIX = "etcd-registry-";

  private Threads() {}

  /** A pool of at most so many threads, which end when idle. */
  public static ExecutorService pool(String purpose, int threads) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads, threads, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), daemons(purpose));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** A pool with a thread for every task that blocks: for user code. */
  public static ExecutorService unbounded(String purpose) {
    return new ThreadPoolExecutor(
        0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), daemons(purpose));
  }

  /** The one thread of a scheduler. */
  static ScheduledThreadPoolExecutor scheduler(String purpose) {
    ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1, daemons(purpose));
    scheduler.setRemoveOnCancelPolicy(true);
    scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return scheduler;
  }

  /** A thread for {@link Runtime#addShutdownHook}, not started. */
  public static Thread shutdownHook(Runnable task) {
    return new Thread(task, PREFIX + "shutdown");
  }

  /** Takes a shutdown hook back, unless the JVM is stopping. */
  public static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException stopping) {
      // the hook itself may be what runs this
    }
  }

  private static ThreadFactory daemons(String purpose) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, PREFIX + purpose + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}
