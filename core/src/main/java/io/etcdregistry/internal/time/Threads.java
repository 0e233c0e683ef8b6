package io.etcdregistry.internal.time;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Makes the threads of a registry: daemons, named after what they do. */
public final class Threads {
  private static final String PREFIX = "etcd-registry-";

  private Threads() {}

  /**
   * A pool for the registry's own work, of at most so many threads, which end when idle. One may do
   * what it gives to the pool itself, without waking up another.
   *
   * @param then is run when the pool was shut down and has done everything
   */
  public static ExecutorService workers(String purpose, int threads, Runnable then) {
    ThreadPoolExecutor pool = new Workers(threads, own(purpose), then);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** A pool with a thread for every task that blocks: for user code. */
  public static ExecutorService unbounded(String purpose) {
    return new ThreadPoolExecutor(
        0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), daemons(purpose));
  }

  /** Makes threads that run none of the user's code before the end, for another's executor. */
  public static ThreadFactory own(String purpose) {
    return daemons(purpose, Worker::new);
  }

  /** The one thread of a scheduler. */
  public static ScheduledExecutorService scheduler(String purpose) {
    ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1, own(purpose));
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
    return daemons(purpose, Thread::new);
  }

  private static ThreadFactory daemons(String purpose, BiFunction<Runnable, String, Thread> maker) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = maker.apply(task, PREFIX + purpose + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Threads of which each does one thing after the other, if it may. */
  private static final class Workers extends ThreadPoolExecutor {
    private final Runnable then;

    Workers(int threads, ThreadFactory maker, Runnable then) {
      super(threads, threads, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), maker);
      this.then = then;
    }

    @Override
    protected void terminated() {
      then.run();
    }

    @Override
    public void execute(Runnable task) {
      if (isShutdown()
          || !(Thread.currentThread() instanceof Worker worker)
          || !worker.keep(task, this, !getQueue().isEmpty())) {
        super.execute(task);
      }
    }

    @Override
    protected void beforeExecute(Thread thread, Runnable task) {
      if (thread instanceof Worker worker) {
        worker.enter(this);
      }
    }

    @Override
    protected void afterExecute(Runnable task, @Nullable Throwable failure) {
      if (Thread.currentThread() instanceof Worker worker) {
        worker.runKept();
      }
    }
  }
}
