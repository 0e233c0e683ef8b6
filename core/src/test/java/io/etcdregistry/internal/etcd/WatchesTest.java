package io.etcdregistry.internal.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.Store;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.internal.store.WatchLog;
import io.etcdregistry.internal.store.WatchStream;
import io.etcdregistry.protocol.Event;
import io.etcdregistry.protocol.KeyValue;
import io.etcdregistry.protocol.WatchResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The watch stream against what servers may send: a scripted etcd. */
class WatchesTest {
  private static final KeyRange RANGE = KeyRange.prefix("k/");

  private final ScriptedNetwork network = new ScriptedNetwork();
  private final ScriptedEtcd a = network.listen("a", 1);
  private final Store store = network.client("a");
  private final WatchLog log = new WatchLog();
  private WatchStream stream = store.watch(log);

  @BeforeEach
  void openFirst() {
    stream.create(1, RANGE, 5);
    stream.create(2, RANGE, 0);
  }

  @AfterEach
  void close() {
    network.close();
  }

  private StreamObserver<WatchResponse> etcd() {
    return a.watches.get(a.watches.size() - 1);
  }

  private WatchResponse.Builder answer(long id) {
    return WatchResponse.newBuilder().setHeader(a.header()).setWatchId(id);
  }

  private void created(long id) {
    etcd().onNext(answer(id).setCreated(true).build());
  }

  private static Event put(long revision, int size) {
    return Event.newBuilder()
        .setKv(
            KeyValue.newBuilder()
                .setKey(ByteString.copyFromUtf8("k/" + revision))
                .setValue(ByteString.copyFrom(new byte[size]))
                .setModRevision(revision))
        .build();
  }

  @Test
  void create_asksForFragments_andNotForWhatWasBefore() {
    var request = a.watchRequests.get(0).getCreateRequest();
    assertThat(request.getWatchId()).isEqualTo(1);
    assertThat(request.getKey().toStringUtf8()).isEqualTo("k/");
    assertThat(request.getRangeEnd().toStringUtf8()).isEqualTo("k0");
    assertThat(request.getStartRevision()).isEqualTo(5);
    assertThat(request.getFragment()).isTrue();
    assertThat(request.getPrevKv()).isFalse(); // etcd would read it anew for each client
    assertThat(a.arrived.get(0)).isEqualTo(new ScriptedEtcd.Arrived("Watch", "", true));
  }

  @Test
  void refusedWithoutAnId_isTheCreationUnderWay() {
    created(1);
    etcd()
        .onNext(
            answer(-1)
                .setCreated(true)
                .setCanceled(true)
                .setCancelReason("etcdserver: permission denied")
                .build());
    assertThat(log.created(1)).isPresent();
    assertThat(log.created(2)).isEmpty();
    assertThat(log.canceled(2).orElseThrow().cause().failure()).isEqualTo(Failure.DENIED);
    log.verify();
  }

  @Test
  void compacted_isToldWithTheRevision() {
    created(1);
    etcd().onNext(answer(1).setCanceled(true).setCompactRevision(50).build());
    assertThat(log.canceled(1).orElseThrow().compactRevision()).isEqualTo(50);
    assertThat(log.canceled(1).orElseThrow().cause().failure()).isEqualTo(Failure.COMPACTED);
    etcd().onNext(answer(1).addEvents(put(60, 1)).build());
    assertThat(log.events(1)).isEmpty();
    log.verify();
  }

  @Test
  void canceledByEtcd_withoutAReason_isTold() {
    created(1);
    etcd().onNext(answer(1).setCanceled(true).build());
    assertThat(log.canceled(1).orElseThrow().compactRevision()).isZero();
  }

  @Test
  void fragments_areJoined_alsoBetweenOthers() {
    created(1);
    created(2);
    etcd().onNext(answer(1).setFragment(true).addEvents(put(7, 1)).build());
    etcd().onNext(answer(2).addEvents(put(8, 1)).build());
    etcd().onNext(answer(1).setFragment(true).addEvents(put(8, 1)).build());
    assertThat(log.events(1)).isEmpty();
    assertThat(log.events(2)).hasSize(1);
    etcd().onNext(answer(1).addEvents(put(9, 1)).build());
    assertThat(log.lines(1, "k/").stream().map(line -> line.substring(0, 1)))
        .containsExactly("7", "8", "9");
    assertThat(log.calls(1)).isEqualTo(1);
    log.verify();
  }

