package io.etcdregistry.devserver.internal.engine;

import static io.etcdregistry.devserver.internal.engine.Requests.FROM_KEY;
import static io.etcdregistry.devserver.internal.engine.Requests.bytes;
import static io.etcdregistry.devserver.internal.engine.Requests.delete;
import static io.etcdregistry.devserver.internal.engine.Requests.get;
import static io.etcdregistry.devserver.internal.engine.Requests.getAll;
import static io.etcdregistry.devserver.internal.engine.Requests.op;
import static io.etcdregistry.devserver.internal.engine.Requests.put;
import static io.etcdregistry.devserver.internal.engine.Requests.valueIs;
import static io.etcdregistry.devserver.internal.engine.Requests.versionIs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.protocol.Compare;
import io.etcdregistry.protocol.Compare.CompareResult;
import io.etcdregistry.protocol.Compare.CompareTarget;
import io.etcdregistry.protocol.LeaseGrantRequest;
import io.etcdregistry.protocol.RangeResponse;
import io.etcdregistry.protocol.RequestOp;
import io.etcdregistry.protocol.TxnRequest;
import io.etcdregistry.protocol.TxnResponse;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Guards, branches, nesting, and what may not be in one transaction. */
class TransactionsTest {
  private final Engine engine = new Engine(new Identity(7, 8), Limits.DEFAULT, () -> 0);

  /** Revision 4: a=1 (version 2, lease 5), b=2. */
  @BeforeEach
  void fill() {
    engine.grant(LeaseGrantRequest.newBuilder().setID(5).setTTL(10).build());
    engine.put(put("a", "0").build());
    engine.put(put("a", "1").setLease(5).build());
    engine.put(put("b", "2").build());
  }

  static Stream<Arguments> guards() {
    Compare.Builder value = valueIs("a", "1");
    return Stream.of(
        Arguments.of(value, true),
        Arguments.of(valueIs("a", "0"), false),
        Arguments.of(valueIs("a", "0").setResult(CompareResult.GREATER), true),
        Arguments.of(valueIs("a", "1").setResult(CompareResult.GREATER), false),
        Arguments.of(valueIs("a", "2").setResult(CompareResult.LESS), true),
        Arguments.of(valueIs("a", "2").setResult(CompareResult.NOT_EQUAL), true),
        Arguments.of(versionIs("a", 2), true),
        Arguments.of(versionIs("x", 0), true),
        Arguments.of(versionIs("x", 0).setResult(CompareResult.NOT_EQUAL), false),
        // Nothing can be said of the value of an absent key.
        Arguments.of(valueIs("x", ""), false),
        Arguments.of(valueIs("x", "1").setResult(CompareResult.NOT_EQUAL), false),
        Arguments.of(guard("a", CompareTarget.CREATE).setCreateRevision(2), true),
        Arguments.of(guard("a", CompareTarget.MOD).setModRevision(3), true),
        Arguments.of(guard("a", CompareTarget.LEASE).setLease(5), true),
        Arguments.of(guard("b", CompareTarget.LEASE).setLease(0), true),
        // An operand of another kind counts as 0.
        Arguments.of(guard("a", CompareTarget.MOD).setVersion(3), false),
        Arguments.of(guard("x", CompareTarget.MOD).setVersion(3), true),
        // A range: every key of it.
        Arguments.of(
            versionIs("a", 0).setRangeEnd(bytes("c")).setResult(CompareResult.GREATER), true),
        Arguments.of(versionIs("a", 2).setRangeEnd(bytes("c")), false),
        Arguments.of(versionIs("x", 0).setRangeEnd(FROM_KEY), true),
        Arguments.of(valueIs("x", "").setRangeEnd(FROM_KEY), false));
  }

  @ParameterizedTest
  @MethodSource("guards")
  void guard_holdsOrNot(Compare.Builder guard, boolean holds) {
    TxnRequest.Builder txn =
        TxnRequest.newBuilder()
            .addCompare(guard)
            .addSuccess(op(put("out", "yes")))
            .addFailure(op(put("out", "no")));
    assertThat(engine.txn(txn.build()).getSucceeded()).isEqualTo(holds);
    assertThat(value("out")).isEqualTo(holds ? "yes" : "no");
  }

  @Test
  void operations_seeThoseBeforeThem_inOneRevision() {
    TxnResponse response =
        engine.txn(
            TxnRequest.newBuilder()
                .addSuccess(op(get("c")))
                .addSuccess(op(put("c", "3").setPrevKv(true)))
                .addSuccess(op(get("a", "z").setCountOnly(true)))
                .addSuccess(op(delete("a", "c")))
                .addSuccess(op(getAll()))
                .build());
    assertThat(response.getHeader()).isEqualTo(new Identity(7, 8).header(5));
    assertThat(response.getResponses(0).getResponseRange().getCount()).isZero();
    assertThat(response.getResponses(0).getResponseRange().getHeader().getRevision()).isEqualTo(4);
    assertThat(response.getResponses(1).getResponsePut().hasPrevKv()).isFalse();
    assertThat(response.getResponses(2).getResponseRange().getCount()).isEqualTo(3);
    assertThat(response.getResponses(3).getResponseDeleteRange().getDeleted()).isEqualTo(2);
    RangeResponse last = response.getResponses(4).getResponseRange();
    assertThat(last.getKvsList()).extracting(kv -> kv.getModRevision()).containsExactly(5L);
    assertThat(last.getHeader().getRevision()).isEqualTo(5);
  }

