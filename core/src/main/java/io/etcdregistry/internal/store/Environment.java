package io.etcdregistry.internal.store;

import io.etcdregistry.internal.telemetry.Telemetry;
import io.etcdregistry.internal.time.SerialExecutor;
import io.etcdregistry.internal.time.Waiters;
import io.etcdregistry.spi.Time;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What the parts of one client share.
 *
 * @param store etcd
 * @param time the clocks
 * @param context the serial context in which leases, watches and registrations are decided about;
 *     nothing in it takes long
 * @param workers where records are read, which may take long
 * @param callbacks where user code runs, which may block
 * @param entropy secure random numbers: lease ids must not be guessable
 * @param timeout the operation timeout
 * @param telemetry what is counted, logged and told to observers
 * @param waiters who waits for what; ended when the client ends
 */
public record Environment(
    Store store,
    Time time,
    SerialExecutor context,
    Executor workers,
    Executor callbacks,
    LongSupplier entropy,
    Duration timeout,
    Telemetry telemetry,
    Waiters waiters) {
  /** Lets user code that is told of the end run where it is told, as its threads have ended. */
  public Environment {
    Executor threads = callbacks;
    callbacks =
        task -> {
          try {
            threads.execute(task);
          } catch (RejectedExecutionException ended) {
            task.run();
          }
        };
  }

  /** What the parts of a client share that has just begun, and reports to nobody. */
  public Environment(
      Store store,
      Time time,
      SerialExecutor context,
      Executor workers,
      Executor callbacks,
      LongSupplier entropy,
      Duration timeout) {
    this(
        store,
        time,
        context,
        workers,
        callbacks,
        entropy,
        timeout,
        Telemetry.silent(callbacks, time),
        new Waiters());
  }

  /** The same, reporting elsewhere. */
  public Environment with(Telemetry reports) {
    return new Environment(
        store, time, context, workers, callbacks, entropy, timeout, reports, waiters);
  }

  /**
   * The timeout of a single call: a part of the operation's, so that its failure is known when the
   * operation has to say why it failed.
   */
  public Duration callTimeout() {
    return timeout.multipliedBy(4).dividedBy(5);
  }

  /**
   * Fails a future when a time has passed, with a reason that is made in the context then; or when
   * the client ends.
   */
  public void expire(
      CompletableFuture<?> future, Duration after, Supplier<? extends RuntimeException> why) {
    Time.Scheduled expiry =
        time.schedule(after, () -> context.execute(() -> future.completeExceptionally(why.get())));
    future.whenComplete((result, failure) -> expiry.cancel());
    waiters.add(future);
  }

  /** A future that completes as another does, but where user code may run. */
  public <T> CompletableFuture<T> forUser(CompletableFuture<T> future) {
    CompletableFuture<T> result = new CompletableFuture<>();
    future.whenComplete(
        (value, failure) ->
            callbacks.execute(
                () -> {
                  if (failure == null) {
                    result.complete(value);
                  } else {
                    result.completeExceptionally(failure);
                  }
                }));
    return result;
  }
}
