package io.etcdregistry.internal.time;

import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Waits for a future as a blocking verb does. */
public final class Waiting {
  private Waiting() {}

  /**
   * The future's result.
   *
   * @param future bounded in time by whoever made it
   * @param what what is waited for, for the message of an interruption
   * @throws RegistryException the one it failed with, or {@code INTERRUPTED}
   */
  public static <T> T get(CompletableFuture<T> future, String what) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryException(Reason.INTERRUPTED, "Interrupted while " + what, e);
    } catch (CancellationException e) {
      throw new RegistryException(Reason.CLOSED, "Cancelled while " + what, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RegistryException known) {
        throw again(known);
      }
      throw new IllegalStateException("Failed while " + what, e.getCause());
    }
  }

  /** The same failure with the caller's stack, so that it shows who asked. */
  private static RegistryException again(RegistryException failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return new RegistryException(failure.reason(), String.valueOf(failure.getMessage()), cause);
  }
}
