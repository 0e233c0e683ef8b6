package io.etcdregistry.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.internal.store.WatchStream.Event;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Leases: granted, renewed, revoked, expired. */
public interface LeaseContract extends StoreBench {
  /** Enough for a lease of the smallest TTL to be gone: etcd looks every half second. */
  private Duration expiry() {
    return minTtl().plusSeconds(2);
  }

  private boolean exists(long lease) {
    var answer = store().leaseKeys(lease, CALL);
    await("an answer", answer::isDone);
    if (!answer.isCompletedExceptionally()) {
      return true;
    }
    assertThat(failure(answer).failure()).isEqualTo(Failure.LEASE_NOT_FOUND);
    return false;
  }

  @Test
  default void grant_ttl_isGranted() {
    long lease = newLease();
    Grant grant = get(store().grant(lease, Duration.ofSeconds(30), CALL));
    assertThat(grant.lease()).isEqualTo(lease);
    assertThat(grant.ttl()).isEqualTo(Duration.ofSeconds(30));
    assertThat(grant.header().clusterId()).isNotZero();
    assertThat(get(store().leaseKeys(lease, CALL)).keys()).isEmpty();
  }

  @Test
  default void grant_smallTtl_isRaised() {
    Grant grant = get(store().grant(newLease(), Duration.ofSeconds(1), CALL));
    assertThat(grant.ttl()).isEqualTo(minTtl());
  }

  @Test
  default void grant_again_isTheSameLease() {
    long lease = grant(Duration.ofSeconds(30));
    put(prefix() + "a", "1", lease);
    Grant again = get(another().grant(lease, Duration.ofSeconds(30), CALL));
    assertThat(again.lease()).isEqualTo(lease);
    assertThat(again.ttl()).isEqualTo(Duration.ofSeconds(30));
    assertThat(get(store().leaseKeys(lease, CALL)).keys()).containsExactly(prefix() + "a");
  }

  @Test
  default void grant_againAfterARevoke_isANewLease() {
    long lease = grant(Duration.ofSeconds(30));
    put(prefix() + "a", "1", lease);
    get(store().revoke(lease, CALL));
    get(store().grant(lease, Duration.ofSeconds(20), CALL));
    assertThat(get(store().leaseKeys(lease, CALL)).keys()).isEmpty();
  }

  @Test
  default void revoke_deletesItsKeysAtOneRevision() {
    long lease = grant(Duration.ofSeconds(30));
    put(prefix() + "a", "1", lease);
    put(prefix() + "b", "2", lease);
    long last = put(prefix() + "c", "3");
    WatchLog log = new WatchLog();
    store().watch(log).create(1, KeyRange.prefix(prefix()), last + 1);
    await("created", () -> log.created(1).isPresent());
    get(store().revoke(lease, CALL));
    assertThat(content()).containsExactly("c=3");
    await("both deletes", () -> log.events(1).size() == 2);
    assertThat(log.lines(1, prefix())).containsExactly(last + 1 + "-a", last + 1 + "-b");
    assertThat(log.calls(1)).isEqualTo(1);
    assertThat(exists(lease)).isFalse();
  }

  @Test
  default void revoke_missingLease_isAsGoodAsDone() {
    get(store().revoke(newLease(), CALL));
    long lease = grant(Duration.ofSeconds(30));
    get(store().revoke(lease, CALL));
    get(store().revoke(lease, CALL));
  }

  @Test
  default void leaseKeys_areItsKeys() {
    long lease = grant(Duration.ofSeconds(30));
    long other = grant(Duration.ofSeconds(30));
    put(prefix() + "a", "1", lease);
    put(prefix() + "\u00e9\u00ff", "2", lease);
    put(prefix() + "b", "3", other);
    put(prefix() + "c", "4", lease);
    long revision = delete(prefix() + "c");
    LeaseKeys keys = get(store().leaseKeys(lease, CALL));
    assertThat(keys.keys()).containsExactlyInAnyOrder(prefix() + "a", prefix() + "\u00e9\u00ff");
    assertThat(keys.header().revision()).isGreaterThanOrEqualTo(revision);
  }

  @Test
  default void leaseKeys_missingLease_isNotFound() {
    assertThat(failure(store().leaseKeys(newLease(), CALL)).failure())
        .isEqualTo(Failure.LEASE_NOT_FOUND);
  }

