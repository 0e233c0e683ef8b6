package io.etcdregistry.internal.store;

import static io.etcdregistry.internal.store.StoreBench.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.etcdregistry.internal.store.Write.Guard;
import io.etcdregistry.testing.FakeTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;

/** One client of the fake, and what it asks for. */
abstract class FakeFaultsScene {
  static final Duration TIMEOUT = Duration.ofSeconds(4);
  static final Duration SECOND = Duration.ofSeconds(1);
  static final KeyRange ALL = KeyRange.prefix("/");

  final FakeTime time = new FakeTime();
  final FakeCluster cluster = new FakeCluster(time);
  final FakeStore store = cluster.client();
  final WatchLog watches = new WatchLog();
  final KeepAliveLog renewals = new KeepAliveLog();

  @AfterEach
  void closeStore() {
    store.close();
    time.advance(Duration.ofMinutes(1));
    assertThat(cluster.openStreams()).isZero();
    assertThat(cluster.openWatches()).isZero();
    assertThat(time.pending()).isEmpty();
  }

  final CompletableFuture<Commit> put(String key, Guard guard) {
    return store.commit(List.of(Write.put(key, guard, 0, bytes("1"), 0)), TIMEOUT);
  }

  final CompletableFuture<Listing> list() {
    return store.list(ALL, TIMEOUT);
  }

  final <T> T get(CompletableFuture<T> answer) {
    assertThat(time.advanceUntil(answer::isDone, TIMEOUT)).isTrue();
    return answer.join();
  }

  final StoreException failure(CompletableFuture<?> answer) {
    assertThat(time.advanceUntil(answer::isDone, TIMEOUT)).isTrue();
    return (StoreException)
        catchThrowableOfType(CompletionException.class, answer::join).getCause();
  }

  final boolean exists(String key) {
    return cluster.pair(key).isPresent();
  }
}
