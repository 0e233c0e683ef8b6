package io.etcdregistry.internal.store;

import static io.etcdregistry.internal.store.StoreBench.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.store.Commit.Outcome;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.internal.store.Write.Guard;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each guard of a write, held and not held. */
public interface GuardContract extends StoreBench {
  private String a() {
    return prefix() + "a";
  }

  private Outcome outcome(Write write) {
    return commit(write).outcomes().get(0);
  }

  private void holds(Write write) {
    Outcome outcome = outcome(write);
    assertThat(outcome.applied()).isTrue();
    assertThat(outcome.found()).isEmpty();
  }

  /** Asserts that a write is refused, shows what is there, and changes nothing. */
  private void refused(Write write) {
    List<KeyValue> before = pairs();
    Outcome outcome = outcome(write);
    assertThat(outcome.applied()).isFalse();
    assertThat(outcome.found().map(KeyValue::modRevision))
        .isEqualTo(before.stream().findFirst().map(KeyValue::modRevision));
    assertThat(pairs().stream().map(KeyValue::modRevision))
        .containsExactlyElementsOf(before.stream().map(KeyValue::modRevision).toList());
  }

  @Test
  default void putAlways_createsThenOverwrites() {
    long first = put(a(), "1");
    long second = put(a(), "2");
    KeyValue pair = pairs().get(0);
    assertThat(text(pair)).isEqualTo("a=2");
    assertThat(pair.createRevision()).isEqualTo(first);
    assertThat(pair.modRevision()).isEqualTo(second);
    assertThat(pair.lease()).isZero();
  }

  @Test
  default void putAlways_afterADelete_isCreatedAnew() {
    put(a(), "1");
    delete(a());
    long again = put(a(), "2");
    assertThat(pairs().get(0).createRevision()).isEqualTo(again);
  }

  @Test
  default void atARevision_underTheLeaseGiven_holds() {
    long lease = grant(Duration.ofSeconds(60));
    commit(Write.put(a(), Guard.ABSENT, 0, bytes("1"), lease));
    long revision = pairs().get(0).modRevision();
    refused(Write.put(a(), Guard.REVISION, revision, bytes("2"), 0).heldBy(lease + 1));
    refused(Write.delete(a(), Guard.REVISION, revision).heldBy(lease + 1));
    holds(Write.put(a(), Guard.REVISION, revision, bytes("2"), lease).heldBy(lease));
    refused(Write.delete(a(), Guard.REVISION, revision).heldBy(lease));
    holds(Write.delete(a(), Guard.REVISION, pairs().get(0).modRevision()).heldBy(lease));
    assertThat(content()).isEmpty();
  }

  @Test
  default void putAbsent_absent_holds() {
    holds(Write.put(a(), Guard.ABSENT, 0, bytes("1"), 0));
    assertThat(content()).containsExactly("a=1");
  }

  @Test
  default void putAbsent_present_isRefused() {
    put(a(), "1");
    refused(Write.put(a(), Guard.ABSENT, 0, bytes("2"), 0));
  }

  @Test
  default void putRevision_same_holds() {
    long revision = put(a(), "1");
    put(prefix() + "b", "unrelated");
    holds(Write.put(a(), Guard.REVISION, revision, bytes("2"), 0));
    assertThat(content()).contains("a=2");
  }

  @Test
  default void putRevision_writtenSince_isRefused() {
    long revision = put(a(), "1");
    put(a(), "2");
    refused(Write.put(a(), Guard.REVISION, revision, bytes("3"), 0));
  }

  @Test
  default void putRevision_absent_isRefused() {
    long revision = put(a(), "1");
    delete(a());
    refused(Write.put(a(), Guard.REVISION, revision, bytes("2"), 0));
  }

  @Test
  default void putLease_same_holds() {
    long lease = grant(Duration.ofSeconds(60));
    put(a(), "1", lease);
    holds(Write.put(a(), Guard.LEASE, lease, bytes("2"), lease));
    assertThat(pairs().get(0).lease()).isEqualTo(lease);
  }

  @Test
  default void putLease_other_isRefused() {
    long mine = grant(Duration.ofSeconds(60));
    long other = grant(Duration.ofSeconds(60));
    put(a(), "1", other);
    refused(Write.put(a(), Guard.LEASE, mine, bytes("2"), mine));
  }

