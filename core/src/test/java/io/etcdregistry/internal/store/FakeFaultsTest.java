package io.etcdregistry.internal.store;

import static io.etcdregistry.internal.store.StoreBench.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.store.FakeLink.Lost;
import io.etcdregistry.internal.store.Faults.Call;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.internal.store.Write.Guard;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What goes wrong with the calls of one client of the fake goes wrong as it does with etcd. */
class FakeFaultsTest extends FakeFaultsScene {
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
}
