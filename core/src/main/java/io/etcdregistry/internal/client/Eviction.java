package io.etcdregistry.internal.client;

import io.etcdregistry.Instance;
import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import io.etcdregistry.internal.codec.Keys;
import io.etcdregistry.internal.store.Commit;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.store.Header;
import io.etcdregistry.internal.store.KeyValue;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.WatchStream.Event;
import io.etcdregistry.internal.store.Write;
import io.etcdregistry.internal.store.Write.Guard;
import io.etcdregistry.internal.watch.WatchHub;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/** The removal of a record by hand, whoever owns it. */
final class Eviction {
  private final Environment env;
  private final Keys keys;
  private final WatchHub hub;
  private final Function<Event, CompletableFuture<Void>> show;

  Eviction(
      Environment env, Keys keys, WatchHub hub, Function<Event, CompletableFuture<Void>> show) {
    this.env = env;
    this.keys = keys;
    this.hub = hub;
    this.show = show;
  }

  /** Removes a record as it was read; tells whether it was still there. */
  CompletableFuture<Boolean> of(Instance instance) {
    String key = instance.key();
    if (keys.parse(key).isEmpty() || instance.revision() <= 0) {
      throw new RegistryException(
          Reason.INVALID, "instance: " + instance + " (expected: one that list() gave)");
    }
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    env.context().execute(() -> delete(key, instance.revision(), result));
    env.waiters().add(result);
    env.telemetry().failing("evict", result);
    return result;
  }

  private void delete(String key, long revision, CompletableFuture<Boolean> result) {
    Consumer<Header> witness = hub.witness();
    env.store()
        .commit(List.of(Write.delete(key, Guard.REVISION, revision)), env.timeout())
        .whenComplete(
            (commit, failure) ->
                env.context()
                    .execute(
                        () -> {
                          if (failure != null) {
                            result.completeExceptionally(failed(key, StoreException.of(failure)));
                          } else {
                            witness.accept(commit.header());
                            done(key, commit, result);
                          }
                        }));
  }

  private void done(String key, Commit commit, CompletableFuture<Boolean> result) {
    boolean applied = commit.outcomes().get(0).applied();
    if (!applied) {
      result.complete(false);
      return;
    }
    KeyValue gone = new KeyValue(key, new byte[0], 0, commit.header().revision(), 0);
    show.apply(new Event(gone, true)).thenRun(() -> result.complete(true));
  }

  private static RegistryException failed(String key, StoreException cause) {
    return new RegistryException(
        cause.failure().reason(), "Could not remove " + key + ": " + cause.getMessage(), cause);
  }
}
