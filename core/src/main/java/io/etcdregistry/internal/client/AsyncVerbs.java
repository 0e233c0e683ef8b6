package io.etcdregistry.internal.client;

import io.etcdregistry.AsyncRegistry;
import io.etcdregistry.Instance;
import io.etcdregistry.JoinOptions;
import io.etcdregistry.Registration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/** The registry's verbs as futures, completed where user code may run. */
final class AsyncVerbs implements AsyncRegistry {
  private final EtcdRegistry registry;

  AsyncVerbs(EtcdRegistry registry) {
    this.registry = registry;
  }

  @Override
  public CompletableFuture<Registration> join(Instance.Builder instance, JoinOptions options) {
    CompletableFuture<Registration> joining = call(() -> registry.joining(instance, options));
    CompletableFuture<Registration> joined = registry.env().forUser(joining);
    joined.whenComplete(
        (registration, failure) -> {
          if (joined.isCancelled() && !joining.cancel(false)) {
            joining.thenAccept(late -> call(() -> leave(late)));
          }
        });
    return joined;
  }

  /** Cancelled just when the join was committed: leaves all the same. */
  private CompletableFuture<Void> leave(Registration late) {
    return CompletableFuture.runAsync(late::leave, registry.env().callbacks());
  }

  @Override
  public CompletableFuture<Void> leave(String name) {
    return registry.env().forUser(call(() -> registry.leaving(EtcdRegistry.checked(name))));
  }

  @Override
  public CompletableFuture<Void> leave() {
    return registry.env().forUser(call(() -> registry.leaving("")));
  }

  @Override
  public CompletableFuture<Optional<Instance>> lookup(String name) {
    return loaded(() -> EtcdRegistry.checked(name), registry.views()::pick);
  }

  @Override
  public CompletableFuture<List<Instance>> list(String name) {
    return loaded(() -> EtcdRegistry.checked(name), registry.views()::list);
  }

  @Override
  public CompletableFuture<List<Instance>> list() {
    return loaded(() -> "", registry.views()::list);
  }

  @Override
  public CompletableFuture<SortedMap<String, Integer>> services() {
    return loaded(() -> "", all -> registry.views().names());
  }

  private <T> CompletableFuture<T> loaded(Supplier<String> checked, Function<String, T> read) {
    CompletableFuture<T> result =
        call(
            () -> {
              registry.checkOpen();
              String name = checked.get();
              return registry.views().loaded(name)
                  ? CompletableFuture.completedFuture(read.apply(name))
                  : registry
                      .views()
                      .load(name, registry.env().timeout())
                      .thenApply(snapshot -> read.apply(name));
            });
    return registry.env().forUser(result);
  }

  /** What a verb throws at once fails its future, too. */
  private static <T> CompletableFuture<T> call(Supplier<CompletableFuture<T>> verb) {
    try {
      return verb.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
