package io.etcdregistry.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.store.WatchStream.Event;
import io.etcdregistry.internal.store.Write.Guard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Watches: where they begin, what they tell, how they end. */
public interface WatchContract extends StoreBench {
  private void awaitCreated(WatchLog log, long id) {
    await("watch " + id + " created", () -> log.created(id).isPresent());
  }

  private void awaitEvents(WatchLog log, long id, int count) {
    await(count + " events of watch " + id, () -> log.events(id).size() >= count);
    assertThat(log.events(id)).hasSize(count);
  }

  @Test
  default void watch_fromNow_tellsWhatComes() {
    long before = put(prefix() + "a", "1");
    WatchLog log = new WatchLog();
    store().watch(log).create(1, KeyRange.prefix(prefix()), 0);
    awaitCreated(log, 1);
    assertThat(log.created(1).orElseThrow().revision()).isGreaterThanOrEqualTo(before);
    long after = put(prefix() + "a", "2");
    awaitEvents(log, 1, 1);
    assertThat(log.lines(1, prefix())).containsExactly(after + "+a=2");
    log.verify();
  }

  @Test
  default void watch_fromThePast_tellsItFirst() {
    long first = put(prefix() + "a", "1");
    put(prefix() + "b", "2");
    delete(prefix() + "a");
    WatchLog log = new WatchLog();
    store().watch(log).create(1, KeyRange.prefix(prefix()), first);
    awaitEvents(log, 1, 3);
    put(prefix() + "c", "3");
    awaitEvents(log, 1, 4);
    assertThat(log.lines(1, prefix()))
        .containsExactly(first + "+a=1", first + 1 + "+b=2", first + 2 + "-a", first + 3 + "+c=3");
    log.verify();
  }

  @Test
  default void watch_fromTheLastSeen_tellsItAgain() {
    put(prefix() + "a", "1");
    long last = put(prefix() + "a", "2");
    WatchLog log = new WatchLog();
    store().watch(log).create(1, KeyRange.prefix(prefix()), last);
    awaitEvents(log, 1, 1);
    assertThat(log.lines(1, prefix())).containsExactly(last + "+a=2");
    log.verify();
  }

  @Test
  default void watch_fromTheFuture_isSilentUntilThen() {
    long now = put(prefix() + "a", "1");
    WatchLog log = new WatchLog();
    store().watch(log).create(1, KeyRange.prefix(prefix()), now + 3);
    awaitCreated(log, 1);
    for (int i = 2; i <= 5; i++) {
      put(prefix() + "a", "" + i);
    }
    awaitEvents(log, 1, 2);
    assertThat(log.lines(1, prefix())).containsExactly(now + 3 + "+a=4", now + 4 + "+a=5");
    log.verify();
  }

  @Test
  default void watch_events_carryThePairAsItIsThen() {
    WatchLog log = new WatchLog();
    long lease = grant(Duration.ofSeconds(60));
    long first = put(prefix() + "a", "1", lease);
    store().watch(log).create(1, KeyRange.prefix(prefix()), first);
    put(prefix() + "a", "2");
    long third = delete(prefix() + "a");
    awaitEvents(log, 1, 3);
    List<Event> events = log.events(1);
    assertThat(events.stream().map(Event::deleted)).containsExactly(false, false, true);
    KeyValue created = events.get(0).pair();
    assertThat(created.lease()).isEqualTo(lease);
    assertThat(created.createRevision()).isEqualTo(first);
    assertThat(events.get(1).pair().createRevision()).isEqualTo(first);
    assertThat(events.get(1).pair().lease()).isZero();
    assertThat(events.get(2).pair().key()).isEqualTo(prefix() + "a");
    assertThat(events.get(2).pair().modRevision()).isEqualTo(third);
    log.verify();
  }

  @Test
  default void watch_range_tellsItsKeysAlone() {
    WatchLog log = new WatchLog();
    WatchStream stream = store().watch(log);
    stream.create(1, KeyRange.prefix(prefix() + "orders/"), 0);
    stream.create(2, KeyRange.key(prefix() + "orders"), 0);
    stream.create(3, new KeyRange(prefix() + "orders-", prefix() + "orders/2"), 0);
    for (long id = 1; id <= 3; id++) {
      awaitCreated(log, id);
    }
    List<Write> writes = new ArrayList<>();
    for (String key : List.of("orders", "orders-eu/1", "orders/1", "orders/2", "orders0")) {
      writes.add(Write.put(prefix() + key, Guard.ALWAYS, 0, StoreBench.bytes("x"), 0));
    }
    long revision = get(store().commit(writes, CALL)).header().revision();
    awaitEvents(log, 1, 2);
    awaitEvents(log, 2, 1);
    awaitEvents(log, 3, 2);
    assertThat(log.lines(1, prefix()))
        .containsExactly(revision + "+orders/1=x", revision + "+orders/2=x");
    assertThat(log.lines(2, prefix())).containsExactly(revision + "+orders=x");
    assertThat(log.lines(3, prefix()))
        .containsExactly(revision + "+orders-eu/1=x", revision + "+orders/1=x");
    log.verify();
  }