  @Test
  void fragmentsCutByABreak_areForgotten() {
    created(1);
    etcd().onNext(answer(1).setFragment(true).addEvents(put(7, 1)).build());
    etcd().onError(Status.UNAVAILABLE.asRuntimeException());
    assertThat(log.events(1)).isEmpty();
    assertThat(log.broken().orElseThrow().failure()).isEqualTo(Failure.UNREACHABLE);
  }

  @Test
  void fragmentsBeyondTheBound_endTheWatch_andNoOther() {
    created(1);
    created(2);
    int mebibyte = 1 << 20;
    for (int i = 0; i <= Fragments.MOST_BYTES / mebibyte; i++) {
      etcd().onNext(answer(1).setFragment(true).addEvents(put(7, mebibyte)).build());
    }
    assertThat(log.canceled(1).orElseThrow().cause().failure()).isEqualTo(Failure.OVERLOADED);
    assertThat(a.watchRequests.get(2).getCancelRequest().getWatchId()).isEqualTo(1);
    etcd().onNext(answer(1).addEvents(put(7, 1)).build());
    etcd().onNext(answer(2).addEvents(put(8, 1)).build());
    assertThat(log.events(1)).isEmpty();
    assertThat(log.events(2)).hasSize(1);
    log.verify();
  }

  @Test
  void messageTooLarge_endsEveryWatch_soThatAllListAgain() {
    created(1);
    created(2);
    etcd()
        .onError(
            Status.RESOURCE_EXHAUSTED
                .withDescription("gRPC message exceeds maximum size 16777216: 20000000")
                .asRuntimeException());
    assertThat(log.canceled(1).orElseThrow().cause().failure()).isEqualTo(Failure.OVERLOADED);
    assertThat(log.canceled(2)).isPresent();
    assertThat(log.broken()).isPresent();
  }

  @Test
  void noLeader_breaksTheStream_asSuch() {
    etcd()
        .onError(Status.UNAVAILABLE.withDescription("etcdserver: no leader").asRuntimeException());
    assertThat(log.broken().orElseThrow().failure()).isEqualTo(Failure.NO_LEADER);
    assertThat(log.broken().orElseThrow()).hasMessageStartingWith("watch at a:1: etcdserver: no");
  }

  @Test
  void endedPolitely_isBrokenToo() {
    etcd().onCompleted();
    assertThat(log.broken().orElseThrow().failure()).isEqualTo(Failure.UNREACHABLE);
  }

  @Test
  void progress_ofTheStreamAndOfAWatch_isTold() {
    created(1);
    stream.requestProgress();
    assertThat(a.watchRequests.get(2).hasProgressRequest()).isTrue();
    etcd().onNext(answer(-1).build());
    etcd().onNext(answer(1).build());
    assertThat(log.signsOfLife()).isEqualTo(2);
    log.verify();
  }

  @Test
  void cancelledByUs_isNotToldAgain() {
    created(1);
    stream.cancel(1);
    etcd().onNext(answer(1).addEvents(put(7, 1)).build());
    etcd().onNext(answer(1).setCanceled(true).build());
    assertThat(log.canceled(1)).isEmpty();
    assertThat(log.events(1)).isEmpty();
    log.verify();
  }

  @Test
  void nothingListens_breaksTheStream() {
    WatchLog lost = new WatchLog();
    network.client("nobody").watch(lost).create(1, RANGE, 0);
    assertThat(lost.broken().orElseThrow().failure()).isEqualTo(Failure.UNREACHABLE);
    assertThat(lost.broken().orElseThrow())
        .hasMessage("watch at nobody:1: connection refused (is etcd running there?)");
  }

  @Test
  void closedForSilence_theNextGoesElsewhere() {
    ScriptedEtcd b = network.listen("b", 1);
    for (int client = 0; client < 8; client++) {
      Store two = network.client("a", "b");
      int onA = a.watches.size();
      int onB = b.watches.size();
      two.watch(new WatchLog()).close(true);
      two.watch(new WatchLog()).close(false);
      assertThat(a.watches).hasSize(onA + 1);
      assertThat(b.watches).hasSize(onB + 1);
      two.watch(new WatchLog()).close(false);
      two.watch(new WatchLog()).close(false);
      assertThat(a.watches.size() - onA == 3 ^ b.watches.size() - onB == 3).isTrue();
    }
  }
}
