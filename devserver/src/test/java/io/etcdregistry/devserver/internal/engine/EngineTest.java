package io.etcdregistry.devserver.internal.engine;

import static io.etcdregistry.devserver.internal.engine.Requests.FROM_KEY;
import static io.etcdregistry.devserver.internal.engine.Requests.bytes;
import static io.etcdregistry.devserver.internal.engine.Requests.delete;
import static io.etcdregistry.devserver.internal.engine.Requests.get;
import static io.etcdregistry.devserver.internal.engine.Requests.getAll;
import static io.etcdregistry.devserver.internal.engine.Requests.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.etcdregistry.protocol.CompactionRequest;
import io.etcdregistry.protocol.DeleteRangeRequest;
import io.etcdregistry.protocol.DeleteRangeResponse;
import io.etcdregistry.protocol.KeyValue;
import io.etcdregistry.protocol.LeaseGrantRequest;
import io.etcdregistry.protocol.PutRequest;
import io.etcdregistry.protocol.RangeRequest;
import io.etcdregistry.protocol.RangeRequest.SortOrder;
import io.etcdregistry.protocol.RangeRequest.SortTarget;
import io.etcdregistry.protocol.RangeResponse;
import io.etcdregistry.protocol.RequestOp;
import io.etcdregistry.protocol.TxnRequest;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Keys, revisions and compaction. */
class EngineTest {
  private final Engine engine = new Engine(new Identity(7, 8), Limits.DEFAULT, () -> 0);

  @Test
  void header_always_saysWhoAnswersAndHowFarTheStoreIs() {
    assertThat(engine.range(get("a").build()).getHeader().getRevision()).isEqualTo(1);
    assertThat(engine.put(put("a", "1").build()).getHeader())
        .isEqualTo(new Identity(7, 8).header(2));
  }

  @Test
  void put_repeated_keepsCreateRevisionAndCountsVersions() {
    engine.put(put("a", "1").build());
    engine.put(put("b", "1").build());
    KeyValue before = engine.put(put("a", "2").setPrevKv(true).build()).getPrevKv();
    assertThat(before).isEqualTo(row("a", "1", 2, 2, 1));
    assertThat(rows(get("a"))).containsExactly(row("a", "2", 2, 4, 2));
  }

  @Test
  void put_afterDelete_beginsAnew() {
    engine.put(put("a", "1").build());
    engine.delete(delete("a").build());
    engine.put(put("a", "2").build());
    assertThat(rows(get("a"))).containsExactly(row("a", "2", 4, 4, 1));
  }

  @Test
  void put_ignoreValue_keepsIt() {
    engine.put(put("a", "1").build());
    engine.put(PutRequest.newBuilder().setKey(bytes("a")).setIgnoreValue(true).build());
    assertThat(rows(get("a"))).containsExactly(row("a", "1", 2, 3, 2));
  }

  @Test
  void delete_range_tellsWhatItDeletedInOneRevision() {
    putAll("a", "b", "c");
    DeleteRangeResponse response = engine.delete(delete("a", "c").setPrevKv(true).build());
    assertThat(response.getDeleted()).isEqualTo(2);
    assertThat(response.getPrevKvsList()).extracting(EngineTest::key).containsExactly("a", "b");
    assertThat(response.getHeader().getRevision()).isEqualTo(5);
    assertThat(rows(getAll())).extracting(EngineTest::key).containsExactly("c");
  }

  @Test
  void delete_ofNothing_makesNoRevision() {
    putAll("a");
    assertThat(engine.delete(delete("b").build()).getHeader().getRevision()).isEqualTo(2);
  }

  @Test
  void range_pastRevision_showsThatState() {
    putAll("a", "b");
    engine.put(put("a", "2").build());
    engine.delete(delete("b").build());
    assertThat(rows(getAll().setRevision(1))).isEmpty();
    assertThat(rows(getAll().setRevision(2))).containsExactly(row("a", "a", 2, 2, 1));
    assertThat(rows(getAll().setRevision(4)))
        .containsExactly(row("a", "2", 2, 4, 2), row("b", "b", 3, 3, 1));
    assertThat(rows(getAll().setRevision(5))).containsExactly(row("a", "2", 2, 4, 2));
  }

