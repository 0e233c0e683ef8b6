package io.etcdregistry.internal.store;

import static io.etcdregistry.internal.store.StoreBench.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.store.Faults.Right;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.internal.store.Write.Guard;
import io.etcdregistry.spi.FakeProcess;
import io.etcdregistry.testing.FakeTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What goes wrong with streams, rights and the cluster itself goes wrong as it does with etcd. */
class FakeStreamFaultsTest extends FakeFaultsScene {
  @Test
  void hangStreams_onlyThoseThatAreOpen() {
    WatchStream hung = store.watch(watches);
    hung.create(1, ALL, 0);
    time.run();
    store.link().hangStreams();
    WatchLog fresh = new WatchLog();
    store.watch(fresh).create(1, ALL, 0);
    time.run();
    cluster.put("/a", bytes("1"), 0);
    hung.requestProgress();
    time.advance(Duration.ofMinutes(5));
    assertThat(watches.events(1)).isEmpty();
    assertThat(watches.signsOfLife()).isZero();
    assertThat(fresh.events(1)).hasSize(1);
    watches.verify();
  }

  @Test
  void hangNextStreams_neverAnswer() {
    store.link().hangNextStreams(1);
    store.keepAlive(renewals).renew(1);
    KeepAliveLog second = new KeepAliveLog();
    store.keepAlive(second).renew(1);
    time.advance(Duration.ofMinutes(5));
    assertThat(renewals.renewed(1)).isEmpty();
    assertThat(second.renewed(1)).containsExactly(Duration.ZERO);
  }

  @Test
  void breakStreams_losesWhatIsUnderWay() {
    store.link().latency(Duration.ofMillis(100));
    store.watch(watches).create(1, ALL, 0);
    time.advance(SECOND);
    cluster.put("/a", bytes("1"), 0);
    store.link().breakStreams(new StoreException(Failure.UNREACHABLE, "reset"));
    time.advance(SECOND);
    assertThat(watches.events(1)).isEmpty();
    assertThat(watches.broken()).isPresent();
  }

  @Test
  void brokenStream_closedBeforeItIsTold_isSilent() {
    WatchStream stream = store.watch(watches);
    time.run();
    store.link().breakStreams(new StoreException(Failure.UNREACHABLE, "reset"));
    stream.close(false);
    time.run();
    assertThat(watches.broken()).isEmpty();
  }

  @Test
  void backlogDelay_createdComesAhead() {
    cluster.put("/a", bytes("1"), 0);
    store.faults().backlogDelay(SECOND);
    store.watch(watches).create(1, ALL, 1);
    time.run();
    assertThat(watches.created(1)).isPresent();
    assertThat(watches.events(1)).isEmpty();
    cluster.put("/a", bytes("2"), 0);
    time.advance(SECOND);
    assertThat(watches.lines(1, "/")).containsExactly("2+a=1", "3+a=2");
  }

  @Test
  void cancelWatches_withoutARevision() {
    store.watch(watches).create(1, ALL, 0);
    time.run();
    store.link().cancelWatches(new StoreException(Failure.DENIED, "no longer"));
    time.run();
    assertThat(watches.canceled(1).orElseThrow().compactRevision()).isZero();
    assertThat(cluster.openWatches()).isZero();
  }

  @Test
  void deny_refusesTheRangeAlone() {
    store.faults().deny(KeyRange.prefix("/secret/"), Right.READ);
    store.faults().deny(KeyRange.prefix("/mine/"), Right.WRITE);
    assertThat(failure(list()).failure()).isEqualTo(Failure.DENIED);
    assertThat(failure(put("/mine/a", Guard.ALWAYS)).failure()).isEqualTo(Failure.DENIED);
    get(store.list(KeyRange.prefix("/mine/"), TIMEOUT));
    get(put("/secret/a", Guard.ALWAYS));
    store.watch(watches).create(1, ALL, 0);
    time.run();
    assertThat(watches.canceled(1).orElseThrow().cause().failure()).isEqualTo(Failure.DENIED);
    store.faults().allow();
    get(list());
  }

  @Test
  void full_refusesPutsAndGrantsOnly() {
    cluster.put("/a", bytes("1"), 0);
    cluster.full(true);
    assertThat(failure(put("/b", Guard.ALWAYS)).failure()).isEqualTo(Failure.NO_SPACE);
    assertThat(failure(store.grant(1, SECOND, TIMEOUT)).failure()).isEqualTo(Failure.NO_SPACE);
    get(store.commit(List.of(Write.delete("/a", Guard.ALWAYS, 0)), TIMEOUT));
    cluster.full(false);
    get(put("/b", Guard.ALWAYS));
  }

