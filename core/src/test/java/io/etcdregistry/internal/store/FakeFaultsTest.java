package io.etcdregistry.internal.store;

import static io.etcdregistry.internal.store.StoreBench.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.etcdregistry.internal.store.FakeLink.Lost;
import io.etcdregistry.internal.store.Faults.Call;
import io.etcdregistry.internal.store.Faults.Right;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.internal.store.Write.Guard;
import io.etcdregistry.spi.FakeProcess;
import io.etcdregistry.spi.FakeTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What goes wrong for one client of the fake goes wrong as it does with etcd. */
class FakeFaultsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(4);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final KeyRange ALL = KeyRange.prefix("/");

  private final FakeTime time = new FakeTime();
  private final FakeCluster cluster = new FakeCluster(time);
  private final FakeStore store = cluster.client();
  private final WatchLog watches = new WatchLog();
  private final KeepAliveLog renewals = new KeepAliveLog();

  @AfterEach
  void closeStore() {
    store.close();
    time.advance(Duration.ofMinutes(1));
    assertThat(cluster.openStreams()).isZero();
    assertThat(cluster.openWatches()).isZero();
    assertThat(time.pending()).isEmpty();
  }

  private CompletableFuture<Commit> put(String key, Guard guard) {
    return store.commit(List.of(Write.put(key, guard, 0, bytes("1"), 0)), TIMEOUT);
  }

  private CompletableFuture<Listing> list() {
    return store.list(ALL, TIMEOUT);
  }

  private <T> T get(CompletableFuture<T> answer) {
    assertThat(time.advanceUntil(answer::isDone, TIMEOUT)).isTrue();
    return answer.join();
  }

  private StoreException failure(CompletableFuture<?> answer) {
    assertThat(time.advanceUntil(answer::isDone, TIMEOUT)).isTrue();
    return (StoreException)
        catchThrowableOfType(CompletionException.class, answer::join).getCause();
  }

  private boolean exists(String key) {
    return cluster.pair(key).isPresent();
  }

  @Test
  void nothing_untilTimeMoves() {
    CompletableFuture<Commit> answer = put("/a", Guard.ALWAYS);
    assertThat(answer).isNotDone();
    assertThat(exists("/a")).isFalse();
    time.run();
    assertThat(answer).isCompleted();
    assertThat(exists("/a")).isTrue();
  }

  @Test
  void latency_delaysBothWays() {
    store.link().latency(Duration.ofMillis(300));
    CompletableFuture<Commit> answer = put("/a", Guard.ALWAYS);
    time.advance(Duration.ofMillis(299));
    assertThat(exists("/a")).isFalse();
    time.advance(Duration.ofMillis(1));
    assertThat(exists("/a")).isTrue();
    assertThat(answer).isNotDone();
    time.advance(Duration.ofMillis(300));
    assertThat(answer).isCompleted();
    assertThat(answer.join().straggling()).isFalse();
  }

  @Test
  void slow_moreThanAnAttempt_answersStraggling() {
    store.link().latency(Duration.ofMillis(800));
    Commit commit = get(put("/a", Guard.ABSENT));
    assertThat(commit.outcomes().get(0).applied()).isTrue();
    assertThat(commit.straggling()).isTrue();
  }

  @Test
  void failNext_failsThatManyCallsOfTheKind() {
    store.faults().failNext(Call.COMMIT, 2, new StoreException(Failure.OVERLOADED, "too many"));
    assertThat(failure(put("/a", Guard.ALWAYS)).failure()).isEqualTo(Failure.OVERLOADED);
    assertThat(get(list()).pairs()).isEmpty();
    StoreException second = failure(put("/a", Guard.ALWAYS));
    assertThat(second.mayApply()).isFalse();
    get(put("/a", Guard.ALWAYS));
    assertThat(exists("/a")).isTrue();
  }

  @Test
  void loseAnswers_isAppliedAndTimesOut() {
    store.faults().loseAnswers(Call.COMMIT, 1);
    StoreException failure = failure(put("/a", Guard.ABSENT));
    assertThat(failure.failure()).isEqualTo(Failure.TIMED_OUT);
    assertThat(failure.mayApply()).isTrue();
    assertThat(exists("/a")).isTrue();
  }

  @Test
  void loseRequests_isNotAppliedAndTheClientCannotKnow() {
    store.faults().loseRequests(Call.COMMIT, 1);
    store.faults().loseRequests(Call.LIST, 1);
    CompletableFuture<Listing> listing = list();
    StoreException failure = failure(put("/a", Guard.ABSENT));
    assertThat(failure.failure()).isEqualTo(Failure.TIMED_OUT);
    assertThat(failure.mayApply()).isTrue();
    assertThat(failure(listing).mayApply()).isFalse();
    time.advance(Duration.ofHours(1));
    assertThat(exists("/a")).isFalse();
  }

  @Test
  void delayRequests_beyondTheTimeout_isAppliedAfterALaterDelete() {
    store.faults().delayRequests(Call.COMMIT, 1, Duration.ofSeconds(10));
    assertThat(failure(put("/a", Guard.ALWAYS)).mayApply()).isTrue();
    get(store.commit(List.of(Write.delete("/a", Guard.ALWAYS, 0)), TIMEOUT));
    assertThat(exists("/a")).isFalse();
    time.advance(Duration.ofSeconds(10));
    assertThat(exists("/a")).isTrue();
  }

  @Test
  void straggle_isAnsweredAndAppliedAgainLater() {
    store.faults().straggle(Call.COMMIT, 1, Duration.ofSeconds(10));
    Commit commit = get(put("/a", Guard.ABSENT));
    assertThat(commit.straggling()).isTrue();
    assertThat(commit.outcomes().get(0).applied()).isTrue();
    cluster.delete("/a");
    time.advance(Duration.ofSeconds(10));
    assertThat(exists("/a")).isTrue();
  }

  @Test
  void partition_losesCallsForGood() {
    store.link().partition(Lost.FOR_GOOD);
    StoreException failure = failure(put("/a", Guard.ALWAYS));
    assertThat(failure.failure()).isEqualTo(Failure.TIMED_OUT);
    assertThat(failure.mayApply()).isTrue();
    store.link().heal();
    time.advance(SECOND);
    assertThat(exists("/a")).isFalse();
    get(put("/b", Guard.ALWAYS));
  }

  @Test
  void partition_untilHealed_deliversLate() {
    store.link().partition(Lost.UNTIL_HEALED);
    failure(put("/a", Guard.ALWAYS));
    time.advance(Duration.ofMinutes(1));
    assertThat(exists("/a")).isFalse();
    store.link().heal();
    time.run();
    assertThat(exists("/a")).isTrue();
  }

  @Test
  void partition_healedInTime_isRetried() {
    store.link().partition(Lost.FOR_GOOD);
    CompletableFuture<Commit> answer = put("/a", Guard.ABSENT);
    time.advance(Duration.ofMillis(1500));
    store.link().heal();
    assertThat(get(answer).straggling()).isTrue();
  }

  @Test
  void partition_answerUnderWay_isLost() {
    store.link().latency(Duration.ofMillis(100));
    CompletableFuture<Commit> answer = put("/a", Guard.ABSENT);
    time.advance(Duration.ofMillis(150));
    store.link().partition(Lost.FOR_GOOD);
    assertThat(failure(answer).mayApply()).isTrue();
    assertThat(exists("/a")).isTrue();
  }

  @Test
  void partition_streams_areSilentThenGoOnOrBreak() {
    store.watch(watches).create(1, ALL, 0);
    time.run();
    store.link().partition(Lost.FOR_GOOD);
    cluster.put("/a", bytes("1"), 0);
    time.advance(SECOND);
    assertThat(watches.events(1)).isEmpty();
    store.link().heal();
    time.run();
    assertThat(watches.events(1)).hasSize(1);
    store.link().partition(Lost.FOR_GOOD);
    time.advance(Duration.ofSeconds(15));
    assertThat(watches.broken()).isPresent();
    KeepAliveLog late = new KeepAliveLog();
    store.keepAlive(late).renew(1);
    time.advance(Duration.ofSeconds(5));
    assertThat(late.broken().orElseThrow().failure()).isEqualTo(Failure.UNREACHABLE);
  }

  @Test
  void refuse_isUnreachableUntilHealed() {
    store.watch(watches).create(1, ALL, 0);
    time.run();
    store.link().refuse();
    time.run();
    assertThat(watches.broken().orElseThrow().failure()).isEqualTo(Failure.UNREACHABLE);
    StoreException failure = failure(put("/a", Guard.ALWAYS));
    assertThat(failure.failure()).isEqualTo(Failure.UNREACHABLE);
    assertThat(failure.mayApply()).isFalse();
    CompletableFuture<Commit> answer = put("/a", Guard.ALWAYS);
    time.advance(SECOND);
    store.link().heal();
    assertThat(get(answer).straggling()).isFalse();
  }

  @Test
  void noLeader_isSaidUntilThereIsOne() {
    cluster.grant(7, Duration.ofSeconds(10));
    store.keepAlive(renewals);
    time.advance(Duration.ofSeconds(8));
    cluster.loseLeader();
    assertThat(failure(list()).failure()).isEqualTo(Failure.NO_LEADER);
    assertThat(renewals.broken().orElseThrow().failure()).isEqualTo(Failure.NO_LEADER);
    CompletableFuture<Listing> answer = list();
    time.advance(SECOND);
    cluster.electLeader(SECOND);
    get(answer);
    assertThat(cluster.remaining(7).orElseThrow()).isGreaterThan(Duration.ofSeconds(10));
  }

  @Test
  void noLeader_noLeaseExpires() {
    cluster.grant(7, Duration.ofSeconds(10));
    cluster.loseLeader();
    time.advance(Duration.ofHours(1));
    assertThat(cluster.leases()).containsExactly(7L);
    cluster.electLeader(SECOND);
    time.advance(Duration.ofSeconds(11));
    assertThat(cluster.leases()).isEmpty();
  }

  @Test
  void noLeaderAtItsMember_isOfOneClient() {
    FakeStore other = cluster.client();
    store.link().loseLeader();
    assertThat(failure(list()).failure()).isEqualTo(Failure.NO_LEADER);
    get(other.list(ALL, TIMEOUT));
    other.close();
  }

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
    assertThat(watches.progress()).isEmpty();
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
