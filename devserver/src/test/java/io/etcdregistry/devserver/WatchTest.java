package io.etcdregistry.devserver;

import static io.etcdregistry.devserver.TestClient.ZERO;
import static io.etcdregistry.devserver.TestClient.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.etcdregistry.devserver.TestClient.WatchCall;
import io.etcdregistry.protocol.CompactionRequest;
import io.etcdregistry.protocol.DeleteRangeRequest;
import io.etcdregistry.protocol.Event;
import io.etcdregistry.protocol.PutRequest;
import io.etcdregistry.protocol.RequestOp;
import io.etcdregistry.protocol.TxnRequest;
import io.etcdregistry.protocol.WatchCancelRequest;
import io.etcdregistry.protocol.WatchCreateRequest;
import io.etcdregistry.protocol.WatchCreateRequest.FilterType;
import io.etcdregistry.protocol.WatchProgressRequest;
import io.etcdregistry.protocol.WatchRequest;
import io.etcdregistry.protocol.WatchResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Watches, as a client sees them. */
class WatchTest {
  private final DevServer server = DevServer.start();
  private final TestClient client = new TestClient(server);
  private final WatchCall stream = client.watch();

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  @Test
  void create_fromNow_tellsWhatFollows() {
    client.put("a", "before");
    WatchResponse created = create(key("a"));
    assertThat(created.getCreated()).isTrue();
    assertThat(created.getWatchId()).isZero();
    assertThat(created.getHeader().getRevision()).isEqualTo(2);
    client.put("b", "another key");
    client.put("a", "after");
    WatchResponse response = stream.take();
    assertThat(response.getHeader().getRevision()).isEqualTo(4);
    assertThat(told(response)).containsExactly("PUT a=after@4");
  }

  @Test
  void create_fromThePast_tellsItInOrder() {
    client.put("a", "1");
    client.put("b", "2");
    delete("a", "z");
    create(prefixAll().setStartRevision(1));
    assertThat(told(4)).containsExactly("PUT a=1@2", "PUT b=2@3", "DELETE a=@4", "DELETE b=@4");
  }

  @Test
  void create_fromTheFuture_tellsNothingEarlier() {
    create(key("a").setStartRevision(4));
    client.put("a", "2");
    client.put("a", "3");
    client.put("a", "4");
    assertThat(told(4)).containsExactly("PUT a=4@4");
  }

  @Test
  void create_severalOnAStream_eachIsToldItsOwn() {
    create(key("a").setWatchId(7));
    assertThat(create(key("b")).getWatchId()).isZero();
    assertThat(create(key("c")).getWatchId()).isEqualTo(1);
    assertThat(create(prefixAll().setWatchId(8)).getWatchId()).isEqualTo(8);
    client.put("b", "1");
    List<Long> ids = List.of(stream.take().getWatchId(), stream.take().getWatchId());
    assertThat(ids).containsExactlyInAnyOrder(0L, 8L);
  }

  @Test
  void create_refused_isToldOnTheStream() {
    create(key("a").setWatchId(7));
    assertRefused(key("b").setWatchId(7), "mvcc: duplicate watch ID provided on the WatchStream");
    assertRefused(key("b").setRangeEnd(bytes("a")), "mvcc: watcher range is empty");
    assertRefused(
        key("b").setStartRevision(-1), "etcdserver: mvcc: required revision has been compacted");
    client.put("a", "1");
    assertThat(told(stream.take())).containsExactly("PUT a=1@2");
  }

  @Test
  void create_atACompactedRevision_isCancelledWithTheCompactRevision() {
    client.put("a", "1");
    client.put("a", "2");
    server.faults().compact(3);
    create(key("a").setStartRevision(2).setWatchId(5));
    WatchResponse cancelled = stream.take();
    assertThat(cancelled.getWatchId()).isEqualTo(5);
    assertThat(cancelled.getCanceled()).isTrue();
    assertThat(cancelled.getCompactRevision()).isEqualTo(3);
    create(key("a").setStartRevision(3).setWatchId(5).setPrevKv(true));
    WatchResponse response = stream.take();
    assertThat(told(response)).containsExactly("PUT a=2@3");
    assertThat(response.getEvents(0).hasPrevKv()).as("its previous version is gone").isFalse();
  }