  static Stream<Arguments> ranges() {
    return Stream.of(
        Arguments.of(get("b"), "b", 1, false),
        Arguments.of(get("b", "d"), "bc", 2, false),
        Arguments.of(get("b").setRangeEnd(FROM_KEY), "bcd", 3, false),
        Arguments.of(getAll(), "abcd", 4, false),
        Arguments.of(get("d", "b"), "", 0, false),
        Arguments.of(get("b", "b"), "", 0, false),
        Arguments.of(getAll().setLimit(2), "ab", 4, true),
        Arguments.of(getAll().setLimit(4), "abcd", 4, false),
        Arguments.of(getAll().setLimit(-1), "abcd", 4, false),
        Arguments.of(getAll().setCountOnly(true), "", 4, false),
        Arguments.of(getAll().setSortOrder(SortOrder.DESCEND), "dcba", 4, false),
        Arguments.of(getAll().setSortOrder(SortOrder.DESCEND).setLimit(1), "d", 4, true),
        Arguments.of(
            getAll().setSortOrder(SortOrder.DESCEND).setSortTarget(SortTarget.MOD),
            "adcb",
            4,
            false),
        Arguments.of(getAll().setSortTarget(SortTarget.VALUE), "bcda", 4, false),
        // Without an order the limit cuts first, as in etcd.
        Arguments.of(getAll().setSortTarget(SortTarget.VALUE).setLimit(2), "bc", 4, true),
        Arguments.of(getAll().setMinModRevision(4), "acd", 4, false),
        Arguments.of(getAll().setMaxModRevision(4), "bc", 4, false),
        Arguments.of(getAll().setMinCreateRevision(3).setMaxCreateRevision(4), "bc", 4, false),
        Arguments.of(getAll().setMinModRevision(4).setLimit(1), "a", 4, true));
  }

  /** Four keys, written in the order a, b, c, d, a; the second value of a is the greatest. */
  @ParameterizedTest
  @MethodSource("ranges")
  void range_selects(RangeRequest.Builder request, String keys, long count, boolean more) {
    putAll("a", "b", "c", "d");
    engine.put(put("a", "z").build());
    RangeResponse response = engine.range(request.build());
    assertThat(response.getKvsList().stream().map(EngineTest::key).toList())
        .containsExactly(keys.isEmpty() ? new String[0] : keys.split(""));
    assertThat(response.getCount()).isEqualTo(count);
    assertThat(response.getMore()).isEqualTo(more);
  }

  @Test
  void range_keysOnly_hasAllButTheValue() {
    putAll("a");
    assertThat(rows(get("a").setKeysOnly(true))).containsExactly(row("a", "", 2, 2, 1));
  }

  @Test
  void keys_ofAnyBytes_areOrderedUnsigned() {
    ByteString high = ByteString.copyFrom(new byte[] {(byte) 0xff, 0});
    engine.put(PutRequest.newBuilder().setKey(high).build());
    putAll("a");
    assertThat(rows(getAll())).extracting(KeyValue::getKey).containsExactly(bytes("a"), high);
  }

  @Test
  void compact_forgetsOldVersionsAndTombstonesOnly() {
    putAll("a", "b");
    engine.put(put("a", "2").build());
    engine.delete(delete("b").build());
    engine.put(put("a", "3").build());
    compact(5);
    assertThat(rows(getAll().setRevision(5))).containsExactly(row("a", "2", 2, 4, 2));
    assertThat(rows(getAll())).containsExactly(row("a", "3", 2, 6, 3));
    assertRefused(Refusal.COMPACTED, e -> e.range(getAll().setRevision(4).build()));
    long bytes = row("a", "2", 2, 4, 2).getSerializedSize() * 2L;
    assertThat(engine.status().getDbSize()).isEqualTo(bytes);
  }

  @Test
  void history_pastItsBound_isCompactedByItself() {
    Engine small = new Engine(new Identity(1, 1), new Limits(100, 1 << 20, 1 << 20), () -> 0);
    for (int i = 0; i < 1000; i++) {
      small.put(put("k" + i % 7, "v" + i).build());
      assertThat(small.kept()).hasSizeBetween(Math.min(i + 1, 100), 125);
    }
    assertThat(small.range(getAll().build()).getCount()).isEqualTo(7);
    assertThat(small.status().getDbSize()).isLessThan(140 * 20);
    assertThat(small.slice(900, 1, 1).compactRevision()).isBetween(875L, 901L);
  }

  @Test
  void history_ofLargeValues_isBoundedInBytes() {
    Engine small = new Engine(new Identity(1, 1), new Limits(100_000, 1 << 20, 1 << 30), () -> 0);
    String large = "x".repeat(100_000);
    for (int i = 0; i < 100; i++) {
      small.put(put("k", large).build());
    }
    assertThat(small.status().getDbSize()).isLessThan((1 << 20) + 300_000);
  }

  @Test
  void quota_boundsKeysValuesAndLeases_untilSomethingIsDeleted() {
    Engine small = new Engine(new Identity(1, 1), new Limits(100, 1 << 30, 10_000), () -> 0);
    String large = "x".repeat(4_000);
    small.put(put("a", large).build());
    small.put(put("b", large).build());
    noSpace(() -> small.put(put("c", large).build()));
    noSpace(() -> small.txn(twoBranches(put("c", large), put("d", "small"))));
    assertThat(small.txn(twoBranches(put("d", "small"), put("d", "small"))).getSucceeded())
        .isTrue();
    small.delete(DeleteRangeRequest.newBuilder().setKey(bytes("d")).build());
    int leases = 0;
    while (leases < 100 && tryGrant(small)) {
      leases++;
    }
    assertThat(leases).isEqualTo(5);
    noSpace(() -> small.put(put("c", "").build()));
    small.delete(DeleteRangeRequest.newBuilder().setKey(bytes("a")).build());
    small.put(put("c", "").build());
    assertThat(tryGrant(small)).isTrue();
  }