  @Test
  default void putLease_keyWithoutLease_isRefused() {
    long mine = grant(Duration.ofSeconds(60));
    put(a(), "1");
    refused(Write.put(a(), Guard.LEASE, mine, bytes("2"), mine));
  }

  @Test
  default void putLease_absent_isRefused() {
    long mine = grant(Duration.ofSeconds(60));
    refused(Write.put(a(), Guard.LEASE, mine, bytes("2"), mine));
  }

  @Test
  default void deleteAlways_deletes() {
    put(a(), "1");
    holds(Write.delete(a(), Guard.ALWAYS, 0));
    assertThat(content()).isEmpty();
  }

  @Test
  default void deleteRevision_sameAndWrittenSince() {
    long revision = put(a(), "1");
    long since = put(a(), "2");
    refused(Write.delete(a(), Guard.REVISION, revision));
    holds(Write.delete(a(), Guard.REVISION, since));
    assertThat(content()).isEmpty();
  }

  @Test
  default void deleteLease_sameAndOther() {
    long mine = grant(Duration.ofSeconds(60));
    long other = grant(Duration.ofSeconds(60));
    put(a(), "1", other);
    refused(Write.delete(a(), Guard.LEASE, mine));
    holds(Write.delete(a(), Guard.LEASE, other));
    assertThat(content()).isEmpty();
    refused(Write.delete(a(), Guard.LEASE, other));
  }

  @Test
  default void read_presentAndAbsent() {
    assertThat(outcome(Write.read(a()))).isEqualTo(new Outcome(true, Optional.empty()));
    put(a(), "1");
    Outcome outcome = outcome(Write.read(a()));
    assertThat(outcome.applied()).isTrue();
    assertThat(outcome.found()).map(this::text).contains("a=1");
  }

  @Test
  default void readGuarded_notHeld_showsWhatIsThere() {
    put(a(), "1");
    Write read = new Write(a(), Guard.ABSENT, 0, Write.Action.READ, bytes(""), 0, 0);
    Outcome outcome = outcome(read);
    assertThat(outcome.applied()).isFalse();
    assertThat(outcome.found()).map(this::text).contains("a=1");
  }

  @Test
  default void put_underAMissingLease_failsAndChangesNothing() {
    Write good = Write.put(prefix() + "b", Guard.ALWAYS, 0, bytes("1"), 0);
    Write bad = Write.put(a(), Guard.ABSENT, 0, bytes("1"), newLease());
    StoreException failure = failure(store().commit(List.of(good, bad), CALL));
    assertThat(failure.failure()).isEqualTo(Failure.LEASE_NOT_FOUND);
    assertThat(failure.mayApply()).isFalse();
    assertThat(content()).isEmpty();
  }

  @Test
  default void put_refusedAndUnderAMissingLease_isOnlyRefused() {
    put(a(), "1");
    refused(Write.put(a(), Guard.ABSENT, 0, bytes("2"), newLease()));
  }

  @Test
  default void put_underAnotherLease_movesTheKey() {
    long first = grant(Duration.ofSeconds(60));
    long second = grant(Duration.ofSeconds(60));
    put(a(), "1", first);
    put(a(), "2", second);
    assertThat(get(store().leaseKeys(first, CALL)).keys()).isEmpty();
    assertThat(get(store().leaseKeys(second, CALL)).keys()).containsExactly(a());
    get(store().revoke(first, CALL));
    assertThat(content()).containsExactly("a=2");
  }

  @Test
  default void put_emptyValueAndEveryByte_comeBack() {
    byte[] every = new byte[256];
    for (int i = 0; i < every.length; i++) {
      every[i] = (byte) i;
    }
    String odd = prefix() + "\u0001\u00ff\u0080/\u00e9";
    commit(
        Write.put(a(), Guard.ALWAYS, 0, bytes(""), 0), Write.put(odd, Guard.ALWAYS, 0, every, 0));
    assertThat(pairs().get(0).key()).isEqualTo(odd);
    assertThat(pairs().get(0).value()).isEqualTo(every);
    assertThat(pairs().get(1).value()).isEmpty();
    assertThat(outcome(Write.read(odd)).found()).map(KeyValue::key).contains(odd);
  }
}
