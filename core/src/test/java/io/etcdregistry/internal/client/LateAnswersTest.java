package io.etcdregistry.internal.client;

import static io.etcdregistry.Registration.State.JOINED;
import static io.etcdregistry.Registration.State.SUPERSEDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.internal.store.Faults.Call;
import io.etcdregistry.internal.store.KeyValue;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Writes whose answers are lost, and writes that are late themselves. */
class LateAnswersTest {
  private final World world = new World();

  @AfterEach
  void nothingIsLeft() {
    world.close();
  }

  private static CompletableFuture<Registration> joining(World.Client client, String name) {
    return client.registry.async().join(Instance.named(name).port(8080));
  }

  /** So that what another attempt may do can only be waited for. */
  private static void noOtherLease(World.Client client) {
    StoreException refused = new StoreException(Failure.DENIED, "permission denied");
    client.store.faults().failNext(Call.GRANT, 1000, refused);
  }

  private KeyValue record(Registration registration) {
    return world.cluster.pair(registration.instance().key()).orElseThrow();
  }

  @Test
  void join_answerLost_isShownInOwnViewsOnReturn() {
    World.Client client = world.client();
    client.view("orders");
    world.pass(Duration.ofSeconds(1));
    client.store.link().hangStreams(); // the watch cannot tell
    client.store.faults().loseAnswers(Call.COMMIT, 1);
    world.await(joining(client, "orders"));
    assertThat(client.seen("orders")).hasSize(1);
  }

  @Test
  void leave_answerLost_isShownInOwnViewsOnReturn() {
    World.Client client = world.client();
    client.join("orders", 8080);
    assertThat(client.seen("orders")).hasSize(1);
    client.store.link().hangStreams();
    client.store.faults().loseAnswers(Call.COMMIT, 1);
    world.await(client.registry.async().leave("orders"));
    assertThat(client.seen("orders")).isEmpty();
  }

  @Test
  void join_takesTheKeyOverAndTheAnswerIsLost_isWatchedAllTheSame() {
    World.Client before = world.client();
    Registration rival = before.join("orders", 8080);
    World.Client client = world.client();
    client.join("other", 1);
    client.store.link().latency(Duration.ofMillis(100));
    CompletableFuture<Registration> joining = joining(client, "orders");
    world.pass(Duration.ofMillis(150)); // it was read who has it
    client.store.faults().loseAnswers(Call.COMMIT, 1);
    Registration joined = world.await(joining);
    assertThat(rival.state()).isEqualTo(SUPERSEDED);
    world.await(before.registry.async().leave("orders"));
    world.cluster.delete(joined.instance().key());
    world.pass(Duration.ofSeconds(1));
    assertThat(world.held()).contains(joined.instance().key());
  }

  @Test
  void join_takesTheKeyOverLateAfterItFailed_isUndone() {
    Registration rival = world.client().join("orders", 8080);
    final long lease = record(rival).lease();
    World.Client client = world.client();
    client.join("other", 1); // keeps the lease alive
    client.store.link().latency(Duration.ofMillis(100));
    CompletableFuture<Registration> joining = joining(client, "orders");
    world.pass(Duration.ofMillis(150));
    client.store.faults().delayRequests(Call.COMMIT, 1, Duration.ofSeconds(8));
    world.pass(Duration.ofMillis(150));
    StoreException refused = new StoreException(Failure.UNREACHABLE, "connection refused");
    client.store.faults().failNext(Call.COMMIT, 100, refused);
    world.pass(Duration.ofSeconds(5));
    assertThat(joining).isCompletedExceptionally();
    client.store.faults().clear();
    world.pass(Duration.ofSeconds(1));
    assertThat(record(rival).lease()).isEqualTo(lease);
    world.pass(Duration.ofSeconds(10));
    assertThat(record(rival).lease()).isEqualTo(lease);
    assertThat(rival.state()).isEqualTo(JOINED);
  }

  @Test
  void join_supersededBeforeItsAnswerWasLookedAt_isJoinedAndDoesNotFight() {
    World.Client rival = world.client();
    rival.join("other", 1);
    World.Client client = world.client();
    client.join("another", 1);
    client.store.faults().delayRequests(Call.COMMIT, 1, Duration.ofSeconds(3));
    CompletableFuture<Registration> joining = joining(client, "orders");
    world.pass(Duration.ofMillis(2995));
    StoreException refused = new StoreException(Failure.UNREACHABLE, "connection refused");
    client.store.faults().failNext(Call.COMMIT, 1, refused);
    client.registry.announce(Instance.named("trouble").port(1)); // pauses all writes for a while
    world.time.advanceUntil(() -> world.held().size() == 3, Duration.ofSeconds(4));
    Registration taken = world.await(joining(rival, "orders"));
    assertThat(joining).isNotDone();
    Registration joined = world.await(joining);
    world.pass(Duration.ofSeconds(10));
    assertThat(joined.state()).isEqualTo(SUPERSEDED);
    assertThat(taken.state()).isEqualTo(JOINED);
  }