  @Test
  void dropDeletes_hidesThemFromTheClientAlone() {
    cluster.put("/a", bytes("1"), 0);
    store.watch(watches).create(1, ALL, 0);
    time.run();
    store.faults().dropDeletes(1);
    cluster.delete("/a");
    cluster.put("/a", bytes("2"), 0);
    cluster.delete("/a");
    time.run();
    assertThat(watches.lines(1, "/")).containsExactly("4+a=2", "5-a");
  }

  @Test
  void lossToldTwice_answersTwice() {
    store.faults().tellLossTwice(true);
    store.keepAlive(renewals).renew(1);
    time.run();
    assertThat(renewals.renewed(1)).containsExactly(Duration.ZERO, Duration.ZERO);
  }

  @Test
  void compaction_atADelete_isLostOn34Only() {
    cluster.put("/a", bytes("1"), 0);
    cluster.compact(cluster.delete("/a"));
    store.watch(watches).create(1, ALL, 3);
    time.run();
    assertThat(watches.created(1)).isPresent();
    assertThat(watches.events(1)).isEmpty();
    cluster.version(FakeCluster.Version.V3_5);
    WatchLog newer = new WatchLog();
    store.watch(newer).create(1, ALL, 3);
    time.run();
    assertThat(newer.lines(1, "/")).containsExactly("3-a");
  }

  @Test
  void wipe_startsAnewAndBreaksStreams() {
    long before = cluster.header().clusterId();
    cluster.grant(1, Duration.ofSeconds(10));
    cluster.put("/a", bytes("1"), 1);
    store.watch(watches).create(1, ALL, 0);
    time.run();
    cluster.wipe(true);
    time.run();
    assertThat(watches.broken()).isPresent();
    assertThat(cluster.header()).isEqualTo(new Header(before, 1));
    assertThat(cluster.leases()).isEmpty();
    cluster.wipe(false);
    assertThat(cluster.header().clusterId()).isNotEqualTo(before);
    WatchLog future = new WatchLog();
    store.watch(future).create(1, ALL, 3);
    cluster.put("/a", bytes("2"), 0);
    time.run();
    assertThat(future.events(1)).as("below the revision asked for nothing is told").isEmpty();
  }

  @Test
  void restore_goesBack() {
    cluster.grant(1, Duration.ofSeconds(10));
    cluster.put("/a", bytes("1"), 1);
    final FakeCluster.Image image = cluster.snapshot();
    cluster.put("/b", bytes("2"), 0);
    cluster.revoke(1);
    cluster.restore(image, true);
    assertThat(cluster.header().revision()).isEqualTo(2);
    assertThat(cluster.list(ALL).pairs()).extracting(KeyValue::key).containsExactly("/a");
    time.advance(Duration.ofSeconds(10));
    assertThat(exists("/a")).isFalse();
    cluster.restore(image, true);
    assertThat(exists("/a")).isTrue();
    cluster.revoke(1);
  }

  @Test
  void stoppedClient_hearsLate() {
    FakeProcess process = new FakeProcess(time);
    FakeStore stopped = cluster.client(process);
    stopped.watch(watches).create(1, ALL, 0);
    CompletableFuture<Listing> answer = stopped.list(ALL, TIMEOUT);
    time.run();
    assertThat(answer).isCompleted();
    answer = stopped.list(ALL, TIMEOUT);
    process.stop();
    cluster.put("/a", bytes("1"), 0);
    time.advance(Duration.ofHours(1));
    assertThat(answer).isNotDone();
    assertThat(watches.events(1)).isEmpty();
    process.resume();
    time.run();
    assertThat(answer).as("it came before the timeout, though both are late").isCompleted();
    assertThat(watches.events(1)).hasSize(1);
    stopped.close();
  }

  @Test
  void sameSeed_sameStory() {
    assertThat(story(1)).isEqualTo(story(1)).isNotEqualTo(story(2));
  }

  private static List<String> story(long seed) {
    FakeTime time = new FakeTime();
    FakeCluster cluster = new FakeCluster(time);
    WatchLog log = new WatchLog();
    FakeStore watcher = cluster.client();
    watcher.watch(log).create(1, ALL, 0);
    for (int i = 0; i < 5; i++) {
      FakeStore client = cluster.client();
      client.link().latency(Duration.ZERO, SECOND, seed + i);
      for (int j = 0; j < 10; j++) {
        Write write = Write.put("/" + j, Guard.ALWAYS, 0, bytes(i + "." + j), 0);
        client.commit(List.of(write), TIMEOUT);
      }
    }
    time.advance(Duration.ofMinutes(1));
    return log.lines(1, "/");
  }
}
