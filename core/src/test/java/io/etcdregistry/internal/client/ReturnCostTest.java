package io.etcdregistry.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Instance;
import io.etcdregistry.RecordsForTests;
import io.etcdregistry.internal.codec.Keys;
import io.etcdregistry.internal.store.CountedCalls;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.store.FakeCluster;
import io.etcdregistry.internal.store.FakeLink.Lost;
import io.etcdregistry.internal.store.FakeStore;
import io.etcdregistry.internal.time.SerialExecutor;
import io.etcdregistry.testing.FakeTime;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a client asks of etcd when it comes back after a long outage. */
class ReturnCostTest {
  private static final int JOINED = 300;

  private final FakeTime time = new FakeTime();
  private final FakeCluster cluster = new FakeCluster(time);
  private final FakeStore store = cluster.client();
  private final CountedCalls calls = new CountedCalls();
  private final Keys keys = Keys.of("");

  @Test
  void afterALongOutage_aFewCalls_howeverManyAreJoined() {
    EtcdRegistry registry = registry();
    for (int port = 1; port <= JOINED; port++) {
      registry.announce(Instance.named("orders").port(port));
    }
    registry.service("orders");
    time.advance(Duration.ofSeconds(30));
    store.link().partition(Lost.FOR_GOOD);
    time.advance(Duration.ofSeconds(55));
    List<Integer> before = counts();
    store.link().heal();
    time.advance(Duration.ofSeconds(15));
    assertThat(cluster.list(keys.all()).pairs()).hasSize(JOINED);
    assertThat(counts().get(0) - before.get(0)).as("lists").isLessThanOrEqualTo(2);
    assertThat(counts().get(1) - before.get(1)).as("commits").isLessThanOrEqualTo(8);
    CompletableFuture<Void> closed = registry.closing();
    time.advanceUntil(closed::isDone, Duration.ofMinutes(1));
    assertThat(closed).isDone();
  }

  private List<Integer> counts() {
    return Stream.of("list", "commit").map(calls::of).toList();
  }

  private EtcdRegistry registry() {
    Random random = new Random(7);
    Environment env =
        new Environment(
            calls.of(store),
            time,
            new SerialExecutor(Runnable::run),
            Runnable::run,
            Runnable::run,
            random::nextLong,
            Duration.ofSeconds(5));
    return new EtcdRegistry(
        env, Duration.ofSeconds(10), keys, RecordsForTests.of(keys), new NoOrigin());
  }
}
