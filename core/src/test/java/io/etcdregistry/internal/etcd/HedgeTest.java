package io.etcdregistry.internal.etcd;

import static io.etcdregistry.internal.etcd.ScriptedEtcd.fail;
import static io.etcdregistry.internal.etcd.ScriptedEtcd.say;
import static io.etcdregistry.internal.etcd.ScriptedNetwork.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.store.Commit;
import io.etcdregistry.internal.store.Grant;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.Listing;
import io.etcdregistry.internal.store.Store;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.internal.store.Write;
import io.etcdregistry.protocol.LeaseGrantResponse;
import io.etcdregistry.protocol.RangeResponse;
import io.etcdregistry.protocol.TxnResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a call is carried over several endpoints: scripted etcds, fake time. */
class HedgeTest {
  private static final Status NO_LEADER =
      Status.UNAVAILABLE.withDescription("etcdserver: no leader");
  private static final Status TIMED_OUT =
      Status.UNAVAILABLE.withDescription("etcdserver: request timed out");
  private static final Duration ATTEMPT = EtcdConfig.DEFAULT_ATTEMPT;

  private final ScriptedNetwork network = new ScriptedNetwork();
  private final List<StreamObserver<TxnResponse>> unanswered = new ArrayList<>();

  @AfterEach
  void close() {
    network.close();
  }

  private static CompletableFuture<Listing> read(Store store) {
    return store.list(KeyRange.key("k"), TIMEOUT);
  }

  private static CompletableFuture<Commit> write(Store store) {
    Write write = Write.put("k", Write.Guard.ABSENT, 0, new byte[0], 0);
    return store.commit(List.of(write), TIMEOUT);
  }

  /** Lets an etcd take writes and say nothing. */
  private void silence(ScriptedEtcd etcd) {
    etcd.txn = (request, answer) -> unanswered.add(answer);
    etcd.range = (request, answer) -> {};
  }

  private static void answerIn(ScriptedNetwork network, ScriptedEtcd etcd, Duration delay) {
    etcd.txn =
        (request, answer) ->
            network.time.schedule(
                delay,
                () -> say(answer, TxnResponse.newBuilder().setHeader(etcd.header()).build()));
  }

  @Test
  void call_answered_isOneAttempt() {
    ScriptedEtcd a = network.listen("a", 1);
    Store store = network.client("a");
    assertThat(network.get(read(store)).header().clusterId()).isEqualTo(7);
    assertThat(network.get(write(store)).straggling()).isFalse();
    assertThat(a.methods()).containsExactly("Range", "Txn");
    assertThat(a.arrived).allMatch(ScriptedEtcd.Arrived::leader);
  }

  @Test
  void call_staysWithOneEndpoint_andClientsSpread() {
    List<ScriptedEtcd> all =
        List.of(network.listen("a", 1), network.listen("b", 1), network.listen("c", 1));
    for (int client = 0; client < 30; client++) {
      Store store = network.client("a", "b", "c");
      for (int i = 0; i < 10; i++) {
        network.get(read(store));
      }
    }
    assertThat(network.dialed).hasSize(30);
    assertThat(all).allMatch(etcd -> etcd.arrived.size() % 10 == 0 && etcd.arrived.size() > 0);
  }

  @Test
  void refused_goesElsewhereAtOnce() {
    network.listen("b", 1);
    for (int client = 0; client < 8; client++) {
      assertThat(network.timed(read(network.client("a", "b")))).isZero();
    }
  }

  @Test
  void silentEndpoint_costsOneAttemptTime_thenRests() {
    ScriptedEtcd a = network.listen("a", 1);
    Store store = network.client("a", "b");
    network.refuse("b", 1);
    network.get(read(store)); // it prefers a from now on
    silence(a);
    ScriptedEtcd b = network.listen("b", 1);
    network.time.advance(Duration.ofSeconds(3));
    CompletableFuture<Commit> call = write(store);
    assertThat(network.timed(call)).isEqualTo(ATTEMPT);
    assertThat(call.join().straggling()).isTrue();
    assertThat(call.join().unanswered()).isTrue();
    for (int i = 0; i < 20; i++) {
      CompletableFuture<Commit> next = write(store);
      assertThat(network.timed(next)).isZero();
      assertThat(next.join().straggling()).isFalse();
      network.time.advance(Duration.ofMillis(500));
    }
    assertThat(b.methods()).hasSize(21);
  }

  @Test
  void shortTimeout_leavesTimeForAnotherAttempt() {
    silence(network.listen("a", 1));
    network.listen("b", 1);
    for (int client = 0; client < 8; client++) {
      Store store = network.client("a", "b");
      assertThat(network.get(store.list(KeyRange.key("k"), Duration.ofMillis(600)))).isNotNull();
    }
  }

  @Test
  void slowCluster_stillAnswersWithinTheTimeout() {
    List<ScriptedEtcd> all = List.of(network.listen("a", 1), network.listen("b", 1));
    all.forEach(etcd -> answerIn(network, etcd, Duration.ofSeconds(2)));
    CompletableFuture<Commit> call = write(network.client("a", "b"));
    assertThat(network.timed(call)).isEqualTo(Duration.ofSeconds(2));
    assertThat(call.join().straggling()).isTrue();
  }