  @Test
  void nested_guards_areDecidedBeforeAnythingIsDone() {
    TxnRequest.Builder inner =
        TxnRequest.newBuilder()
            .addCompare(valueIs("c", "3"))
            .addSuccess(op(put("out", "saw it")))
            .addFailure(op(put("out", "did not")));
    TxnResponse response =
        engine.txn(
            TxnRequest.newBuilder().addSuccess(op(put("c", "3"))).addSuccess(op(inner)).build());
    assertThat(response.getSucceeded()).isTrue();
    assertThat(response.getResponses(1).getResponseTxn().getSucceeded()).isFalse();
    assertThat(value("out")).isEqualTo("did not");
    assertThat(engine.currentHeader().getRevision()).isEqualTo(5);
  }

  @Test
  void nested_oneConflict_failsAlone() {
    TxnRequest.Builder all = TxnRequest.newBuilder();
    for (int i = 0; i < 100; i++) {
      String key = i == 42 ? "a" : "new-" + i;
      all.addSuccess(
          op(TxnRequest.newBuilder().addCompare(versionIs(key, 0)).addSuccess(op(put(key, "1")))));
    }
    TxnResponse response = engine.txn(all.build());
    assertThat(response.getResponsesList())
        .filteredOn(r -> r.getResponseTxn().getSucceeded())
        .hasSize(99);
    assertThat(engine.range(get("new", "nex").build()).getCount()).isEqualTo(99);
  }

  @Test
  void readOnly_makesNoRevision() {
    TxnResponse response = engine.txn(TxnRequest.newBuilder().addSuccess(op(get("a"))).build());
    assertThat(response.getHeader().getRevision()).isEqualTo(4);
  }

  @Test
  void refused_inItsLastPart_changesNothing() {
    TxnRequest.Builder txn =
        TxnRequest.newBuilder()
            .addSuccess(op(put("c", "3")))
            .addSuccess(op(TxnRequest.newBuilder().addSuccess(op(put("d", "4").setLease(99)))));
    assertThatThrownBy(() -> engine.txn(txn.build())).hasMessage(Refusal.LEASE_NOT_FOUND.text());
    assertThat(engine.range(getAll().build()).getCount()).isEqualTo(2);
    assertThat(engine.currentHeader().getRevision()).isEqualTo(4);
  }

  static Stream<Arguments> forms() {
    RequestOp put = op(put("k", "1"));
    RequestOp nestedPut = op(TxnRequest.newBuilder().addSuccess(put));
    RequestOp delete = op(delete("k"));
    RequestOp range = op(delete("a", "z"));
    return Stream.of(
        form(Refusal.DUPLICATE_KEY, put, put),
        form(Refusal.DUPLICATE_KEY, put, delete),
        form(Refusal.DUPLICATE_KEY, put, range),
        form(Refusal.DUPLICATE_KEY, nestedPut, put),
        form(Refusal.DUPLICATE_KEY, nestedPut, nestedPut),
        form(Refusal.DUPLICATE_KEY, nestedPut, delete),
        form(Refusal.EMPTY_KEY, op(put("", "1"))),
        form(Refusal.KEY_NOT_FOUND, RequestOp.getDefaultInstance()),
        form(Refusal.FUTURE_REVISION, put, op(get("a").setRevision(5))),
        form(Refusal.TOO_MANY_OPERATIONS, puts(129)),
        // What a list uses is gone for the lists nested in it.
        form(Refusal.TOO_MANY_OPERATIONS, nested(puts(128))),
        form(null, puts(128)),
        form(null, nested(puts(127))),
        form(null, delete, range),
        form(null, put, op(delete("a").setRangeEnd(FROM_KEY))),
        form(null, op(TxnRequest.newBuilder().addSuccess(put).addFailure(put))));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void form_isChecked(Refusal refusal, RequestOp[] operations) {
    TxnRequest txn = TxnRequest.newBuilder().addAllSuccess(List.of(operations)).build();
    if (refusal == null) {
      engine.txn(txn);
    } else {
      assertThatThrownBy(() -> engine.txn(txn)).hasMessage(refusal.text());
    }
  }

  private static Arguments form(Refusal refusal, RequestOp... operations) {
    return Arguments.of(refusal, operations);
  }

  private static RequestOp nested(RequestOp[] operations) {
    return op(TxnRequest.newBuilder().addAllSuccess(List.of(operations)));
  }

  private static RequestOp[] puts(int count) {
    return IntStream.range(0, count).mapToObj(i -> op(put("k" + i, "1"))).toArray(RequestOp[]::new);
  }

  private static Compare.Builder guard(String key, CompareTarget target) {
    return Compare.newBuilder().setKey(bytes(key)).setTarget(target);
  }

  private String value(String key) {
    return engine.range(get(key).build()).getKvs(0).getValue().toStringUtf8();
  }
}
