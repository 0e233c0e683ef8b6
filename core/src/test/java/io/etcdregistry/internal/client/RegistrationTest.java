package io.etcdregistry.internal.client;

import static io.etcdregistry.Registration.State.JOINED;
import static io.etcdregistry.Registration.State.JOINING;
import static io.etcdregistry.Registration.State.LEFT;
import static io.etcdregistry.Registration.State.SUPERSEDED;
import static io.etcdregistry.Registration.State.SUSPECT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import io.etcdregistry.internal.store.FakeLink.Lost;
import io.etcdregistry.internal.store.Faults;
import io.etcdregistry.internal.store.Faults.Call;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.internal.store.Write;
import io.etcdregistry.internal.store.Write.Guard;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of registrations, whatever etcd and the network go through. */
class RegistrationTest {
  private final World world = new World();

  @AfterEach
  void nothingIsLeft() {
    world.close();
  }

  @Test
  void join_writesOneKeyWithTheDocument() {
    Registration joined = world.client().join("orders", 8080);
    assertThat(world.held()).containsExactly(joined.instance().key());
    String document = new String(world.cluster.pair(joined.instance().key()).get().value(), UTF_8);
    assertThat(document)
        .isEqualTo(
            "{\"name\":\"orders\",\"port\":8080,\"hostname\":\"192.168.1.10\","
                + "\"host\":\"192.168.1.10:8080\",\"url\":\"http://192.168.1.10:8080\"}");
    assertThat(joined.state()).isEqualTo(JOINED);
  }

  @Test
  void thousandJoins_useOneLeaseOneKeepaliveAndOneWatchStream() {
    World.Client client = world.client();
    for (int i = 0; i < 1000; i++) {
      CompletableFuture<Registration> joined =
          client.registry.async().join(Instance.named("service-" + i).port(8080));
      assertThat(joined).isNotNull();
    }
    world.pass(Duration.ofMinutes(3));
    assertThat(world.held()).hasSize(1000);
    assertThat(world.cluster.leases()).hasSize(1);
    assertThat(client.store.link().openStreams()).isEqualTo(2);
  }

  @Test
  void smallTtl_isRaisedAndShared() {
    World.Client client = world.client();
    Registration one =
        world.await(
            client
                .registry
                .async()
                .join(
                    Instance.named("a").port(1),
                    io.etcdregistry.JoinOptions.defaults().ttl(Duration.ofSeconds(1))));
    Registration two =
        world.await(
            client
                .registry
                .async()
                .join(
                    Instance.named("b").port(1),
                    io.etcdregistry.JoinOptions.defaults().ttl(Duration.ofSeconds(2))));
    world.pass(Duration.ofSeconds(10));
    assertThat(one.ttl()).isEqualTo(Duration.ofSeconds(2));
    assertThat(two.ttl()).isEqualTo(Duration.ofSeconds(2));
    assertThat(world.cluster.leases()).hasSize(1);
    assertThat(world.held()).hasSize(2);
  }

  @Test
  void kill_recordIsGoneAfterTheTtl() {
    World.Client client = world.client();
    client.join("orders", 8080);
    world.pass(Duration.ofMinutes(1));
    client.die();
    world.pass(World.TTL.plusSeconds(1));
    assertThat(world.held()).isEmpty();
  }

  @Test
  void leave_recordAndLeaseAreGoneAtOnce() {
    World.Client client = world.client();
    Registration joined = client.join("orders", 8080);
    world.await(client.registry.async().leave("orders"));
    assertThat(world.held()).isEmpty();
    assertThat(joined.state()).isEqualTo(LEFT);
    world.pass(Duration.ofSeconds(1));
    assertThat(world.cluster.leases()).isEmpty();
  }

  @Test
  void leaseRevokedByHand_joinsAgain() {
    World.Client client = world.client();
    Registration joined = client.join("orders", 8080);
    world.cluster.revoke(world.cluster.leases().iterator().next());
    world.pass(Duration.ofSeconds(10));
    assertThat(world.held()).hasSize(1);
    assertThat(joined.state()).isEqualTo(JOINED);
  }

  @Test
  void ownKeyDeletedByHand_joinsAgainAtOnce() {
    Registration joined = world.client().join("orders", 8080);
    world.pass(Duration.ofMillis(200));
    world.cluster.delete(joined.instance().key());
    world.pass(Duration.ofMillis(10));
    assertThat(world.held()).hasSize(1);
  }

  @Test
  void ownKeyDeletedAndNoEventTold_auditJoinsAgain() {
    World.Client client = world.client();
    Registration joined = client.join("orders", 8080);
    world.pass(Duration.ofSeconds(1)); // it is watched
    client.store.faults().dropDeletes(1);
    world.cluster.delete(joined.instance().key());
    world.pass(Duration.ofSeconds(80));
    assertThat(world.held()).hasSize(1);
  }