  @Test
  void slowSingleEndpoint_stillAnswersWithinTheTimeout() {
    ScriptedEtcd a = network.listen("a", 1);
    Store store = network.client("a");
    for (int i = 0; i < 5; i++) {
      answerIn(network, a, Duration.ofSeconds(4));
      assertThat(network.timed(write(store))).isEqualTo(Duration.ofSeconds(4));
    }
  }

  @Test
  void endpointThatCannotBeConnected_doesNotStraggle() {
    network.hang("a", 1);
    network.listen("b", 1);
    for (int client = 0; client < 8; client++) {
      CompletableFuture<Commit> call = write(network.client("a", "b"));
      assertThat(network.timed(call)).isLessThanOrEqualTo(ATTEMPT);
      assertThat(call.join().straggling()).isFalse();
    }
  }

  @Test
  void hungSingleEndpoint_isConnectedAnew() {
    network.hang("a", 1);
    Store store = network.client("a");
    StoreException failure = network.failure(read(store));
    assertThat(failure.failure()).isEqualTo(Failure.UNREACHABLE);
    assertThat(failure).hasMessageContaining("a:1: no connection for 5.0 s");
    assertThat(network.dialed.size()).isBetween(2, 3);
    network.listen("a", 1);
    CompletableFuture<Listing> call = read(store);
    network.time.advance(ATTEMPT.multipliedBy(2));
    network.unhang("a", 1);
    assertThat(network.timed(call)).isLessThan(Duration.ofSeconds(3));
  }

  @Test
  void ambiguousRefusal_straggles() {
    ScriptedEtcd a = network.listen("a", 1);
    a.txn =
        (request, answer) -> {
          if (a.arrived.size() == 1) {
            fail(answer, TIMED_OUT);
          } else {
            say(answer, TxnResponse.newBuilder().setHeader(a.header()).build());
          }
        };
    Commit commit = network.get(write(network.client("a")));
    assertThat(commit.straggling()).isTrue();
    assertThat(commit.unanswered()).as("it has ended").isFalse();
  }

  @Test
  void noLeader_goesElsewhere_andDoesNotStraggle() {
    ScriptedEtcd a = network.listen("a", 1);
    a.txn = (request, answer) -> fail(answer, NO_LEADER);
    network.listen("b", 1);
    for (int client = 0; client < 8; client++) {
      CompletableFuture<Commit> call = write(network.client("a", "b"));
      assertThat(network.timed(call)).isZero();
      assertThat(call.join().straggling()).isFalse();
    }
  }

  @Test
  void noLeaderAnywhere_isTriedUntilThereIsOne_orSaysSo() {
    ScriptedEtcd a = network.listen("a", 1);
    ScriptedEtcd b = network.listen("b", 1);
    a.txn = (request, answer) -> fail(answer, NO_LEADER);
    b.txn = a.txn;
    Store store = network.client("a", "b");
    StoreException failure = network.failure(write(store));
    assertThat(failure.failure()).isEqualTo(Failure.NO_LEADER);
    assertThat(failure.mayApply()).isFalse();
    assertThat(a.arrived.size()).as("attempts in 5 s").isBetween(5, 30);
    CompletableFuture<Commit> call = write(store);
    network.time.advance(Duration.ofSeconds(2));
    answerIn(network, b, Duration.ZERO);
    assertThat(network.timed(call)).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void nothingListens_isUnreachable_andNamesEveryEndpoint() {
    StoreException failure = network.failure(write(network.client("a", "b", "c")));
    assertThat(failure.failure()).isEqualTo(Failure.UNREACHABLE);
    assertThat(failure.mayApply()).isFalse();
    assertThat(failure.getMessage())
        .startsWith("write failed; ")
        .contains("a:1: connection refused", "b:1: connection refused", "c:1: connection refused");
  }

  @Test
  void nothingListens_manyCalls_connectNoMoreOftenThanOne() {
    Store store = network.client("a", "b");
    List<CompletableFuture<Listing>> calls = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      calls.add(read(store));
      network.time.advance(Duration.ofMillis(7));
    }
    calls.forEach(network::failure);
    assertThat(network.hurried).hasSizeBetween(2 * 10, 2 * 27); // of two in 5.3 s
  }

  @Test
  void nothingAnswers_isTimedOut_andMayApply() {
    silence(network.listen("a", 1));
    StoreException failure = network.failure(write(network.client("a", "b")));
    assertThat(failure.failure()).isEqualTo(Failure.TIMED_OUT);
    assertThat(failure.mayApply()).isTrue();
    assertThat(failure)
        .hasMessageContaining("a:1: no answer for")
        .hasMessageContaining("b:1: connection refused");
  }

  @Test
  void readThatIsNotAnswered_mayNotApply() {
    silence(network.listen("a", 1));
    StoreException failure = network.failure(read(network.client("a")));
    assertThat(failure.failure()).isEqualTo(Failure.TIMED_OUT);
    assertThat(failure.mayApply()).isFalse();
  }

