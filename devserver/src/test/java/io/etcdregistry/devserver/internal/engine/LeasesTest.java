package io.etcdregistry.devserver.internal.engine;

import static io.etcdregistry.devserver.internal.engine.Requests.bytes;
import static io.etcdregistry.devserver.internal.engine.Requests.delete;
import static io.etcdregistry.devserver.internal.engine.Requests.getAll;
import static io.etcdregistry.devserver.internal.engine.Requests.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.protocol.LeaseGrantRequest;
import io.etcdregistry.protocol.LeaseGrantResponse;
import io.etcdregistry.protocol.LeaseKeepAliveRequest;
import io.etcdregistry.protocol.LeaseRevokeRequest;
import io.etcdregistry.protocol.LeaseStatus;
import io.etcdregistry.protocol.LeaseTimeToLiveRequest;
import io.etcdregistry.protocol.LeaseTimeToLiveResponse;
import io.etcdregistry.protocol.PutRequest;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The life of leases, on a clock of our own. */
class LeasesTest {
  private long now;
  private final Engine engine = new Engine(new Identity(7, 8), Limits.DEFAULT, () -> now);

  @ParameterizedTest
  @CsvSource({"-5, 2", "0, 2", "1, 2", "2, 2", "3, 3", "9000000000, 9000000000"})
  void grant_shortTtl_isRaised(long asked, long granted) {
    assertThat(grant(1, asked).getTTL()).isEqualTo(granted);
  }

  @Test
  void grant_withoutId_choosesAPositiveOne() {
    assertThat(grant(0, 10).getID()).isPositive();
  }

  @Test
  void grant_refused() {
    grant(1, 10);
    assertThatThrownBy(() -> grant(1, 10)).hasMessage(Refusal.LEASE_EXISTS.text());
    assertThatThrownBy(() -> grant(1, 9_000_000_001L))
        .hasMessage(Refusal.LEASE_TTL_TOO_LARGE.text());
  }

  @Test
  void expire_deletesTheKeysInOneRevision() {
    grant(1, 10);
    engine.put(put("a", "1").setLease(1).build());
    engine.put(put("b", "1").setLease(1).build());
    engine.put(put("c", "1").build());
    advance(10_000, -1);
    assertThat(keys()).containsExactly("c");
    assertThat(engine.currentHeader().getRevision()).isEqualTo(5);
    assertThat(engine.kept().get(3).changes())
        .extracting(Change::deletion)
        .containsExactly(true, true);
    assertThat(timeToLive(1).getTTL()).isEqualTo(-1);
  }

  @Test
  void expire_saysWhenTheNextOneEnds() {
    grant(1, 10);
    grant(2, 3);
    advance(1_000, 2_000);
    advance(1_999, 1);
    advance(1, 7_000);
    assertThat(engine.leases().getLeasesList()).extracting(LeaseStatus::getID).containsExactly(1L);
    advance(6_999, 1);
    advance(1, -1);
  }

  @Test
  void renew_givesTheFullTimeAgain() {
    grant(1, 10);
    advance(9_000, 1_000);
    assertThat(renew(1)).isEqualTo(10);
    advance(9_000, 1_000);
    assertThat(timeToLive(1).getTTL()).isEqualTo(1);
  }

  @Test
  void renew_tooLate_answersZero() {
    grant(1, 10);
    engine.put(put("a", "1").setLease(1).build());
    now += TimeUnit.SECONDS.toNanos(10);
    assertThat(renew(1)).isZero();
    assertThat(keys()).isEmpty();
    assertThat(renew(99)).isZero();
  }

  @Test
  void put_withAnotherLease_movesTheKey() {
    grant(1, 10);
    grant(2, 20);
    engine.put(put("a", "1").setLease(1).build());
    engine.put(put("a", "2").setLease(2).build());
    assertThat(timeToLive(1).getKeysList()).isEmpty();
    assertThat(timeToLive(2).getKeysList()).containsExactly(bytes("a"));
    engine.put(PutRequest.newBuilder().setKey(bytes("a")).setIgnoreLease(true).build());
    assertThat(timeToLive(2).getKeysList()).containsExactly(bytes("a"));
    engine.put(put("a", "3").build());
    assertThat(timeToLive(2).getKeysList()).isEmpty();
  }

  @Test
  void delete_detachesTheKey() {
    grant(1, 10);
    engine.put(put("a", "1").setLease(1).build());
    engine.delete(delete("a").build());
    engine.put(put("a", "2").build());
    advance(10_000, -1);
    assertThat(keys()).containsExactly("a");
  }

  @Test
  void revoke_withoutKeys_makesNoRevision() {
    grant(1, 10);
    assertThat(revoke(1)).isEqualTo(1);
    assertThatThrownBy(() -> revoke(1)).hasMessage(Refusal.LEASE_NOT_FOUND.text());
  }

  @Test
  void timeToLive_countsWholeSecondsDown() {
    grant(1, 10);
    advance(1, 9_999);
    LeaseTimeToLiveResponse lease = timeToLive(1);
    assertThat(lease.getTTL()).isEqualTo(9);
    assertThat(lease.getGrantedTTL()).isEqualTo(10);
  }

  /** Moves the clock and checks how long it is to the next expiry, both in milliseconds. */
  private void advance(long by, long next) {
    now += TimeUnit.MILLISECONDS.toNanos(by);
    assertThat(engine.expire()).isEqualTo(next < 0 ? -1 : TimeUnit.MILLISECONDS.toNanos(next));
  }

  private LeaseGrantResponse grant(long id, long ttl) {
    return engine.grant(LeaseGrantRequest.newBuilder().setID(id).setTTL(ttl).build());
  }

  private long renew(long id) {
    return engine.renew(LeaseKeepAliveRequest.newBuilder().setID(id).build()).getTTL();
  }

  private long revoke(long id) {
    return engine
        .revoke(LeaseRevokeRequest.newBuilder().setID(id).build())
        .getHeader()
        .getRevision();
  }

  private LeaseTimeToLiveResponse timeToLive(long id) {
    return engine.timeToLive(LeaseTimeToLiveRequest.newBuilder().setID(id).setKeys(true).build());
  }

  private List<String> keys() {
    return engine.range(getAll().build()).getKvsList().stream()
        .map(row -> row.getKey().toStringUtf8())
        .toList();
  }
}
