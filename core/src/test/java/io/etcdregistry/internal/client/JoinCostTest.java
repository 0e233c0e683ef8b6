package io.etcdregistry.internal.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Instance;
import io.etcdregistry.RecordsForTests;
import io.etcdregistry.Registration;
import io.etcdregistry.internal.codec.Keys;
import io.etcdregistry.internal.store.Commit;
import io.etcdregistry.internal.store.CountedCalls;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.store.FakeCluster;
import io.etcdregistry.internal.store.ForwardingStore;
import io.etcdregistry.internal.store.Store;
import io.etcdregistry.internal.store.Write;
import io.etcdregistry.internal.time.SerialExecutor;
import io.etcdregistry.testing.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a client asks of etcd when it joins, and that nothing is missed by what it puts off. */
class JoinCostTest {
  private static final int MANY = 1000;
  private static final Duration WHILE = Duration.ofMillis(300);

  private final FakeTime time = new FakeTime();
  private final FakeCluster cluster = new FakeCluster(time);
  private final CountedCalls calls = new CountedCalls();
  private final Keys keys = Keys.of("");
  private final Random random = new Random(7);
  private final EtcdRegistry registry = registry(calls.of(cluster.client()));

  private EtcdRegistry registry(Store store) {
    return new EtcdRegistry(
        new Environment(
            store,
            time,
            new SerialExecutor(Runnable::run),
            Runnable::run,
            Runnable::run,
            random::nextLong,
            Duration.ofSeconds(5)),
        Duration.ofSeconds(10),
        keys,
        RecordsForTests.of(keys),
        new NoOrigin());
  }

  @BeforeEach
  void warmUp() {
    await(join("base"));
    time.advance(WHILE);
  }

  @AfterEach
  void leave() {
    await(registry.closing());
    assertThat(cluster.list(keys.all()).pairs()).isEmpty();
    assertThat(cluster.openWatches()).isZero();
  }

  private CompletableFuture<Registration> join(String name) {
    return registry.async().join(Instance.named(name).port(8080));
  }

  private <T> T await(CompletableFuture<T> future) {
    time.advanceUntil(future::isDone, Duration.ofMinutes(1));
    return future.join();
  }

  private List<CompletableFuture<Registration>> joinMany() {
    List<CompletableFuture<Registration>> joins = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      joins.add(join("service-" + i));
    }
    return joins;
  }

  @Test
  void thousandAtOnce_goInFullTransactions_andAreWatchedAfterwards() {
    int commits = calls.of("commit");
    int watches = cluster.openWatches();
    joinMany().forEach(this::await);
    assertThat(calls.of("commit") - commits).as("commits").isLessThanOrEqualTo(16);
    assertThat(cluster.openWatches()).as("watches when all have joined").isEqualTo(watches);
    time.advance(WHILE);
    assertThat(cluster.openWatches()).as("watches soon after").isEqualTo(watches + MANY);
  }

  @Test
  void oneAfterTheOther_areWatchedWhenNoMoreCome() {
    int watches = cluster.openWatches();
    for (int i = 0; i < 10; i++) {
      await(join("service-" + i));
      time.advance(Duration.ofMillis(80));
    }
    assertThat(cluster.openWatches()).as("watches while they join").isEqualTo(watches);
    time.advance(Duration.ofMillis(80));
    assertThat(cluster.openWatches()).as("watches soon after").isEqualTo(watches + 10);
  }

  @Test
  void oneAfterTheOther_areWatchedWithinASecond_whileMoreCome() {
    int watches = cluster.openWatches();
    for (int i = 0; i < 30; i++) {
      await(join("service-" + i));
      time.advance(Duration.ofMillis(80));
    }
    assertThat(cluster.openWatches()).isBetween(watches + 18, watches + 29);
  }

  @Test
  void leftBeforeItIsWatched_neverIs() {
    int watches = cluster.watchesBegun();
    joinMany().forEach(this::await);
    await(registry.async().leave());
    await(join("base"));
    time.advance(WHILE);
    assertThat(cluster.watchesBegun()).as("of which one is of base").isEqualTo(watches + 1);
  }

  @Test
  void deletedBeforeItIsWatched_isPutBack() {
    Registration joined = await(join("orders"));
    cluster.delete(joined.instance().key());
    time.advance(WHILE);
    assertThat(cluster.pair(joined.instance().key())).isPresent();
  }

  @Test
  void deletedAndCompactedBeforeItIsWatched_isPutBack() {
    Registration joined = await(join("orders"));
    long deleted = cluster.delete(joined.instance().key());
    cluster.compact(deleted);
    time.advance(Duration.ofSeconds(3)); // it has to be read
    assertThat(cluster.pair(joined.instance().key())).isPresent();
  }

  @Test
  void takenBeforeItIsWatched_isSuperseded() {
    Registration joined = await(join("orders"));
    cluster.put(joined.instance().key(), "{}".getBytes(UTF_8), 0);
    time.advance(WHILE);
    assertThat(joined.state()).isEqualTo(Registration.State.SUPERSEDED);
    cluster.delete(joined.instance().key());
    time.advance(WHILE);
    assertThat(joined.state()).isEqualTo(Registration.State.JOINED);
  }

  @Test
  void wipedBeforeItIsWatched_isPutBack() {
    Registration joined = await(join("orders"));
    cluster.wipe();
    time.advance(Duration.ofMinutes(2));
    assertThat(cluster.pair(joined.instance().key())).isPresent();
  }

  /** The watch begins where the other cluster has gone on already, and its lease is still there. */
  @Test
  void replacedBeforeItIsWatched_byOneThatHasTheLeaseOnly_isPutBackSoon() {
    List<FakeCluster.Image> images = new ArrayList<>();
    EtcdRegistry other =
        registry(
            new ForwardingStore(cluster.client()) {
              @Override
              public CompletableFuture<Commit> commit(List<Write> writes, Duration timeout) {
                images.add(cluster.snapshot());
                return super.commit(writes, timeout);
              }
            });
    await(other.service("others").whenReady()); // by the stream that will break
    Registration joined = await(other.async().join(Instance.named("orders").port(1)));
    cluster.restore(images.get(0), true);
    for (int i = 0; i < 10; i++) {
      cluster.put("elsewhere", new byte[0], 0);
    }
    time.advance(Duration.ofSeconds(20));
    assertThat(cluster.pair(joined.instance().key())).isPresent();
    await(other.closing());
  }
}