  @Test
  default void watch_oneRevision_comesWhole() {
    WatchLog log = new WatchLog();
    WatchStream stream = store().watch(log);
    long before = put(prefix() + "x", "x");
    stream.create(1, KeyRange.prefix(prefix()), 0);
    awaitCreated(log, 1);
    List<Write> writes = new ArrayList<>();
    for (int i = 0; i < Store.MAX_WRITES; i++) {
      writes.add(
          Write.put(prefix() + "%03d".formatted(i), Guard.ALWAYS, 0, StoreBench.bytes("" + i), 0));
    }
    get(store().commit(writes, CALL));
    stream.create(2, KeyRange.prefix(prefix()), before + 1);
    awaitEvents(log, 1, Store.MAX_WRITES);
    awaitEvents(log, 2, Store.MAX_WRITES);
    assertThat(log.calls(1)).isEqualTo(1);
    assertThat(log.calls(2)).isEqualTo(1);
    assertThat(log.lines(2, prefix())).isEqualTo(log.lines(1, prefix()));
    log.verify();
  }

  @Test
  default void watch_manyOnOneStream_areToldApart() {
    WatchLog log = new WatchLog();
    WatchStream stream = store().watch(log);
    long first = put(prefix() + "000", "old");
    for (int i = 0; i < 100; i++) {
      stream.create(i + 1, KeyRange.key(prefix() + "%03d".formatted(i)), first);
    }
    for (int i = 0; i < 100; i++) {
      put(prefix() + "%03d".formatted(i), "v" + i);
    }
    awaitEvents(log, 1, 2);
    for (int i = 1; i < 100; i++) {
      awaitEvents(log, i + 1, 1);
      assertThat(text(log.events(i + 1).get(0).pair())).isEqualTo("%03d=v%d".formatted(i, i));
    }
    log.verify();
  }

  @Test
  default void watch_cancelled_leavesTheOthers() {
    WatchLog log = new WatchLog();
    WatchStream stream = store().watch(log);
    stream.create(1, KeyRange.prefix(prefix()), 0);
    stream.create(2, KeyRange.prefix(prefix()), 0);
    awaitCreated(log, 1);
    awaitCreated(log, 2);
    put(prefix() + "a", "1");
    awaitEvents(log, 1, 1);
    awaitEvents(log, 2, 1);
    stream.cancel(1);
    stream.cancel(77);
    stream.create(3, KeyRange.prefix(prefix()), 0);
    awaitCreated(log, 3);
    put(prefix() + "a", "2");
    awaitEvents(log, 2, 2);
    awaitEvents(log, 3, 1);
    assertThat(log.events(1)).hasSize(1);
    log.verify();
  }

  @Test
  default void watch_cancelledBeforeItIsCreated_isNoHarm() {
    WatchLog log = new WatchLog();
    WatchStream stream = store().watch(log);
    stream.create(1, KeyRange.prefix(prefix()), 0);
    stream.cancel(1);
    stream.create(2, KeyRange.prefix(prefix()), 0);
    awaitCreated(log, 2);
    put(prefix() + "a", "1");
    awaitEvents(log, 2, 1);
    assertThat(log.events(1)).isEmpty();
    log.verify();
  }

  @Test
  default void progress_isAnswered() {
    WatchLog log = new WatchLog();
    WatchStream stream = store().watch(log);
    stream.create(1, KeyRange.prefix(prefix()), 0);
    awaitCreated(log, 1);
    put(prefix() + "a", "1");
    awaitEvents(log, 1, 1);
    stream.requestProgress();
    await("a sign of life", () -> log.signsOfLife() > 0);
    log.verify();
  }

  @Test
  default void watch_closed_hearsNothingMore() {
    WatchLog closed = new WatchLog();
    WatchLog open = new WatchLog();
    WatchStream stream = store().watch(closed);
    stream.create(1, KeyRange.prefix(prefix()), 0);
    store().watch(open).create(1, KeyRange.prefix(prefix()), 0);
    awaitCreated(closed, 1);
    awaitCreated(open, 1);
    stream.close(false);
    stream.close(true);
    stream.create(2, KeyRange.prefix(prefix()), 0);
    stream.cancel(1);
    stream.requestProgress();
    put(prefix() + "a", "1");
    awaitEvents(open, 1, 1);
    assertThat(closed.events(1)).isEmpty();
    assertThat(closed.created(2)).isEmpty();
    assertThat(closed.signsOfLife()).isZero();
    closed.verify();
  }
}
