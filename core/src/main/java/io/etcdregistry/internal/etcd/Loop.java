package io.etcdregistry.internal.etcd;

import io.etcdregistry.internal.time.SerialExecutor;
import io.etcdregistry.spi.Time;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The serial context of a store, with its clock. What is "of the loop" is touched by its tasks only
 * and needs no lock.
 */
final class Loop implements Executor {
  private final Time time;
  private final Executor executor;
  private final Executor readers;
  private final Executor contexts;
  private final SerialExecutor context;

  Loop(Time time, Executor executor) {
    this(time, executor, executor, executor);
  }

  /**
   * A context.
   *
   * @param time its clock
   * @param executor where slow things run
   * @param readers where small answers are read, and told of
   * @param contexts where this context runs, and those of streams
   */
  Loop(Time time, Executor executor, Executor readers, Executor contexts) {
    this.time = time;
    this.executor = task -> executeOrRun(executor, task);
    this.readers = task -> executeOrRun(readers, task);
    this.contexts = task -> executeOrRun(contexts, task);
    this.context = another();
  }

  /**
   * Once the executor is shut down its tasks run where they stand, as gRPC closes a connection only
   * if it can tell every call so.
   */
  private static void executeOrRun(Executor executor, Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException closing) {
      task.run();
    }
  }

  /** Where slow things run. */
  Executor executor() {
    return executor;
  }

  /** Another serial context, of tasks that are as brief. */
  SerialExecutor another() {
    return SerialExecutor.brief(contexts);
  }

  /** Where small answers are read, and told of: neither takes long. */
  Executor readers() {
    return readers;
  }

  /** The monotonic clock. */
  long now() {
    return time.nanoTime();
  }

  @Override
  public void execute(Runnable task) {
    context.execute(task);
  }

  /** Runs a task in this context after a delay; it may still run shortly after being cancelled. */
  Time.Scheduled after(Duration delay, Runnable task) {
    return time.schedule(delay, () -> context.execute(task));
  }

  /** Tells in this context what a future comes to. */
  <T> void hear(
      CompletableFuture<T> future, BiConsumer<@Nullable T, @Nullable Throwable> listener) {
    var unused =
        future.whenComplete((value, error) -> execute(() -> listener.accept(value, error)));
  }

  /** A duration spread evenly over the part of it given, around it: 0.2 is ± 20 %. */
  static Duration spread(Duration duration, double part) {
    double factor = 1 + part * (2 * ThreadLocalRandom.current().nextDouble() - 1);
    return Duration.ofNanos((long) (duration.toNanos() * factor));
  }
}