  @Test
  void rivalJoinsTheSameKey_latestWinsAndNobodyFights() {
    World.Client first = world.client();
    World.Client second = world.client();
    Registration old = first.join("orders", 8080);
    Registration rival = second.join("orders", 8080);
    world.pass(Duration.ofMinutes(5));
    assertThat(old.state()).isEqualTo(SUPERSEDED);
    assertThat(rival.state()).isEqualTo(JOINED);
    int events = world.cluster.events().size();
    world.pass(Duration.ofMinutes(30));
    assertThat(world.cluster.events()).hasSize(events);

    world.await(second.registry.async().leave());
    world.pass(Duration.ofSeconds(1));
    assertThat(old.state()).isEqualTo(JOINED);
    assertThat(world.held()).hasSize(1);
  }

  @Test
  void supersededOwner_leavesWithoutTouchingTheRival() {
    World.Client first = world.client();
    World.Client second = world.client();
    first.join("orders", 8080);
    second.join("orders", 8080);
    world.pass(Duration.ofSeconds(1));
    world.await(first.registry.async().leave());
    assertThat(world.held()).hasSize(1);
  }

  @Test
  void pausedOwner_resumedAgainstItsReplacement_staysSuperseded() {
    World.Client paused = world.client();
    Registration old = paused.join("orders", 8080);
    paused.store.link().partition(Lost.UNTIL_HEALED);
    world.pass(Duration.ofSeconds(30));
    assertThat(old.state()).isEqualTo(SUSPECT);
    Registration replacement = world.client().join("orders", 8080);
    paused.store.link().heal();
    world.pass(Duration.ofSeconds(30));
    assertThat(old.state()).isEqualTo(SUPERSEDED);
    assertThat(replacement.state()).isEqualTo(JOINED);
  }

  @Test
  void cutOffBeyondTheTtl_joinsAgainWhenHealed() {
    World.Client client = world.client();
    Registration joined = client.join("orders", 8080);
    client.store.link().partition(Lost.FOR_GOOD);
    world.pass(World.TTL.multipliedBy(3));
    assertThat(world.held()).isEmpty();
    client.store.link().heal();
    world.pass(Duration.ofSeconds(15));
    assertThat(world.held()).hasSize(1);
    assertThat(joined.state()).isEqualTo(JOINED);
  }

  @Test
  void allDataWiped_joinsAgain() {
    World.Client client = world.client();
    Registration joined = client.join("orders", 8080);
    world.pass(Duration.ofSeconds(20));
    world.cluster.wipe(true);
    world.pass(Duration.ofSeconds(20));
    assertThat(world.held()).hasSize(1);
    assertThat(joined.state()).isEqualTo(JOINED);
  }

  @Test
  void joinTimesOut_putThatLandsLaterDoesNotStay() {
    World.Client client = world.client();
    client.join("other", 1); // the lease lives on
    client.store.faults().delayRequests(Call.COMMIT, 1, Duration.ofSeconds(20));
    CompletableFuture<Registration> joining =
        client.registry.async().join(Instance.named("orders").port(8080));
    client.store.link().refuse();
    world.pass(Duration.ofSeconds(6));
    assertThat(joining).isCompletedExceptionally();
    client.store.link().heal();
    world.pass(Duration.ofSeconds(60));
    assertThat(world.held()).hasSize(1).first().asString().contains("/other/");
  }

  @Test
  void stragglingPut_thatLandsAfterTheLeave_doesNotStay() {
    World.Client client = world.client();
    client.join("other", 1);
    client.store.faults().straggle(Call.COMMIT, 1, Duration.ofSeconds(20));
    StoreException refused = new StoreException(Failure.DENIED, "permission denied");
    client.store.faults().failNext(Call.GRANT, 1000, refused); // no other lease to move to
    client.join("orders", 8080);
    CompletableFuture<Void> leaving = client.registry.async().leave("orders");
    world.pass(Duration.ofSeconds(6));
    assertThat(leaving).as("nothing says that it cannot land any more").isCompletedExceptionally();
    world.pass(Duration.ofSeconds(60));
    assertThat(world.held()).hasSize(1);
    assertThat(world.cluster.events()).filteredOn(event -> event.deleted()).hasSize(2);
  }

  @Test
  void stragglingPut_ofTheOnlyService_isFencedByGivingTheLeaseBack() {
    World.Client client = world.client();
    client.store.faults().straggle(Call.COMMIT, 1, Duration.ofSeconds(20));
    client.join("orders", 8080);
    world.await(client.registry.async().leave("orders"));
    world.pass(Duration.ofSeconds(60));
    assertThat(world.held()).isEmpty();
  }