  @Test
  default void expiry_deletesTheKeysAndSaysSo() {
    long lease = grant(minTtl());
    put(prefix() + "a", "1", lease);
    long last = put(prefix() + "b", "2", lease);
    put(prefix() + "c", "3", lease);
    last = Math.max(last, put(prefix() + "c", "stays"));
    WatchLog log = new WatchLog();
    store().watch(log).create(1, KeyRange.prefix(prefix()), last + 1);
    passTime(expiry());
    await("both deletes", () -> log.events(1).size() == 2);
    assertThat(log.events(1)).allMatch(Event::deleted);
    assertThat(log.events(1).stream().map(event -> event.pair().key()))
        .containsExactly(prefix() + "a", prefix() + "b");
    assertThat(content()).containsExactly("c=stays");
    assertThat(exists(lease)).isFalse();
    log.verify();
  }

  @Test
  default void keepAlive_renewing_keepsTheLease() {
    long kept = grant(minTtl());
    long left = grant(minTtl());
    put(prefix() + "kept", "1", kept);
    put(prefix() + "left", "2", left);
    WatchLog events = new WatchLog();
    store().watch(events).create(1, KeyRange.prefix(prefix()), 0);
    KeepAliveLog log = new KeepAliveLog();
    KeepAliveStream stream = store().keepAlive(log);
    for (int i = 1; i <= 6; i++) {
      passTime(minTtl().dividedBy(2));
      stream.renew(kept);
      int count = i;
      await("an answer", () -> log.renewed(kept).size() == count);
    }
    assertThat(log.renewed(kept)).containsOnly(minTtl());
    await("the other is gone", () -> !events.events(1).isEmpty());
    assertThat(content()).containsExactly("kept=1");
    passTime(expiry());
    await("gone without renewals", () -> events.events(1).size() == 2);
    assertThat(content()).isEmpty();
    assertThat(log.broken()).isEmpty();
    events.verify();
  }

  @Test
  default void keepAlive_missingLease_answersZero() {
    long missing = newLease();
    long revoked = grant(Duration.ofSeconds(30));
    long lives = grant(Duration.ofSeconds(40));
    get(store().revoke(revoked, CALL));
    KeepAliveLog log = new KeepAliveLog();
    KeepAliveStream stream = store().keepAlive(log);
    Stream.of(missing, revoked, lives).forEach(stream::renew);
    await(
        "answers",
        () -> Stream.of(missing, revoked, lives).noneMatch(l -> log.renewed(l).isEmpty()));
    assertThat(log.renewed(missing)).containsOnly(Duration.ZERO);
    assertThat(log.renewed(revoked)).containsOnly(Duration.ZERO);
    assertThat(log.renewed(lives)).containsExactly(Duration.ofSeconds(40));
    assertThat(log.broken()).isEmpty();
  }

  @Test
  default void keepAlive_afterAnExpiry_answersZero() {
    long lease = grant(minTtl());
    long last = put(prefix() + "a", "1", lease);
    WatchLog events = new WatchLog();
    store().watch(events).create(1, KeyRange.prefix(prefix()), last + 1);
    passTime(expiry());
    await("gone", () -> !events.events(1).isEmpty());
    KeepAliveLog log = new KeepAliveLog();
    store().keepAlive(log).renew(lease);
    await("an answer", () -> !log.renewed(lease).isEmpty());
    assertThat(log.renewed(lease)).containsOnly(Duration.ZERO);
  }

  @Test
  default void keepAlive_manyLeases_answersEach() {
    List<Long> leases = Stream.generate(() -> grant(Duration.ofSeconds(30))).limit(50).toList();
    KeepAliveLog log = new KeepAliveLog();
    KeepAliveStream stream = store().keepAlive(log);
    leases.forEach(stream::renew);
    await("answers", () -> leases.stream().noneMatch(l -> log.renewed(l).isEmpty()));
    assertThat(leases).allMatch(l -> log.renewed(l).equals(List.of(Duration.ofSeconds(30))));
  }

  @Test
  default void keepAlive_closed_hearsNothingMore() {
    long lease = grant(Duration.ofSeconds(30));
    KeepAliveLog closed = new KeepAliveLog();
    KeepAliveStream stream = store().keepAlive(closed);
    stream.renew(lease);
    await("an answer", () -> !closed.renewed(lease).isEmpty());
    stream.close(false);
    stream.close(true);
    stream.renew(lease);
    KeepAliveLog open = new KeepAliveLog();
    store().keepAlive(open).renew(lease);
    await("an answer elsewhere", () -> !open.renewed(lease).isEmpty());
    assertThat(closed.renewed(lease)).hasSize(1);
    assertThat(closed.broken()).isEmpty();
  }

  @Test
  default void keepAlive_closedForSilence_canBeOpenedAgain() {
    long lease = grant(Duration.ofSeconds(30));
    store().keepAlive(new KeepAliveLog()).close(true);
    KeepAliveLog log = new KeepAliveLog();
    store().keepAlive(log).renew(lease);
    await("an answer", () -> !log.renewed(lease).isEmpty());
  }
}
