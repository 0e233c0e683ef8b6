package io.etcdregistry.internal.store;

import static io.etcdregistry.internal.store.StoreBench.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.store.StoreException.Failure;
import org.junit.jupiter.api.Test;

/** What becomes of watches when the past is compacted. */
public interface CompactionContract extends StoreBench {
  private void awaitEvents(WatchLog log, long id, int count) {
    await(count + " events of watch " + id, () -> log.events(id).size() >= count);
    assertThat(log.events(id)).hasSize(count);
  }

  @Test
  default void watch_compactedPast_isCancelledWithTheRevision() {
    long first = put(prefix() + "a", "1");
    put(prefix() + "a", "2");
    long last = put(prefix() + "a", "3");
    admin().compact(last);
    WatchLog log = new WatchLog();
    WatchStream stream = store().watch(log);
    stream.create(1, KeyRange.prefix(prefix()), first);
    stream.create(2, KeyRange.prefix(prefix() + "b"), 0);
    await("cancelled", () -> log.canceled(1).isPresent());
    await("created", () -> log.created(2).isPresent());
    assertThat(log.canceled(1).orElseThrow().compactRevision()).isEqualTo(last);
    assertThat(log.canceled(1).orElseThrow().cause().failure()).isEqualTo(Failure.COMPACTED);
    put(prefix() + "b", "4");
    awaitEvents(log, 2, 1);
    assertThat(log.events(1)).isEmpty();
    assertThat(log.canceled(2)).isEmpty();
    log.verify();
  }

  @Test
  default void watch_fromTheCompactedRevision_tellsWhatIsLeft() {
    put(prefix() + "a", "1");
    long last = put(prefix() + "a", "2");
    admin().compact(last);
    long next = delete(prefix() + "a");
    WatchLog log = new WatchLog();
    store().watch(log).create(1, KeyRange.prefix(prefix()), last);
    awaitEvents(log, 1, 2);
    assertThat(log.lines(1, prefix())).containsExactly(last + "+a=2", next + "-a");
    log.verify();
  }

  @Test
  default void watch_lastSeenIsCompactedButTheNextDeleteIsNot_tellsTheDelete() {
    long seen = put(prefix() + "a", "1");
    long unseen = delete(prefix() + "a");
    admin().compact(seen);
    WatchLog log = new WatchLog();
    store().watch(log).create(1, KeyRange.prefix(prefix()), seen);
    awaitEvents(log, 1, 2);
    assertThat(log.lines(1, prefix())).containsExactly(seen + "+a=1", unseen + "-a");
    log.verify();
  }

  @Test
  default void watch_theUnseenDeleteIsCompacted_isCancelled() {
    long seen = put(prefix() + "a", "1");
    long unseen = delete(prefix() + "a");
    admin().compact(unseen);
    WatchLog log = new WatchLog();
    store().watch(log).create(1, KeyRange.prefix(prefix()), seen);
    await("cancelled", () -> log.canceled(1).isPresent());
    assertThat(log.canceled(1).orElseThrow().compactRevision()).isEqualTo(unseen);
    log.verify();
  }

  @Test
  default void watch_open_outlivesACompaction() {
    WatchLog log = new WatchLog();
    WatchStream stream = store().watch(log);
    stream.create(1, KeyRange.prefix(prefix()), 0);
    await("created", () -> log.created(1).isPresent());
    for (int i = 0; i < 10; i++) {
      put(prefix() + "a", "" + i);
      admin().compact(admin().put(prefix() + "b", bytes("" + i), 0));
    }
    awaitEvents(log, 1, 20);
    assertThat(log.canceled(1)).isEmpty();
    log.verify();
  }

  @Test
  default void list_afterACompaction_isComplete() {
    put(prefix() + "a", "1");
    put(prefix() + "b", "2");
    delete(prefix() + "a");
    admin().compact(put(prefix() + "c", "3"));
    assertThat(content()).containsExactly("b=2", "c=3");
  }
}
