package io.etcdregistry.internal.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.Registration.State;
import io.etcdregistry.RegistryStats.Counter;
import io.etcdregistry.internal.client.RegistryForTests;
import io.etcdregistry.protocol.Event;
import io.etcdregistry.protocol.LeaseKeepAliveRequest;
import io.etcdregistry.protocol.LeaseKeepAliveResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What becomes of a registration when etcd's keepalive stream does what it may do, and real
 * clusters do too rarely.
 */
class ScriptedRenewalTest {
  private static final Duration TTL = RegistryForTests.TTL;

  private ScriptedScene scene = new ScriptedScene();

  @AfterEach
  void close() {
    scene.close();
  }

  private Registration join() {
    return scene.get(scene.registry.async().join(Instance.named("orders").port(8080)));
  }

  private LeaseKeepAliveResponse ttl(long lease, long seconds) {
    return LeaseKeepAliveResponse.newBuilder()
        .setHeader(scene.state.header())
        .setID(lease)
        .setTTL(seconds)
        .build();
  }

  /** Answers as etcd does. */
  private void answer(
      LeaseKeepAliveRequest request, StreamObserver<LeaseKeepAliveResponse> answers) {
    long lease = request.getID();
    answers.onNext(ttl(lease, scene.state.leases.contains(lease) ? TTL.toSeconds() : 0));
  }

  private long puts(Registration registration) {
    return scene.state.events.stream()
        .filter(event -> event.getType() == Event.EventType.PUT)
        .filter(
            event -> event.getKv().getKey().toStringUtf8().equals(registration.instance().key()))
        .count();
  }

  @Test
  void streamThatNeverAnswers_isLeftForAnotherMember_inTime() {
    scene.close();
    scene = new ScriptedScene("b");
    ScriptedEtcd a = scene.etcd;
    ScriptedEtcd b = scene.other("b");
    Registration joined = join();
    ScriptedEtcd hung = a.methods().contains("Txn") ? a : b;
    ScriptedEtcd well = hung == a ? b : a;
    long begun = scene.network.time.nanoTime();
    long[] renewed = {0};
    well.renewal =
        (request, answers) -> {
          renewed[0] = renewed[0] == 0 ? scene.network.time.nanoTime() : renewed[0];
          answer(request, answers);
        };
    scene.pass(Duration.ofMinutes(10));
    assertThat(hung.renewalRequests).isNotEmpty();
    assertThat(Duration.ofNanos(renewed[0] - begun)).isBetween(Duration.ofMillis(1), TTL);
    assertThat(well.renewalRequests).hasSizeGreaterThan(150);
    assertThat(joined.status().state()).isEqualTo(State.JOINED);
    assertThat(scene.network.events.all()).doesNotContain("orders JOINED -> SUSPECT");
    assertThat(scene.state.granted).hasSize(1);
    assertThat(puts(joined)).isEqualTo(1);
  }

  @Test
  void streamThatNeverAnswers_ofTheOnlyMember_losesNothing() {
    Registration joined = join();
    scene.pass(Duration.ofMinutes(10));
    assertThat(joined.state()).isEqualTo(State.SUSPECT);
    assertThat(scene.etcd.renewals.size()).isBetween(60, 600); // streams given up, not hammered
    scene.etcd.renewal = this::answer;
    scene.pass(Duration.ofMinutes(1));
    assertThat(joined.state()).isEqualTo(State.JOINED);
    assertThat(scene.state.granted).hasSize(1);
    assertThat(puts(joined)).isEqualTo(1);
  }

  @Test
  void streamThatAnswersOnlyOtherLeases_isTakenForHung() {
    Registration joined = join();
    scene.etcd.renewal = (request, answers) -> answers.onNext(ttl(4711, 9));
    scene.pass(TTL.plusSeconds(1));
    assertThat(joined.state()).isEqualTo(State.SUSPECT);
    assertThat(scene.etcd.renewals).hasSizeGreaterThan(1);
  }

