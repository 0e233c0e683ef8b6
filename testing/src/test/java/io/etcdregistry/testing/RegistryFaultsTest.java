package io.etcdregistry.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.Registration.State;
import io.etcdregistry.Registry;
import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import io.etcdregistry.RegistryStats.Counter;
import io.etcdregistry.ServiceView;
import io.etcdregistry.Snapshot.Freshness;
import io.etcdregistry.devserver.DevServer;
import io.etcdregistry.devserver.Faults;
import io.etcdregistry.devserver.Faults.Refusal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What each fault does to a registry, and that it comes back from all of them. */
@Timeout(120)
class RegistryFaultsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration GENEROUS = Duration.ofSeconds(90);

  @RegisterExtension final RegistryExtension etcd = new RegistryExtension();

  private Registry service;
  private Registry client;
  private Registration joined;
  private ServiceView view;

  @BeforeEach
  void joinAndWatch(Registry registry) {
    service = etcd.newRegistry();
    client = registry;
    joined = service.join(orders());
    view = client.service("orders");
    assertThat(view.awaitAvailable(1, GENEROUS).instances()).hasSize(1);
  }

  @Test
  void partition_viewGoesStale_andIsLiveAgain(Faults faults) {
    faults.partition();
    etcd.advance(SECOND.multipliedBy(20));
    await(() -> view.snapshot().freshness() == Freshness.STALE);
    await(() -> joined.state() == State.SUSPECT);
    assertThat(client.list("orders")).hasSize(1);
    faults.heal();
    etcd.advance(SECOND.multipliedBy(10));
    await(() -> view.snapshot().freshness() == Freshness.LIVE);
    await(() -> joined.state() == State.JOINED);
  }

  @Test
  void pause_isSurvived(Faults faults) {
    faults.pause();
    etcd.advance(SECOND.multipliedBy(5));
    faults.heal();
    etcd.advance(SECOND.multipliedBy(5));
    await(() -> joined.state() == State.JOINED);
    assertThat(service.stats().count(Counter.LEASES_LOST)).isZero();
  }

  @Test
  void expire_isJoinedAgainUnderAnotherLease(Faults faults) {
    long lease = client.list("orders").get(0).lease();
    assertThat(faults.expire(lease)).isTrue();
    await(() -> client.list("orders").isEmpty());
    etcd.advance(SECOND.multipliedBy(15));
    await(() -> client.list("orders").size() == 1);
    assertThat(client.list("orders").get(0).lease()).isNotEqualTo(lease);
    assertThat(service.stats().count(Counter.LEASES_LOST)).isEqualTo(1);
  }

  @Test
  void compact_whileCutOff_isListedAgain(Faults faults, DevServer server) {
    faults.partition();
    etcd.advance(SECOND.multipliedBy(30)); // the record has gone, and nobody knows
    long revision = server.revision();
    faults.compact(revision);
    faults.heal();
    etcd.advance(SECOND.multipliedBy(20));
    await(() -> view.snapshot().freshness() == Freshness.LIVE);
    await(() -> view.snapshot().instances().size() == 1);
  }

  @Test
  void cancelledAndBrokenWatches_areSetUpAgain(Faults faults) {
    faults.cancelWatches("etcdserver: watch canceled");
    etcd.advance(SECOND.multipliedBy(10));
    service.join(Instance.named("orders").port(8081).hostname("localhost"));
    await(() -> view.snapshot().instances().size() == 2);
    faults.breakWatches();
    etcd.advance(SECOND.multipliedBy(10));
    service.leave();
    await(() -> view.snapshot().instances().isEmpty());
  }

  @Test
  void refuse_failsVerbs_withWhatWasSaid(Faults faults) {
    faults.refuse(Refusal.NO_LEADER);
    CompletableFuture<Registration> join =
        service.async().join(Instance.named("late").port(1).hostname("localhost"));
    assertThat(etcd.advanceUntil(join::isDone, GENEROUS)).isTrue();
    assertThatThrownBy(join::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.reason()).isIn(Reason.UNREACHABLE, Reason.TIMED_OUT))
        .hasMessageContaining("no leader");
    faults.heal();
    etcd.advance(SECOND.multipliedBy(10));
    await(() -> joined.state() == State.JOINED);
    assertThat(client.list("late")).isEmpty();
  }

  @Test
  void delayedAnswers_areWaitedFor(Faults faults) {
    faults.delayAnswers(Duration.ofMillis(800));
    CompletableFuture<Registration> join =
        service.async().join(Instance.named("slow").port(1).hostname("localhost"));
    assertThat(etcd.advanceUntil(join::isDone, GENEROUS)).isTrue();
    assertThat(join.join().state()).isEqualTo(State.JOINED);
  }

  @Test
  void droppedAnswers_endInTimedOut_andNothingStays(Faults faults) {
    faults.dropAnswers();
    CompletableFuture<Registration> join =
        service.async().join(Instance.named("lost").port(1).hostname("localhost"));
    assertThat(etcd.advanceUntil(join::isDone, GENEROUS)).isTrue();
    assertThat(join).isCompletedExceptionally();
    faults.heal();
    etcd.advance(SECOND.multipliedBy(20));
    await(() -> client.list("lost").isEmpty());
  }

  @Test
  void putThatLandsAfterTheLeave_isDeletedAgain(Faults faults) {
    faults.applyLate(1, SECOND.multipliedBy(60));
    CompletableFuture<Registration> join =
        service.async().join(Instance.named("late").port(1).hostname("localhost"));
    assertThat(etcd.advanceUntil(join::isDone, GENEROUS)).isTrue();
    CompletableFuture<Void> left = service.async().leave("late");
    etcd.advance(Duration.ofMinutes(3));
    assertThat(left).isDone();
    assertThat(service.stats().count(Counter.LATE_WRITES_REMOVED)).isLessThanOrEqualTo(1);
    await(() -> client.list("late").isEmpty());
    assertThat(joined.state()).isEqualTo(State.JOINED);
  }

  @Test
  void lostData_isPutBack(Faults faults, DevServer server) {
    faults.loseData();
    etcd.advance(SECOND.multipliedBy(30));
    await(() -> joined.state() == State.JOINED);
    try (Registry fresh = etcd.newRegistry()) {
      assertThat(fresh.list("orders")).hasSize(1);
    }
    await(() -> view.snapshot().freshness() == Freshness.LIVE);
    assertThat(server.revision()).isLessThan(10);
  }

  @Test
  void heartbeats_goOnWhileTimeIsMoved() {
    etcd.advance(Duration.ofMinutes(10));
    assertThat(joined.state()).isEqualTo(State.JOINED);
    assertThat(service.stats().count(Counter.LEASES_LOST)).isZero();
    assertThat(service.stats().count(Counter.LEASES_GRANTED)).isEqualTo(1);
    assertThat(view.snapshot().instances()).hasSize(1);
  }

  private static Instance.Builder orders() {
    return Instance.named("orders").port(8080).hostname("localhost");
  }

  /** What comes to be by itself, if time is given. */
  private void await(BooleanSupplier condition) {
    assertThat(etcd.advanceUntil(condition, Duration.ofMinutes(2))).isTrue();
  }
}