  @Test
  void answerOfThePutLost_joinsAllTheSame() {
    World.Client client = world.client();
    client.store.faults().loseAnswers(Call.COMMIT, 1);
    CompletableFuture<Registration> joining =
        client.registry.async().join(Instance.named("orders").port(8080));
    world.pass(Duration.ofSeconds(5));
    assertThat(joining).isCompleted();
    assertThat(world.held()).hasSize(1);
  }

  @Test
  void answerOfTheGrantLost_joinsAllTheSame() {
    World.Client client = world.client();
    client.store.faults().loseAnswers(Call.GRANT, 1);
    CompletableFuture<Registration> joining =
        client.registry.async().join(Instance.named("orders").port(8080));
    world.pass(Duration.ofSeconds(5));
    assertThat(joining).isCompleted();
    assertThat(world.cluster.leases()).hasSize(1);
  }

  @Test
  void etcdAway_joinFailsInTimeAndLeavesNothing() {
    World.Client client = world.client();
    client.store.link().refuse();
    CompletableFuture<Registration> joining =
        client.registry.async().join(Instance.named("orders").port(8080));
    world.pass(World.TIMEOUT);
    assertThatThrownBy(joining::join)
        .hasCauseInstanceOf(RegistryException.class)
        .hasMessageContaining("orders");
    client.store.link().heal();
    world.pass(Duration.ofMinutes(2));
    assertThat(world.held()).isEmpty();
    assertThat(world.cluster.leases()).isEmpty();
  }

  @Test
  void etcdAway_announceJoinsWhenItAppears() {
    World.Client client = world.client();
    client.store.link().refuse();
    Registration announced = client.registry.announce(Instance.named("orders").port(8080));
    world.pass(Duration.ofDays(3));
    assertThat(announced.state()).isEqualTo(JOINING);
    client.store.link().heal();
    world.pass(Duration.ofSeconds(10));
    assertThat(announced.state()).isEqualTo(JOINED);
    assertThat(announced.whenJoined()).isCompleted();
  }

  @Test
  void joinDenied_failsAtOnceAndSaysSo() {
    World.Client client = world.client();
    client.store.faults().deny(KeyRange.prefix("services/"), Faults.Right.WRITE);
    CompletableFuture<Registration> joining =
        client.registry.async().join(Instance.named("orders").port(8080));
    world.pass(Duration.ofSeconds(1));
    assertThatThrownBy(joining::join)
        .cause()
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DENIED));
  }

  @Test
  void cancelledJoin_leaves() {
    World.Client client = world.client();
    CompletableFuture<Registration> joining =
        client.registry.async().join(Instance.named("orders").port(8080));
    joining.cancel(false);
    world.pass(Duration.ofSeconds(10));
    assertThat(world.held()).isEmpty();
  }

  @Test
  void sameKeyJoinedTwiceByOneClient_theSecondCountsUntilItLeaves() {
    World.Client client = world.client();
    Registration first = client.join("orders", 8080);
    Registration second =
        world.await(client.registry.async().join(Instance.named("orders").port(8080).with("n", 2)));
    assertThat(first.state()).isEqualTo(SUPERSEDED);
    CompletableFuture<Void> left = CompletableFuture.runAsync(second::leave);
    while (!left.isDone()) {
      world.pass(Duration.ZERO);
    }
    assertThat(first.state()).isEqualTo(JOINED);
    assertThat(world.held()).hasSize(1);
  }

  @Test
  void noSpace_registrationsStayAndNewOnesWait() {
    World.Client client = world.client();
    Registration old = client.join("old", 1);
    world.cluster.full(true);
    Registration fresh = client.registry.announce(Instance.named("fresh").port(2));
    world.pass(Duration.ofMinutes(5));
    assertThat(old.state()).isEqualTo(JOINED);
    assertThat(fresh.state()).isEqualTo(JOINING);
    world.cluster.full(false);
    world.pass(Duration.ofSeconds(5));
    assertThat(fresh.state()).isEqualTo(JOINED);
  }

  @Test
  void strayRecordOnOurLease_isRemovedByTheAudit() {
    World.Client client = world.client();
    Registration joined = client.join("orders", 8080);
    long lease = world.cluster.leases().iterator().next();
    world.cluster.commit(
        List.of(Write.put("services/ghost/1", Guard.ALWAYS, 0, new byte[] {'{', '}'}, lease)));
    world.pass(Duration.ofSeconds(80));
    assertThat(world.held()).containsExactly(joined.instance().key());
  }

  @Test
  void clientSlept_comesBack() {
    World.Client client = world.client();
    Registration joined = client.join("orders", 8080);
    client.store.link().breakStreams(new StoreException(Failure.UNREACHABLE, "slept"));
    world.cluster.revoke(world.cluster.leases().iterator().next());
    world.pass(Duration.ofSeconds(10));
    assertThat(joined.state()).isEqualTo(JOINED);
    assertThat(world.held()).hasSize(1);
  }
}
