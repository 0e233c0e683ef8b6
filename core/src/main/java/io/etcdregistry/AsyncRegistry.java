package io.etcdregistry;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;

/**
 * The verbs of {@link Registry} that wait, as futures.
 *
 * <p>Futures fail with a {@link RegistryException} for the same reasons and within the same time as
 * the blocking verbs, and complete on a thread of the registry's where user code may run.
 * Thread-safe.
 */
public interface AsyncRegistry {
  /**
   * As {@link Registry#join(Instance.Builder)}.
   *
   * @param instance what to join
   * @return completes when the record is committed; cancelling it leaves
   */
  default CompletableFuture<Registration> join(Instance.Builder instance) {
    return join(instance, JoinOptions.defaults());
  }

  /**
   * As {@link Registry#join(Instance.Builder, JoinOptions)}.
   *
   * @param instance what to join
   * @param options how to keep it
   * @return completes when the record is committed; cancelling it leaves
   */
  CompletableFuture<Registration> join(Instance.Builder instance, JoinOptions options);

  /**
   * As {@link Registry#leave(String)}.
   *
   * @param name the service's name
   * @return completes when every record of that name is gone
   */
  CompletableFuture<Void> leave(String name);

  /**
   * As {@link Registry#leave()}.
   *
   * @return completes when every record of this registry's is gone
   */
  CompletableFuture<Void> leave();

  /**
   * As {@link Registry#lookup(String)}.
   *
   * @param name the service's name
   * @return completes at once after the first load
   */
  CompletableFuture<Optional<Instance>> lookup(String name);

  /**
   * As {@link Registry#list(String)}.
   *
   * @param name the service's name
   * @return completes at once after the first load
   */
  CompletableFuture<List<Instance>> list(String name);

  /**
   * As {@link Registry#list()}.
   *
   * @return completes at once after the first load
   */
  CompletableFuture<List<Instance>> list();

  /**
   * As {@link Registry#services()}.
   *
   * @return completes at once after the first load
   */
  CompletableFuture<SortedMap<String, Integer>> services();
}
