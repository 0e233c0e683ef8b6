package io.etcdregistry.internal.view;

import io.etcdregistry.Snapshot;
import io.etcdregistry.internal.store.StoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Who waits for a view's first snapshot. Kept in the view's serial context, asked by anybody. */
final class FirstLoad {
  private final Executor context;
  private final Executor callbacks;
  private final CompletableFuture<Snapshot> ready = new CompletableFuture<>();

  // Touched in the context only.
  private CompletableFuture<Snapshot> loading = new CompletableFuture<>();

  FirstLoad(Executor context, Executor callbacks) {
    this.context = context;
    this.callbacks = callbacks;
  }

  /** The first snapshot that etcd gave; fails never while the registry is open. */
  CompletableFuture<Snapshot> whenReady() {
    return ready.copy();
  }

  /** The first snapshot, or why the range cannot be read, if etcd refuses. */
  CompletableFuture<Snapshot> whenLoaded() {
    CompletableFuture<Snapshot> result = new CompletableFuture<>();
    context.execute(
        () ->
            loading.whenComplete(
                (snapshot, refusal) -> {
                  if (refusal == null) {
                    result.complete(snapshot);
                  } else {
                    result.completeExceptionally(refusal);
                  }
                }));
    return result;
  }

  /** etcd has answered. */
  void loaded(Snapshot snapshot) {
    loading.complete(snapshot);
    callbacks.execute(() -> ready.complete(snapshot));
  }

  /** etcd does not answer, and there is something to go on with: better than nothing. */
  void madeDo(Snapshot snapshot) {
    loading.complete(snapshot);
  }

  /** etcd refuses, for now. */
  void refused(StoreException cause) {
    loading.completeExceptionally(cause);
    loading = new CompletableFuture<>();
  }

  /** There will be none. */
  void end(RuntimeException why) {
    CompletableFuture<Snapshot> waiting = loading;
    callbacks.execute(
        () -> {
          waiting.completeExceptionally(why);
          ready.completeExceptionally(why);
        });
  }
}