  @Test
  void quota_countsWhatIsCurrent() {
    Engine small = new Engine(new Identity(1, 1), new Limits(10_000, 1 << 30, 10_000), () -> 0);
    for (int i = 0; i < 1000; i++) {
      small.put(put("k", "x".repeat(i % 5 * 1000)).build());
      small.put(put("l", "x").build());
      small.delete(DeleteRangeRequest.newBuilder().setKey(bytes("l")).build());
    }
    assertThat(small.range(getAll().build()).getCount()).isEqualTo(1);
  }

  private static boolean tryGrant(Engine engine) {
    try {
      return engine.grant(LeaseGrantRequest.newBuilder().setTTL(10).build()).getID() != 0;
    } catch (RefusedException e) {
      assertThat(e.refusal()).isEqualTo(Refusal.NO_SPACE);
      return false;
    }
  }

  private static void noSpace(Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOf(RefusedException.class)
        .hasMessage("etcdserver: mvcc: database space exceeded");
  }

  private static TxnRequest twoBranches(PutRequest.Builder success, PutRequest.Builder failure) {
    return TxnRequest.newBuilder()
        .addSuccess(RequestOp.newBuilder().setRequestPut(success))
        .addFailure(RequestOp.newBuilder().setRequestPut(failure))
        .build();
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        refused(Refusal.EMPTY_KEY, e -> e.range(RangeRequest.getDefaultInstance())),
        refused(Refusal.EMPTY_KEY, e -> e.put(PutRequest.getDefaultInstance())),
        refused(Refusal.EMPTY_KEY, e -> e.delete(DeleteRangeRequest.getDefaultInstance())),
        refused(Refusal.INVALID_SORT_OPTION, e -> e.range(get("a").setSortOrderValue(9).build())),
        refused(Refusal.INVALID_SORT_OPTION, e -> e.range(get("a").setSortTargetValue(9).build())),
        refused(Refusal.FUTURE_REVISION, e -> e.range(get("a").setRevision(4).build())),
        refused(Refusal.COMPACTED, e -> e.range(get("a").setRevision(1).build())),
        refused(Refusal.VALUE_PROVIDED, e -> e.put(put("a", "1").setIgnoreValue(true).build())),
        refused(
            Refusal.LEASE_PROVIDED,
            e -> e.put(put("a", "1").setIgnoreLease(true).setLease(1).build())),
        refused(Refusal.KEY_NOT_FOUND, e -> e.put(put("x", "").setIgnoreValue(true).build())),
        refused(Refusal.KEY_NOT_FOUND, e -> e.put(put("x", "1").setIgnoreLease(true).build())),
        refused(Refusal.LEASE_NOT_FOUND, e -> e.put(put("a", "1").setLease(1).build())),
        refused(Refusal.REQUEST_TOO_LARGE, e -> e.put(put("a", "x".repeat(1536 << 10)).build())),
        refused(Refusal.COMPACTED, e -> e.compact(compaction(2))),
        refused(Refusal.COMPACTED, e -> e.compact(compaction(-1))),
        refused(Refusal.FUTURE_REVISION, e -> e.compact(compaction(4))));
  }

  /** On a store at revision 3, compacted at 2. */
  @ParameterizedTest
  @MethodSource("refusals")
  void request_bad_isRefusedAndChangesNothing(Refusal refusal, Consumer<Engine> request) {
    putAll("a", "b");
    compact(2);
    RangeResponse before = engine.range(getAll().build());
    assertRefused(refusal, request);
    assertThat(engine.range(getAll().build())).isEqualTo(before);
  }

  private void assertRefused(Refusal refusal, Consumer<Engine> request) {
    assertThatThrownBy(() -> request.accept(engine))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.refusal()).isEqualTo(refusal))
        .hasMessage(refusal.text());
  }

  private void putAll(String... keys) {
    for (String key : keys) {
      engine.put(put(key, key).build());
    }
  }

  private void compact(long revision) {
    engine.compact(compaction(revision));
  }

  private List<KeyValue> rows(RangeRequest.Builder request) {
    return engine.range(request.build()).getKvsList();
  }

  private static Arguments refused(Refusal refusal, Consumer<Engine> request) {
    return Arguments.of(refusal, request);
  }

  private static CompactionRequest compaction(long revision) {
    return CompactionRequest.newBuilder().setRevision(revision).build();
  }

  private static String key(KeyValue row) {
    return row.getKey().toStringUtf8();
  }

  private static KeyValue row(String key, String value, long created, long modified, long version) {
    return KeyValue.newBuilder()
        .setKey(bytes(key))
        .setValue(bytes(value))
        .setCreateRevision(created)
        .setModRevision(modified)
        .setVersion(version)
        .build();
  }
}
