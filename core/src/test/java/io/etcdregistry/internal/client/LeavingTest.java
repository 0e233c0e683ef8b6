package io.etcdregistry.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.internal.store.Faults;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a record goes, and what a client that goes has to wait for. */
class LeavingTest {
  private final World world = new World();

  @AfterEach
  void nothingIsLeft() {
    world.close();
  }

  @Test
  void joinDenied_leavesNothingToWaitFor() {
    World.Client client = world.client();
    KeyRange records = KeyRange.prefix("services/");
    client.store.faults().deny(records, Faults.Right.READ);
    client.store.faults().deny(records, Faults.Right.WRITE);
    CompletableFuture<Registration> joining =
        client.registry.async().join(Instance.named("orders").port(8080));
    world.pass(Duration.ofSeconds(1));
    assertThat(joining).isCompletedExceptionally();
    CompletableFuture<Void> leaving = client.registry.async().leave();
    world.pass(Duration.ofMillis(100));
    assertThat(leaving).as("nothing was ever written, so nothing can be left").isCompleted();
  }

  @Test
  void loginRefused_closesAtOnce() {
    World.Client client = world.client();
    StoreException refused = new StoreException(StoreException.Failure.DENIED, "wrong password");
    client.store.faults().failNext(Faults.Call.GRANT, 1000, refused);
    client.store.faults().failNext(Faults.Call.REVOKE, 1000, refused);
    CompletableFuture<Registration> joining =
        client.registry.async().join(Instance.named("orders").port(8080));
    world.pass(Duration.ofSeconds(1));
    assertThat(joining).isCompletedExceptionally();
    CompletableFuture<Void> closing = client.registry.closing();
    world.pass(Duration.ofMillis(100));
    assertThat(closing).as("there is nothing that etcd would let us give back").isCompleted();
  }

  @Test
  void leave_saysDrainingFirst_soThatItIsNoLoss() {
    World.Client client = world.client();
    World.Client reader = world.client();
    client.join("orders", 8080);
    List<String> heard = new ArrayList<>();
    reader
        .view("orders")
        .onChange(
            change -> {
              change.updated().forEach(instance -> heard.add("updated " + instance.status()));
              change.removed().forEach(instance -> heard.add("removed " + instance.status()));
            });
    world.await(client.registry.async().leave("orders"));
    world.pass(Duration.ofSeconds(1));
    assertThat(heard).containsExactly("updated DRAINING", "removed DRAINING");
  }

  @Test
  void leave_whenNothingCanBePut_deletesAllTheSame() {
    World.Client client = world.client();
    client.join("orders", 8080);
    world.cluster.full(true);
    CompletableFuture<Void> left = client.registry.async().leave("orders");
    world.pass(Duration.ofSeconds(3));
    assertThat(left).isCompleted();
    assertThat(world.held()).isEmpty();
    world.cluster.full(false);
  }

  /** The simulation found it. */
  @Test
  void leave_again_whileTheDeleteFails_isNotConfirmed() {
    World.Client client = world.client();
    client.join("orders", 8080);
    StoreException noLeader = new StoreException(StoreException.Failure.UNREACHABLE, "no leader");
    client.store.faults().failNext(Faults.Call.COMMIT, 1000, noLeader);
    CompletableFuture<Void> first = client.registry.async().leave("orders");
    world.pass(Duration.ofSeconds(6));
    assertThat(first).isCompletedExceptionally();
    CompletableFuture<Void> again = client.registry.async().leave("orders");
    world.pass(Duration.ofMillis(100));
    assertThat(again).as("the record is still there").isNotDone();
    client.store.faults().clear();
    world.await(again);
    assertThat(world.held()).isEmpty();
  }
}
