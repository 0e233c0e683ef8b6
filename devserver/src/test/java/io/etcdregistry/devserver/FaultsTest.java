package io.etcdregistry.devserver;

import static io.etcdregistry.devserver.TestClient.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.devserver.Faults.Refusal;
import io.etcdregistry.protocol.KVGrpc;
import io.etcdregistry.protocol.LeaseTimeToLiveRequest;
import io.etcdregistry.protocol.PutRequest;
import io.etcdregistry.protocol.PutResponse;
import io.etcdregistry.protocol.WatchCreateRequest;
import io.etcdregistry.protocol.WatchRequest;
import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What each fault does to calls, seen by a bare client. */
class FaultsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final DevServer server = DevServer.builder().manualTime().start();
  private final Faults faults = server.faults();
  private final TestClient client = new TestClient(server);

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void partition_holdsBothWays_andLeasesEnd() throws Exception {
    client.grant(1, 10);
    client.put("leased", "1", 1);
    TestClient.WatchCall watch = watchAll();
    // Two calls begun, asked, answered and ended; a stream begun, asked and answered.
    awaitTraffic(4 + 4 + 3);
    faults.partition();
    assertTimesOut(() -> putBriefly("given up"));
    Future<PutResponse> late = putInBackground("late");
    // One begun and ended, one begun: who gives a call up knows of it before the server does.
    awaitTraffic(11 + 2 + 1);
    faults.advance(Duration.ofSeconds(10));
    assertThat(late.isDone()).isFalse();
    assertThat(watch.nothingTold()).isTrue();
    faults.heal();
    // The lease ended before what had waited arrived.
    assertThat(watch.takeEvents(2))
        .extracting(event -> event.getKv().getKey().toStringUtf8())
        .containsExactly("leased", "late");
    assertThat(late.get(TestClient.LIMIT_SECONDS, TimeUnit.SECONDS).getHeader().getRevision())
        .isEqualTo(4);
    assertThat(client.keys()).containsExactly("late");
  }

  @ParameterizedTest
  @EnumSource
  void refuse_saysItsWords_andBreaksStreams(Refusal refusal) {
    TestClient.WatchCall watch = watchAll();
    faults.refuse(refusal);
    String words = refusal.status().getCode() + ": " + refusal.status().getDescription();
    assertThat(watch.takeError()).hasMessage(words);
    assertThatThrownBy(() -> client.put("a", "1")).hasMessage(words);
    assertThat(client.watch().takeError()).hasMessage(words);
    faults.heal();
    client.put("a", "1");
  }

  @Test
  void delayAnswers_doesAtOnce_andTellsLater() throws Exception {
    TestClient.WatchCall watch = watchAll();
    faults.delayAnswers(SECOND.multipliedBy(3));
    Future<PutResponse> put = putInBackground("a");
    awaitRevision(2);
    faults.advance(SECOND.multipliedBy(2));
    assertThat(put.isDone()).isFalse();
    assertThat(watch.nothingTold()).isTrue();
    faults.heal();
    Future<PutResponse> second = putInBackground("b");
    assertThat(second.get(TestClient.LIMIT_SECONDS, TimeUnit.SECONDS).getHeader().getRevision())
        .isEqualTo(3);
    assertThat(put.isDone()).isFalse();
    faults.advance(SECOND);
    assertThat(put.get(TestClient.LIMIT_SECONDS, TimeUnit.SECONDS).getHeader().getRevision())
        .isEqualTo(2);
    // In their order, although the second was not to wait for itself.
    faults.advance(SECOND.multipliedBy(2));
    assertThat(watch.takeEvents(2))
        .extracting(event -> event.getKv().getModRevision())
        .containsExactly(2L, 3L);
  }

  @Test
  void dropAnswers_doesAndNeverTells_whileWatchesGoOn() {
    TestClient.WatchCall watch = watchAll();
    faults.dropAnswers();
    assertTimesOut(() -> putBriefly("a"));
    assertThat(watch.take().getEvents(0).getKv().getKey()).isEqualTo(bytes("a"));
    faults.heal();
    assertThat(client.keys()).containsExactly("a");
  }

  @Test
  void applyLate_landsAfterItsClientGaveUp() {
    assertThat(client.keys()).isEmpty(); // connected: what is given up has been heard
    faults.applyLate(1, SECOND.multipliedBy(5));
    assertTimesOut(() -> putBriefly("late"));
    client.put("soon", "1");
    faults.advance(SECOND.multipliedBy(4));
    assertThat(client.keys()).containsExactly("soon");
    faults.advance(SECOND);
    assertThat(client.keys()).containsExactly("late", "soon");
    assertThat(server.revision()).isEqualTo(3);
  }

  @Test
  void advance_doesEverythingAtItsTime() {
    client.grant(1, 10);
    faults.applyLate(1, SECOND.multipliedBy(9));
    assertTimesOut(() -> putBriefly("late", 1));
    faults.advance(Duration.ofMinutes(1));
    // Put at 9 s, under a lease that ended at 10 s.
    assertThat(server.revision()).isEqualTo(3);
    assertThat(client.keys()).isEmpty();
  }

  @Test
  void loseData_beginsAnew_andBreaksStreams() {
    client.grant(1, 10);
    client.put("a", "1", 1);
    TestClient.WatchCall watch = watchAll();
    faults.loseData();
    assertThat(watch.takeError())
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    assertThat(client.keys()).isEmpty();
    assertThat(server.revision()).isEqualTo(1);
    assertThat(
            client
                .leases()
                .leaseTimeToLive(LeaseTimeToLiveRequest.newBuilder().setID(1).build())
                .getTTL())
        .isEqualTo(-1);
    assertThat(client.put("b", "1")).isEqualTo(2);
  }

  @Test
  void expireAll_endsEveryLease() {
    client.grant(1, 10);
    client.grant(2, 20);
    client.put("a", "1", 1);
    client.put("b", "1", 2);
    assertThat(faults.expireAll()).isEqualTo(2);
    assertThat(client.keys()).isEmpty();
    assertThat(faults.expireAll()).isZero();
  }

  @Test
  void badValues_areNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> faults.advance(SECOND.negated()))
        .withMessage("advance: PT-1S (expected: not negative)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> faults.delayAnswers(SECOND.negated()))
        .withMessage("delayAnswers: PT-1S (expected: not negative)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> faults.applyLate(0, SECOND))
        .withMessage("applyLate: 0 writes (expected: at least 1)");
    assertThatIllegalArgumentException().isThrownBy(() -> faults.compact(7));
  }

  private TestClient.WatchCall watchAll() {
    TestClient.WatchCall watch = client.watch();
    watch.send(
        WatchRequest.newBuilder()
            .setCreateRequest(
                WatchCreateRequest.newBuilder()
                    .setKey(TestClient.ZERO)
                    .setRangeEnd(TestClient.ZERO)));
    assertThat(watch.take().getCreated()).isTrue();
    return watch;
  }

  private void putBriefly(String key) {
    putBriefly(key, 0);
  }

  /** Waits so long that the server has heard of it, on a busy machine, too. */
  private void putBriefly(String key, long lease) {
    PutResponse unused =
        client
            .kv()
            .withDeadlineAfter(1, TimeUnit.SECONDS)
            .put(PutRequest.newBuilder().setKey(bytes(key)).setLease(lease).build());
  }

  private Future<PutResponse> putInBackground(String key) {
    return ClientCalls.futureUnaryCall(
        client.channel().newCall(KVGrpc.getPutMethod(), CallOptions.DEFAULT),
        PutRequest.newBuilder().setKey(bytes(key)).build());
  }

  private void awaitRevision(long revision) {
    await(() -> server.revision() >= revision);
  }

  private void awaitTraffic(long count) {
    await(() -> server.traffic() >= count);
  }

  private static void await(BooleanSupplier condition) {
    long begun = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertThat(Duration.ofNanos(System.nanoTime() - begun))
          .isLessThan(Duration.ofSeconds(TestClient.LIMIT_SECONDS));
      Thread.onSpinWait();
    }
  }

  private static void assertTimesOut(Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
  }
}