  @Test
  void ttlZeroTwice_grantsOnce_andPutsOnce() {
    Registration joined = join();
    scene.etcd.renewal = this::answer;
    scene.pass(Duration.ofSeconds(30));
    long lost = scene.state.granted.get(0);
    scene.state.expire(lost);
    scene.etcd.renewal =
        (request, answers) -> {
          answer(request, answers);
          if (request.getID() == lost) {
            answer(request, answers);
          }
        };
    scene.pass(Duration.ofMinutes(5));
    assertThat(joined.state()).isEqualTo(State.JOINED);
    assertThat(scene.state.granted).hasSize(2);
    assertThat(puts(joined)).isEqualTo(2);
    assertThat(scene.state.keys()).containsExactly(joined.instance().key());
    assertThat(scene.registry.stats().count(Counter.LEASES_LOST)).isEqualTo(1);
  }

  @Test
  void ttlZeroAgain_afterTheNewLeaseIsHeld_isOfTheOldOne() {
    Registration joined = join();
    scene.etcd.renewal = this::answer;
    scene.pass(Duration.ofSeconds(30));
    long lost = scene.state.granted.get(0);
    scene.state.expire(lost);
    scene.await("another lease", () -> scene.state.granted.size() == 2);
    scene.await("the record", () -> !scene.state.keys().isEmpty());
    scene.etcd.renewals.get(scene.etcd.renewals.size() - 1).onNext(ttl(lost, 0));
    scene.pass(Duration.ofMinutes(5));
    assertThat(joined.state()).isEqualTo(State.JOINED);
    assertThat(scene.state.granted).hasSize(2);
    assertThat(puts(joined)).isEqualTo(2);
  }

  @Test
  void renewalThatIsAnsweredTwice_countsOnce() {
    Registration joined = join();
    scene.etcd.renewal =
        (request, answers) -> {
          answer(request, answers);
          scene.network.time.schedule(Duration.ofSeconds(2), () -> answer(request, answers));
        };
    scene.pass(Duration.ofSeconds(30));
    assertThat(scene.etcd.renewalRequests).hasSizeBetween(9, 10); // three times in a TTL
    scene.etcd.renewal = (request, answers) -> {};
    int before = scene.etcd.renewalRequests.size();
    scene.await("a question", () -> scene.etcd.renewalRequests.size() > before);
    scene.pass(Duration.ofSeconds(5)); // two thirds of a TTL since the last question answered
    assertThat(joined.state()).isEqualTo(State.JOINED);
    scene.pass(Duration.ofSeconds(2));
    assertThat(joined.state()).isEqualTo(State.SUSPECT);
  }

  @Test
  void streamThatEndsWithoutAnError_isOpenedAgain() {
    Registration joined = join();
    scene.etcd.renewal =
        (request, answers) -> {
          answer(request, answers);
          answers.onCompleted();
        };
    scene.pass(Duration.ofMinutes(5));
    assertThat(joined.state()).isEqualTo(State.JOINED);
    assertThat(scene.network.events.all()).doesNotContain("orders JOINED -> SUSPECT");
    assertThat(scene.etcd.renewals).hasSizeBetween(80, 130);
  }

  @Test
  void streamThatBreaksBeforeEachAnswer_isNotHammered_andTheLeaseIsKept() {
    Registration joined = join();
    scene.etcd.renewal = (request, answers) -> answers.onError(Status.UNAVAILABLE.asException());
    scene.pass(Duration.ofMinutes(5));
    assertThat(joined.state()).isEqualTo(State.SUSPECT);
    assertThat(scene.etcd.renewals.size()).isLessThan(600);
    scene.etcd.renewal = this::answer;
    scene.pass(Duration.ofSeconds(30));
    assertThat(joined.state()).isEqualTo(State.JOINED);
    assertThat(scene.state.granted).hasSize(1);
  }

  @Test
  void ownWatchCanceled_keyDeletedMeanwhile_isPutBack() {
    Registration joined = join();
    scene.pass(Duration.ofSeconds(1)); // it is watched
    scene.etcd.renewal = this::answer;
    scene.created();
    scene.say(scene.answer().setCanceled(true).setCompactRevision(90));
    List<Event> unseen = scene.state.delete(joined.instance().key());
    assertThat(unseen).hasSize(1);
    scene.pass(Duration.ofSeconds(10));
    assertThat(scene.state.keys()).containsExactly(joined.instance().key());
    assertThat(puts(joined)).isEqualTo(2);
  }
}