  @Test
  void deletion_atTheCompactRevision_isStillTold() {
    client.put("a", "1");
    delete("a", "");
    server.faults().compact(3);
    create(key("a").setStartRevision(3));
    assertThat(told(3)).containsExactly("DELETE a=@3");
  }

  @Test
  void prevKv_isTheVersionBefore() {
    create(key("a").setPrevKv(true));
    client.put("a", "1");
    client.put("a", "2");
    delete("a", "");
    List<Event> events = events(4);
    assertThat(events.get(0).hasPrevKv()).isFalse();
    assertThat(events.get(1).getPrevKv().getValue()).isEqualTo(bytes("1"));
    assertThat(events.get(2).getPrevKv().getValue()).isEqualTo(bytes("2"));
  }

  @Test
  void filters_leaveEventsOut() {
    create(key("a").addFilters(FilterType.NOPUT));
    create(key("a").addFilters(FilterType.NODELETE));
    client.put("a", "1");
    WatchResponse first = stream.take();
    assertThat(first.getWatchId()).isEqualTo(1);
    delete("a", "");
    WatchResponse second = stream.take();
    assertThat(second.getWatchId()).isZero();
    assertThat(told(second)).containsExactly("DELETE a=@3");
  }

  @Test
  void transaction_isToldInOneAnswer() {
    create(prefixAll());
    TxnRequest.Builder txn = TxnRequest.newBuilder();
    for (String key : List.of("b", "a", "c")) {
      txn.addSuccess(RequestOp.newBuilder().setRequestPut(putOf(key, "1")));
    }
    client.kv().txn(txn.build());
    assertThat(told(stream.take())).containsExactly("PUT b=1@2", "PUT a=1@2", "PUT c=1@2");
  }

