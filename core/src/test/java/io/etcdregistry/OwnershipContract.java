package io.etcdregistry;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Registration.State;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.KeyValue;
import io.etcdregistry.internal.store.WatchLog;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Whose a key is: rivals, strangers, and operators with a heavy hand. */
public interface OwnershipContract extends RegistryBench {
  private static Instance.Builder orders(int round) {
    return Instance.named("orders").port(8080).with("round", round);
  }

  @Test
  default void rival_joinsTheSameKey_ownsItUntilItLeaves() {
    Registration first = registry().join(orders(1));
    Registration second = registry().join(orders(2));
    assertThat(second.instance().key()).isEqualTo(first.instance().key());
    assertThat(rawDocument(first.instance())).contains(second.instance().json());
    awaitState(first, State.SUPERSEDED);
    KeyValue owned = raw(first.instance().key()).orElseThrow();
    settle();
    assertThat(raw(first.instance().key()).orElseThrow().modRevision())
        .as("nobody fights")
        .isEqualTo(owned.modRevision());
    assertThat(second.state()).isEqualTo(State.JOINED);
    second.leave();
    awaitState(first, State.JOINED);
    assertThat(rawDocument(first.instance())).contains(first.instance().json());
  }

  @Test
  default void superseded_leaves_theRivalStays() {
    Registry loser = registry();
    Registration first = loser.join(orders(1));
    Registration second = registry().join(orders(2));
    awaitState(first, State.SUPERSEDED);
    first.leave();
    assertThat(first.state()).isEqualTo(State.LEFT);
    assertThat(rawDocument(second.instance())).contains(second.instance().json());
    await("its own view shows the rival", () -> loser.list("orders").size() == 1);
    second.leave();
    settle();
    assertThat(pairs()).isEmpty();
  }

  @Test
  default void superseded_updates_nothingIsWrittenUntilItIsBack() {
    Registration first = registry().join(orders(1));
    Registration second = registry().join(orders(2));
    awaitState(first, State.SUPERSEDED);
    CompletableFuture<Void> updated =
        CompletableFuture.runAsync(() -> first.update(change -> change.with("round", 3)));
    await("the wish", () -> first.instance().json().contains("\"round\":3"));
    settle();
    assertThat(rawDocument(second.instance())).contains(second.instance().json());
    second.leave();
    awaitState(first, State.JOINED);
    await("the update returns", updated::isDone);
    assertThat(rawDocument(first.instance()).orElseThrow()).contains("\"round\":3");
  }

  @Test
  default void stranger_takesTheKeyByHand_andGivesItBack() {
    Registration joined = registry().join(orders(1));
    String key = joined.instance().key();
    putDocument(key, document("orders", "stranger"), 0);
    awaitState(joined, State.SUPERSEDED);
    settle();
    assertThat(rawDocument(joined.instance())).contains(document("orders", "stranger"));
    admin().delete(key);
    awaitState(joined, State.JOINED);
    assertThat(rawDocument(joined.instance())).contains(joined.instance().json());
    assertThat(raw(key).orElseThrow().lease()).isNotZero();
  }

  @Test
  default void join_takesOverFromAStranger() {
    putDocument(key("orders", "one"), document("orders", "stranger"), 0);
    Registry registry = registry();
    Registration joined = registry.join(Instance.named("orders").port(1).id("one"));
    assertThat(rawDocument(joined.instance())).contains(joined.instance().json());
    assertThat(urls(registry.list("orders"))).containsExactly(joined.instance().url());
  }

  @Test
  default void ownKey_deletedByHand_isBack() {
    Registry registry = registry();
    Registration joined = registry.join(orders(1));
    String key = joined.instance().key();
    WatchLog log = new WatchLog();
    store().watch(log).create(1, KeyRange.key(key), raw(key).orElseThrow().modRevision() + 1);
    for (int round = 1; round <= 3; round++) {
      admin().delete(key);
      int told = 2 * round;
      await("back", () -> log.events(1).size() >= told);
    }
    assertThat(rawDocument(joined.instance())).contains(joined.instance().json());
    awaitState(joined, State.JOINED);
    await("its own view shows it", () -> registry.list("orders").size() == 1);
    settle();
    assertThat(log.events(1)).hasSize(6);
    log.verify();
  }

  @Test
  default void ownKey_overwrittenUnderItsOwnLease_isMended() {
    Registration joined = registry().join(orders(1));
    KeyValue own = raw(joined.instance().key()).orElseThrow();
    WatchLog log = new WatchLog();
    long next = putDocument(own.key(), "{\"name\":\"orders\",\"meddled\":true}", own.lease()) + 1;
    store().watch(log).create(1, KeyRange.key(own.key()), next);
    await("mended", () -> !log.events(1).isEmpty());
    assertThat(rawDocument(joined.instance())).contains(joined.instance().json());
    assertThat(joined.state()).isEqualTo(State.JOINED);
  }

  @Test
  default void lease_revokedByHand_everythingIsBack() {
    Registry registry = registry();
    List<Registration> joined =
        List.of(
            registry.join(orders(1)),
            registry.join(Instance.named("users").port(1)),
            registry.join(Instance.named("users").port(2)));
    long lease = pairs().get(0).lease();
    WatchLog log = new WatchLog();
    long last = pairs().stream().mapToLong(KeyValue::modRevision).max().orElseThrow();
    store().watch(log).create(1, KeyRange.prefix(prefix()), last + 1);
    await("watching", () -> log.created(1).isPresent());
    admin().revoke(lease);
    await("three deletes and three puts", () -> log.events(1).size() >= 6);
    assertThat(pairs()).hasSize(3).allMatch(pair -> pair.lease() != 0 && pair.lease() != lease);
    joined.forEach(registration -> awaitState(registration, State.JOINED));
    assertThat(registry.list()).hasSize(3);
    settle();
    assertThat(log.events(1)).hasSize(6);
    log.verify();
  }

  @Test
  default void evict_removesWhatNobodyKeeps() {
    Registry registry = registry();
    putDocument(key("orders", "old"), document("orders", "old"), 0);
    Instance read = registry.lookup("orders").orElseThrow();
    assertThat(registry.evict(read)).isTrue();
    assertThat(pairs()).isEmpty();
    assertThat(registry.list("orders")).isEmpty();
    assertThat(registry.evict(read)).isFalse();
  }

  @Test
  default void evict_ofALiveOwner_comesBack() {
    Registration joined = registry().join(orders(1));
    Registry operator = registry();
    Instance read = operator.lookup("orders").orElseThrow();
    assertThat(operator.evict(read)).isTrue();
    await(
        "back",
        () -> operator.lookup("orders").filter(i -> i.revision() > read.revision()).isPresent());
    assertThat(rawDocument(joined.instance())).contains(joined.instance().json());
    assertThat(operator.evict(read)).as("it is not as it was read").isFalse();
    assertThat(pairs()).hasSize(1);
  }
}