  @Test
  void restart_isWaitedFor() {
    Store store = network.client("a");
    CompletableFuture<Listing> call = read(store);
    network.time.advance(Duration.ofSeconds(3));
    assertThat(call).isNotDone();
    network.listen("a", 1);
    assertThat(network.timed(call)).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void lastingFaultEverywhere_isToldAtOnce() {
    network.fail("a", 1, Status.UNIMPLEMENTED.withDescription("unknown service"));
    network.fail("b", 1, Status.UNAVAILABLE.withDescription("Unable to resolve host b"));
    Store store = network.client("a", "b");
    CompletableFuture<Listing> call = read(store);
    assertThat(network.timed(call)).isZero();
    assertThat(network.failure(call).failure()).isEqualTo(Failure.UNREACHABLE);
    StoreException notEtcd = network.failure(read(network.client("a")));
    assertThat(notEtcd.failure()).isEqualTo(Failure.INVALID);
    assertThat(notEtcd).hasMessageContaining("a:1: something answers, but not an etcd");
  }

  @Test
  void lastingFaultOfSome_doesNotDisturb() {
    network.fail("a", 1, Status.UNIMPLEMENTED);
    network.listen("b", 1);
    for (int client = 0; client < 8; client++) {
      assertThat(network.timed(read(network.client("a", "b")))).isZero();
    }
  }

  @Test
  void refusal_isToldAtOnce_andRemembersStragglers() {
    ScriptedEtcd a = network.listen("a", 1);
    silence(a);
    ScriptedEtcd b = network.listen("b", 1);
    b.txn =
        (request, answer) ->
            fail(
                answer,
                Status.INVALID_ARGUMENT.withDescription("etcdserver: request is too large"));
    List<StoreException> failures = new ArrayList<>();
    for (int client = 0; client < 12; client++) {
      failures.add(network.failure(write(network.client("a", "b"))));
    }
    assertThat(failures).allMatch(each -> each.failure() == Failure.TOO_LARGE);
    assertThat(failures).anyMatch(StoreException::mayApply).anyMatch(each -> !each.mayApply());
    assertThat(failures.get(0).getMessage()).startsWith("write at b:1: etcdserver: request");
  }

  @Test
  void lateAnswer_winsOverTheOpenAttempt() {
    ScriptedEtcd a = network.listen("a", 1);
    ScriptedEtcd b = network.listen("b", 1);
    answerIn(network, a, Duration.ofMillis(1_300));
    answerIn(network, b, Duration.ofMillis(1_300));
    CompletableFuture<Commit> call = write(network.client("a", "b"));
    assertThat(network.timed(call)).isEqualTo(Duration.ofMillis(1_300));
    assertThat(call.join().straggling()).isTrue();
    assertThat(a.arrived.size() + b.arrived.size()).isEqualTo(2);
  }

  @Test
  void grant_repeated_isTheLeaseThatIsThere() {
    ScriptedEtcd a = network.listen("a", 1);
    Status exists = Status.FAILED_PRECONDITION.withDescription("etcdserver: lease already exists");
    a.grant =
        (request, answer) -> {
          if (a.arrived.size() > 1) {
            fail(answer, exists);
          } // the first answer is lost
        };
    CompletableFuture<Grant> call =
        network.client("a", "a").grant(5, Duration.ofSeconds(9), TIMEOUT);
    Grant grant = network.get(call);
    assertThat(grant.lease()).isEqualTo(5);
    assertThat(grant.ttl()).isEqualTo(Duration.ofSeconds(9));
    assertThat(a.methods()).containsExactly("LeaseGrant", "LeaseGrant", "LeaseTimeToLive");
  }

  @Test
  void grant_raised_isWhatEtcdGranted() {
    ScriptedEtcd a = network.listen("a", 1);
    a.grant =
        (request, answer) ->
            say(
                answer,
                LeaseGrantResponse.newBuilder()
                    .setHeader(a.header())
                    .setID(request.getID())
                    .setTTL(2)
                    .build());
    assertThat(network.get(network.client("a").grant(5, Duration.ofSeconds(1), TIMEOUT)).ttl())
        .isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void close_failsWhatIsUnderWay() {
    ScriptedEtcd a = network.listen("a", 1);
    silence(a);
    Store store = network.client("a");
    CompletableFuture<Commit> sent = write(store);
    CompletableFuture<Listing> read = read(store);
    store.close();
    StoreException failure = network.failure(sent);
    assertThat(failure.failure()).isEqualTo(Failure.CLOSED);
    assertThat(failure.mayApply()).isTrue();
    assertThat(network.failure(read).failure()).isEqualTo(Failure.CLOSED);
    assertThat(network.time.pending()).isEmpty();
  }

  @Test
  void call_done_leavesNoTimer() {
    ScriptedEtcd a = network.listen("a", 1);
    a.range =
        (request, answer) -> say(answer, RangeResponse.newBuilder().setHeader(a.header()).build());
    network.get(read(network.client("a", "b", "c")));
    assertThat(network.time.pending()).isEmpty();
  }
}