  @Test
  void cancel_isConfirmedAndFinal() {
    create(key("a"));
    send(WatchRequest.newBuilder().setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(9)));
    send(WatchRequest.newBuilder().setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(0)));
    WatchResponse cancelled = stream.take();
    assertThat(cancelled.getCanceled()).isTrue();
    assertThat(cancelled.getWatchId()).isZero();
    client.put("a", "1");
    assertThat(progress()).isEqualTo(2);
  }

  @Test
  void progress_isToldAfterEverythingBefore() {
    for (int i = 0; i < 3000; i++) {
      client.put("a", "" + i);
    }
    create(key("a").setStartRevision(2));
    send(WatchRequest.newBuilder().setProgressRequest(WatchProgressRequest.getDefaultInstance()));
    int events = 0;
    WatchResponse response = stream.take();
    while (response.getEventsCount() > 0) {
      events += response.getEventsCount();
      response = stream.take();
    }
    assertThat(events).isEqualTo(3000);
    assertThat(response.getWatchId()).isEqualTo(-1);
    assertThat(response.getHeader().getRevision()).isEqualTo(3001);
  }

  @Test
  void fragments_splitLargeAnswers_onlyIfAskedFor() {
    String large = "x".repeat(1 << 20);
    for (int i = 0; i < 5; i++) {
      client.put("k" + i, large);
    }
    create(prefixAll().setStartRevision(2));
    assertThat(stream.take().getEventsCount()).isEqualTo(5);
    create(prefixAll().setStartRevision(2).setFragment(true));
    for (int i = 0; i < 5; i++) {
      WatchResponse piece = stream.take();
      assertThat(piece.getEventsCount()).isEqualTo(1);
      assertThat(piece.getSerializedSize()).isLessThan(2 << 20);
      assertThat(piece.getFragment()).isEqualTo(i < 4);
    }
  }

  @Test
  void halfClosed_goesOn() {
    create(key("a"));
    stream.halfClose();
    client.put("a", "1");
    assertThat(told(stream.take())).containsExactly("PUT a=1@2");
  }

  @Test
  void liveWatch_survivesACompactionOfWhatItJustSaw() {
    create(prefixAll());
    for (int i = 0; i < 200; i++) {
      long revision = client.put("a", "" + i);
      client.kv().compact(CompactionRequest.newBuilder().setRevision(revision).build());
    }
    assertThat(told(201)).hasSize(200);
  }

  @Test
  void slowReader_costsNobodyAnything_andLosesItsPlaceInTheEnd() {
    try (DevServer small = DevServer.builder().history(100).start();
        TestClient other = new TestClient(small)) {
      WatchCall slow = other.lazyWatch();
      slow.send(WatchRequest.newBuilder().setCreateRequest(prefixAll()));
      slow.read(1);
      assertThat(slow.take().getCreated()).isTrue();
      String large = "x".repeat(100_000);
      for (int i = 0; i < 500; i++) {
        other.put("k" + i % 10, large);
      }
      assertThat(slow.nothingTold()).isTrue();
      slow.read(Integer.MAX_VALUE);
      long seen = 1;
      WatchResponse response = slow.take();
      while (!response.getCanceled()) {
        for (Event event : response.getEventsList()) {
          assertThat(event.getKv().getModRevision()).isEqualTo(++seen);
        }
        response = slow.take();
      }
      assertThat(response.getCompactRevision()).isGreaterThan(seen);
    }
  }

  @Test
  void clientGone_isForgotten() {
    create(key("a"));
    stream.cancel();
    assertThat(stream.takeError()).hasMessageContaining("the test is over");
    // Served by the same threads, so that what the cancelled stream left would be in the way.
    WatchCall another = client.watch();
    another.send(WatchRequest.newBuilder().setCreateRequest(key("a")));
    assertThat(another.take().getCreated()).isTrue();
    client.put("a", "1");
    assertThat(told(another.take())).containsExactly("PUT a=1@2");
    assertThat(stream.nothingTold()).isTrue();
  }

  @Test
  void hooks_cancelWatchesAndBreakStreams() {
    create(key("a").setWatchId(3));
    server.faults().cancelWatches("etcdserver: permission denied");
    WatchResponse cancelled = stream.take();
    assertThat(cancelled.getCanceled()).isTrue();
    assertThat(cancelled.getWatchId()).isEqualTo(3);
    assertThat(cancelled.getCancelReason()).isEqualTo("etcdserver: permission denied");
    create(key("a").setWatchId(3));
    server.faults().breakWatches();
    assertThat(stream.takeError()).hasMessage("UNAVAILABLE: etcdserver: no leader");
  }

  private WatchResponse create(WatchCreateRequest.Builder request) {
    send(WatchRequest.newBuilder().setCreateRequest(request));
    return stream.take();
  }

  private void send(WatchRequest.Builder request) {
    stream.send(request);
  }

  private void assertRefused(WatchCreateRequest.Builder request, String reason) {
    WatchResponse refused = create(request);
    assertThat(refused.getCreated() && refused.getCanceled()).isTrue();
    assertThat(refused.getWatchId()).isEqualTo(-1);
    assertThat(refused.getCancelReason()).isEqualTo(reason);
  }

  private long progress() {
    send(WatchRequest.newBuilder().setProgressRequest(WatchProgressRequest.getDefaultInstance()));
    WatchResponse response = stream.take();
    assertThat(response.getWatchId()).isEqualTo(-1);
    return response.getHeader().getRevision();
  }

  private void delete(String key, String end) {
    client
        .kv()
        .deleteRange(
            DeleteRangeRequest.newBuilder().setKey(bytes(key)).setRangeEnd(bytes(end)).build());
  }

  /** All events up to one of a revision. */
  private List<Event> events(long last) {
    List<Event> events = new ArrayList<>();
    while (events.isEmpty() || events.get(events.size() - 1).getKv().getModRevision() < last) {
      events.addAll(stream.take().getEventsList());
    }
    return events;
  }

  private List<String> told(long last) {
    return events(last).stream().map(WatchTest::text).toList();
  }

  private static List<String> told(WatchResponse response) {
    return response.getEventsList().stream().map(WatchTest::text).toList();
  }

  private static String text(Event event) {
    return event.getType()
        + " "
        + event.getKv().getKey().toStringUtf8()
        + "="
        + event.getKv().getValue().toStringUtf8()
        + "@"
        + event.getKv().getModRevision();
  }

  private static PutRequest putOf(String key, String value) {
    return PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value)).build();
  }

  private static WatchCreateRequest.Builder key(String key) {
    return WatchCreateRequest.newBuilder().setKey(bytes(key));
  }

  private static WatchCreateRequest.Builder prefixAll() {
    return WatchCreateRequest.newBuilder().setKey(ByteString.EMPTY).setRangeEnd(ZERO);
  }
}
