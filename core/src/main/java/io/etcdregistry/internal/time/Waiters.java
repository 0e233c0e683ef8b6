package io.etcdregistry.internal.time;

import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Futures that somebody waits for. When the client ends, so does the waiting: what would complete
 * them, and what would end them in time, does not run any more. Thread-safe.
 */
public final class Waiters {
  private final Map<Object, CompletableFuture<?>> waiting = new ConcurrentHashMap<>();
  private volatile boolean ended;

  /** Takes one more; after the end it fails at once. */
  public void add(CompletableFuture<?> future) {
    Object place = new Object();
    waiting.put(place, future);
    future.whenComplete((result, failure) -> waiting.remove(place));
    if (ended) {
      fail(future);
    }
  }

  /** Fails all that are left, and whatever is added later. */
  public void end() {
    ended = true;
    waiting.values().forEach(Waiters::fail);
  }

  /** Whether nothing is waited for any more. */
  public boolean ended() {
    return ended;
  }

  private static void fail(CompletableFuture<?> future) {
    future.completeExceptionally(
        new RegistryException(Reason.CLOSED, "The registry was closed meanwhile"));
  }
}
