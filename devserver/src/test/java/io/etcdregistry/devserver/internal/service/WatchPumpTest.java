package io.etcdregistry.devserver.internal.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.etcdregistry.devserver.internal.engine.Engine;
import io.etcdregistry.devserver.internal.engine.Identity;
import io.etcdregistry.devserver.internal.engine.Limits;
import io.etcdregistry.devserver.internal.engine.Span;
import io.etcdregistry.protocol.PutRequest;
import io.etcdregistry.protocol.WatchCreateRequest;
import io.etcdregistry.protocol.WatchResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the watches of one stream say, step by step. */
class WatchPumpTest {
  private final Engine engine =
      new Engine(new Identity(1, 2), new Limits(5000, 1 << 30, 1 << 30), () -> 0);
  private final WatchPump pump = new WatchPump(engine);

  @Test
  void next_nothingToSay_isNull() {
    add(1, "a", 1);
    assertThat(pump.next()).isNull();
    put("b");
    assertThat(pump.next()).isNull();
  }

  @Test
  void late_readsInPieces_andThenLivesOn() {
    putTimes(2500);
    add(1, "a", 2);
    assertThat(sizes(says())).containsExactly(1000, 1000, 500);
    put("a");
    assertThat(says()).extracting(r -> r.getHeader().getRevision()).containsExactly(2502L);
  }

  @Test
  void late_isToldThePresentRevision_inEveryPiece() {
    putTimes(1500);
    add(1, "a", 2);
    assertThat(says()).extracting(r -> r.getHeader().getRevision()).containsExactly(1501L, 1501L);
  }

  @Test
  void late_doesNotHoldUpTheLive() {
    putTimes(3000);
    add(1, "a", 3002);
    add(2, "a", 2);
    put("a");
    assertThat(says()).extracting(WatchResponse::getWatchId).startsWith(2L, 1L).endsWith(2L);
  }

  @Test
  void pieceOfHistory_isBoundedInBytes() {
    ByteString large = ByteString.copyFrom(new byte[1 << 20]);
    for (int i = 0; i < 40; i++) {
      engine.put(
          PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("a")).setValue(large).build());
    }
    add(1, "a", 2);
    add(2, "a", 2);
    int events = 0;
    for (WatchResponse said = pump.next(); said != null; said = pump.next()) {
      assertThat((long) said.getSerializedSize()).isLessThan(WatchPump.MAX_PIECE_BYTES + (2 << 20));
      assertThat(pump.waitingBytes()).isLessThan(WatchPump.MAX_PIECE_BYTES + (2 << 20));
      events += said.getEventsCount();
    }
    assertThat(events).isEqualTo(80);
  }

  @Test
  void progress_waitsForTheLate() {
    putTimes(1500);
    add(1, "a", 2);
    pump.wantProgress();
    List<WatchResponse> said = says();
    assertThat(sizes(said)).containsExactly(1000, 500, 0);
    assertThat(said.get(2).getWatchId()).isEqualTo(WatchPump.NO_WATCH);
    assertThat(said.get(2).getHeader().getRevision()).isEqualTo(1501);
  }

  @Test
  void tick_onlyTheQuietWhoAskedForIt() {
    ActiveWatch asked = add(1, "a", 2, WatchCreateRequest.newBuilder().setProgressNotify(true));
    ActiveWatch silent = add(2, "a", 2);
    put("a");
    says();
    assertThat(asked.tick()).as("it was just told something").isFalse();
    assertThat(asked.tick()).isTrue();
    assertThat(silent.tick()).isFalse();
    assertThat(silent.tick()).isFalse();
    pump.sayProgress(asked);
    WatchResponse sign = says().get(0);
    assertThat(sign.getWatchId()).isEqualTo(1);
    assertThat(sign.getEventsCount()).isZero();
    assertThat(sign.getHeader().getRevision()).isEqualTo(2);
  }

  @Test
  void sayProgress_late_saysNothing() {
    putTimes(10);
    ActiveWatch late = add(1, "a", 2);
    pump.sayProgress(late);
    assertThat(sizes(says())).containsExactly(10);
  }

  @Test
  void remove_takesBackWhatWasNotSaid() {
    add(1, "a", 2);
    add(2, "a", 2);
    put("a");
    assertThat(pump.next()).isNotNull();
    assertThat(pump.remove(1)).isTrue();
    assertThat(pump.remove(2)).isTrue();
    assertThat(pump.remove(2)).isFalse();
    assertThat(pump.next()).isNull();
  }

  @Test
  void live_pastTheEndOfTheHistory_isCancelled_butNotThoseWhoWaitForLater() {
    add(1, "a", 2);
    add(2, "a", 20_000);
    putTimes(10_000);
    List<WatchResponse> said = says();
    assertThat(said).hasSize(1);
    assertThat(said.get(0).getWatchId()).isEqualTo(1);
    assertThat(said.get(0).getCanceled()).isTrue();
    assertThat(said.get(0).getCompactRevision()).isBetween(3750L, 5002L);
    assertThat(said.get(0).getHeader().getRevision()).isZero();
    putTimes(10_000);
    assertThat(pump.has(2)).isTrue();
  }

  private ActiveWatch add(long id, String key, long from) {
    return add(id, key, from, WatchCreateRequest.newBuilder());
  }

  private ActiveWatch add(long id, String key, long from, WatchCreateRequest.Builder request) {
    Span span = Span.key(ByteString.copyFromUtf8(key));
    ActiveWatch watch = new ActiveWatch(id, span, from, request.build());
    pump.add(watch, engine.currentHeader().getRevision());
    return watch;
  }

  private void put(String key) {
    engine.put(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build());
  }

  private void putTimes(int times) {
    for (int i = 0; i < times; i++) {
      put("a");
    }
  }

  /** All that there is to say by now. */
  private List<WatchResponse> says() {
    List<WatchResponse> said = new ArrayList<>();
    for (WatchResponse next = pump.next(); next != null; next = pump.next()) {
      said.add(next);
    }
    return said;
  }

  private static List<Integer> sizes(List<WatchResponse> said) {
    return said.stream().map(WatchResponse::getEventsCount).toList();
  }
}
