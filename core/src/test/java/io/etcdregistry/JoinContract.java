package io.etcdregistry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Registration.State;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.KeyValue;
import io.etcdregistry.internal.store.WatchLog;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Joining, changing, leaving: what etcd holds, and that the same client sees it at once. */
public interface JoinContract extends RegistryBench {
  private static String sha1(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  default void join_writesExactlyOneKeyWithTheDocument() {
    Registration joined = registry().join(Instance.named("my-service-name").port(8080));
    List<KeyValue> pairs = pairs();
    assertThat(pairs).hasSize(1);
    assertThat(pairs.get(0).key())
        .isEqualTo(key("my-service-name", sha1("my-service-name-http://192.168.1.10:8080")))
        .isEqualTo(joined.instance().key());
    assertThat(new String(pairs.get(0).value(), UTF_8))
        .isEqualTo(
            "{\"name\":\"my-service-name\",\"port\":8080,\"hostname\":\"192.168.1.10\","
                + "\"host\":\"192.168.1.10:8080\",\"url\":\"http://192.168.1.10:8080\"}")
        .isEqualTo(joined.instance().json());
    assertThat(pairs.get(0).lease()).isNotZero();
    assertThat(joined.state()).isEqualTo(State.JOINED);
    assertThat(joined.whenJoined()).isCompleted();
  }

  @Test
  default void join_withoutPort_twoOfOneHostDiffer() {
    Registry registry = registry();
    registry.join(Instance.named("worker"));
    registry().join(Instance.named("worker"));
    assertThat(pairs()).hasSize(2);
    assertThat(registry.list("worker")).hasSize(1 + 1);
  }

  @Test
  default void join_ownId_isTheKey() {
    Registry registry = registry();
    Registration joined = registry.join(Instance.named("orders").port(1).id("blue:7.a_b"));
    assertThat(joined.instance().id()).isEqualTo("blue:7.a_b");
    assertThat(pairs()).extracting(KeyValue::key).containsExactly(key("orders", "blue:7.a_b"));
    assertThat(registry.lookup("orders").orElseThrow().id()).isEqualTo("blue:7.a_b");
  }

  @Test
  default void joinUpdateLeave_areSeenByTheSameClientAtOnce() {
    Registry registry = registry();
    ServiceView view = registry.service("orders");
    for (int i = 0; i < 10; i++) {
      Registration joined = registry.join(Instance.named("orders").port(8080).with("round", i));
      assertThat(urls(registry.list("orders"))).containsExactly("http://192.168.1.10:8080");
      assertThat(urls(view.snapshot().instances())).containsExactly("http://192.168.1.10:8080");
      assertThat(registry.list()).hasSize(1);
      joined.update(change -> change.with("round", -1));
      assertThat(registry.lookup("orders").orElseThrow().fields())
          .hasEntrySatisfying("round", round -> assertThat(round).hasToString("-1"));
      joined.leave();
      assertThat(registry.list("orders")).isEmpty();
      assertThat(view.snapshot().instances()).isEmpty();
      assertThat(registry.lookup("orders")).isEmpty();
    }
  }

  @Test
  default void update_isOneWriteInPlace() {
    Registration joined = registry().join(Instance.named("orders").port(8080).with("a", 1));
    KeyValue before = raw(joined.instance().key()).orElseThrow();
    WatchLog log = new WatchLog();
    store().watch(log).create(1, KeyRange.prefix(prefix()), before.modRevision() + 1);
    joined.update(change -> change.with("a", 2).with("b", true));
    KeyValue after = raw(joined.instance().key()).orElseThrow();
    assertThat(after.createRevision()).isEqualTo(before.createRevision());
    assertThat(after.lease()).isEqualTo(before.lease());
    assertThat(rawDocument(joined.instance())).contains(joined.instance().json());
    assertThat(joined.instance().number("a").orElseThrow()).isEqualByComparingTo("2");
    await("the event", () -> !log.events(1).isEmpty());
    settle();
    assertThat(log.events(1)).hasSize(1);
    log.verify();
  }

  @Test
  default void leave_isGoneFromEtcdWhenItReturns() {
    Registration joined = registry().join(Instance.named("orders").port(8080));
    joined.leave();
    assertThat(pairs()).isEmpty();
    assertThat(joined.state()).isEqualTo(State.LEFT);
    joined.leave();
    joined.close();
  }

  @Test
  default void leaveByName_leavesTheOthers() {
    Registry registry = registry();
    registry.join(Instance.named("orders").port(1));
    registry.join(Instance.named("orders").port(2));
    registry.join(Instance.named("users").port(3));
    registry().join(Instance.named("orders").port(4));
    registry.leave("orders");
    registry.leave("never-joined");
    assertThat(registry.list().stream().map(Instance::host))
        .containsExactlyInAnyOrder("192.168.1.10:3", "192.168.1.10:4");
    registry.leave();
    assertThat(urls(registry.list())).containsExactly("http://192.168.1.10:4");
    assertThat(pairs()).hasSize(1);
    registry.join(Instance.named("orders").port(1));
    assertThat(pairs()).hasSize(2);
  }

  @Test
  default void drain_isMarkedThenGone() {
    Registration joined = registry().join(Instance.named("orders").port(8080));
    WatchLog log = new WatchLog();
    long next = raw(joined.instance().key()).orElseThrow().modRevision() + 1;
    store().watch(log).create(1, KeyRange.prefix(prefix()), next);
    joined.drain(Duration.ofMillis(300));
    await("both events", () -> log.events(1).size() == 2);
    assertThat(new String(log.events(1).get(0).pair().value(), ISO_8859_1))
        .contains("\"status\":\"draining\"");
    assertThat(log.events(1).get(1).deleted()).isTrue();
    assertThat(joined.state()).isEqualTo(State.LEFT);
    log.verify();
  }

  @Test
  default void announce_joinsByItself() {
    Registry registry = registry();
    Registration announced = registry.announce(Instance.named("orders").port(8080));
    await("joined", announced.whenJoined()::isDone);
    assertThat(announced.state()).isEqualTo(State.JOINED);
    assertThat(rawDocument(announced.instance())).contains(announced.instance().json());
    assertThat(registry.list("orders")).hasSize(1);
  }

  @Test
  default void ttl_isWhatEtcdMadeOfIt() {
    Registry registry = registry("/" + namespace() + "?ttl=30s&timeout=20s&hostname=" + HOSTNAME);
    Registration byDefault = registry.join(Instance.named("a").port(1));
    Registration small =
        registry.join(Instance.named("b").port(2), JoinOptions.defaults().ttl(JoinOptions.MIN_TTL));
    assertThat(byDefault.ttl()).isEqualTo(Duration.ofSeconds(30));
    assertThat(small.ttl()).isEqualTo(minTtl());
    passTime(minTtl().multipliedBy(3));
    assertThat(pairs()).hasSize(2);
    assertThat(small.state()).isEqualTo(State.JOINED);
  }

  @Test
  default void manyJoins_shareOneLease() {
    Registry registry = registry();
    List<CompletableFuture<Registration>> joining =
        IntStream.range(0, 300)
            .mapToObj(i -> registry.async().join(Instance.named("s" + i % 30).port(1000 + i)))
            .toList();
    joining.forEach(this::get);
    assertThat(pairs()).hasSize(300);
    assertThat(pairs().stream().map(KeyValue::lease).distinct()).hasSize(1);
    assertThat(registry.list("s7")).hasSize(10);
    get(registry.async().leave());
    assertThat(pairs()).isEmpty();
  }

  @Test
  default void cancelledJoin_leaves() {
    Registry registry = registry();
    for (int i = 0; i < 10; i++) {
      registry.async().join(Instance.named("orders").port(8080)).cancel(false);
    }
    Registration last = registry.join(Instance.named("users").port(1));
    await("nothing of them is left", () -> registry.list("orders").isEmpty());
    settle();
    assertThat(pairs()).extracting(KeyValue::key).containsExactly(last.instance().key());
  }
}