  /** A member that hangs may hold a copy of a put for ever, under a lease that others hang on. */
  @Test
  void leave_whileACopyOfItsPutIsHeld_movesTheOthersAndIsConfirmed() {
    World.Client client = world.client();
    Registration other = client.join("other", 1);
    final long before = record(other).lease();
    client.store.faults().straggle(Call.COMMIT, 1, Duration.ofSeconds(30));
    client.join("orders", 8080);
    CompletableFuture<Void> leaving = client.registry.async().leave("orders");
    world.pass(Duration.ofSeconds(1));
    assertThat(leaving).isCompleted();
    assertThat(record(other).lease()).isNotEqualTo(before);
    assertThat(other.state()).isEqualTo(JOINED);
    final long revision = record(other).modRevision();
    world.pass(Duration.ofSeconds(40));
    assertThat(world.held()).containsExactly(other.instance().key());
    assertThat(record(other).modRevision()).as("it was moved once").isEqualTo(revision);
  }

  @Test
  void leave_whileACopyOfItsPutIsHeld_andTheNextLeaseComesLate_isConfirmedThen() {
    World.Client client = world.client();
    Registration other = client.join("other", 1);
    client.store.faults().straggle(Call.COMMIT, 1, Duration.ofSeconds(30));
    client.join("orders", 8080);
    StoreException refused = new StoreException(Failure.UNREACHABLE, "connection refused");
    client.store.faults().failNext(Call.GRANT, 3, refused);
    CompletableFuture<Void> leaving = client.registry.async().leave("orders");
    Registration third = client.join("third", 3); // not kept waiting by a grant that fails
    assertThat(leaving).isNotDone();
    world.await(leaving);
    assertThat(record(third).lease()).isEqualTo(record(other).lease());
    world.pass(Duration.ofSeconds(40));
    assertThat(world.held()).hasSize(2);
  }

  @Test
  void leave_whileACopyOfItsPutIsHeld_andTheLeaseIsLost_isConfirmed() {
    World.Client client = world.client();
    Registration other = client.join("other", 1);
    client.store.faults().straggle(Call.COMMIT, 1, Duration.ofSeconds(30));
    client.join("orders", 8080);
    StoreException refused = new StoreException(Failure.UNREACHABLE, "connection refused");
    client.store.faults().failNext(Call.GRANT, 2, refused);
    CompletableFuture<Void> leaving = client.registry.async().leave("orders");
    world.cluster.revoke(record(other).lease());
    world.await(leaving);
    world.pass(Duration.ofSeconds(10));
    assertThat(world.held()).containsExactly(other.instance().key());
  }

  @Test
  void leave_again_waitsForWhatTheFirstCouldNotUndo() {
    World.Client client = world.client();
    client.join("other", 1); // keeps the lease alive
    noOtherLease(client);
    client.store.faults().delayRequests(Call.COMMIT, 1, Duration.ofSeconds(14));
    client.registry.announce(Instance.named("orders").port(8080));
    world.pass(Duration.ofSeconds(1));
    CompletableFuture<Void> first = client.registry.async().leave("orders");
    world.pass(Duration.ofSeconds(5));
    assertThat(first).isCompletedExceptionally();
    CompletableFuture<Void> again = client.registry.async().leave("orders");
    world.pass(Duration.ofSeconds(4));
    assertThat(again).isNotDone();
    world.pass(Duration.ofSeconds(2));
    assertThat(again).isCompletedExceptionally();
    world.await(client.registry.async().leave()); // gives the lease back: nothing can land any more
    assertThat(world.held()).isEmpty();
  }

  /**
   * What was before a reset tells nothing of what is now, but an attempt that is under way does.
   */
  @Test
  void leave_afterAStragglingPutAnsweredBeyondAReset_isNotConfirmed() {
    World.Client client = world.client();
    client.join("before", 1);
    world.await(client.registry.async().leave("before"));
    world.cluster.wipe();
    client.store.faults().straggle(Call.COMMIT, 1, Duration.ofSeconds(10));
    client.registry.announce(Instance.named("orders").port(8080));
    world.pass(Duration.ofMillis(500));
    client.registry.announce(Instance.named("other").port(1)); // its answer tells of the reset
    world.pass(Duration.ofMillis(1500));
    noOtherLease(client);
    CompletableFuture<Void> leaving = client.registry.async().leave("orders");
    world.pass(Duration.ofSeconds(6));
    assertThat(leaving).isCompletedExceptionally();
    world.pass(Duration.ofSeconds(10));
    assertThat(world.held()).hasSize(1).first().asString().contains("/other/");
  }
}
