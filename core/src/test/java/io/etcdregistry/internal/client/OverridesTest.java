package io.etcdregistry.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Instance;
import io.etcdregistry.Instance.Status;
import io.etcdregistry.Registration;
import io.etcdregistry.ServiceView;
import io.etcdregistry.Snapshot.Freshness;
import io.etcdregistry.internal.store.FakeLink.Lost;
import io.etcdregistry.internal.store.Faults.Call;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators say of instances is followed through whatever etcd goes through. */
class OverridesTest {
  private final World world = new World();
  private final World.Client owner = world.client();
  private final World.Client operator = world.client();
  private final World.Client reader = world.client();
  private final Registration joined = owner.join("orders", 1);

  @AfterEach
  void nothingIsLeft() {
    world.close();
  }

  private void override(Status status, Duration lasting) {
    CompletableFuture<Void> done =
        CompletableFuture.runAsync(
            () ->
                operator.registry.override(
                    "orders", joined.instance().id(), wish -> wish.status(status), lasting));
    while (!done.isDone()) {
      world.pass(Duration.ZERO);
    }
    done.join();
  }

  private void lift() {
    CompletableFuture<Boolean> done =
        CompletableFuture.supplyAsync(
            () -> operator.registry.liftOverride("orders", joined.instance().id()));
    while (!done.isDone()) {
      world.pass(Duration.ZERO);
    }
    assertThat(done.join()).isTrue();
  }

  private static Status shown(ServiceView view) {
    return view.snapshot().instances().get(0).status();
  }

  @Test
  void firstSnapshot_hasTheOverrides() {
    override(Status.DRAINING, Duration.ZERO);
    reader.store.faults().delayRequests(Call.LIST, 1, Duration.ofMillis(300));
    ServiceView view = reader.registry.service("orders");
    world.pass(Duration.ofMillis(200));
    assertThat(view.snapshot().freshness()).isEqualTo(Freshness.LOADING);
    world.pass(Duration.ofMillis(200));
    assertThat(shown(view)).isEqualTo(Status.DRAINING);
    assertThat(view.snapshot().version()).as("nothing was shown before").isEqualTo(1);
  }

  @Test
  void firstSnapshot_hasTheOverrides_alsoWhereAllTakesLong() {
    override(Status.DOWN, Duration.ZERO);
    reader.store.faults().delayRequests(Call.LIST, 1, Duration.ofMillis(2500));
    reader.store.faults().delayRequests(Call.LIST, 1, Duration.ofMillis(2400));
    ServiceView view = reader.registry.service("orders");
    world.await(view.whenReady());
    assertThat(shown(view)).isEqualTo(Status.DOWN);
    assertThat(view.snapshot().version()).as("nothing was shown before").isEqualTo(1);
  }

  @Test
  void overridesThatDoNotCome_holdNobodyUpForLong() {
    override(Status.DRAINING, Duration.ZERO);
    List<Long> versions = new java.util.ArrayList<>();
    ServiceView view = reader.registry.service("orders");
    world.await(view.whenReady());
    reader.die();
    World.Client other = world.client();
    other.store.faults().delayRequests(Call.LIST, 2, Duration.ofSeconds(3));
    ServiceView late = other.registry.service("orders");
    late.onChange(change -> versions.add(change.snapshot().version()));
    ServiceView users = other.registry.service("users"); // its list is not delayed
    world.pass(Duration.ofMillis(1100));
    assertThat(users.snapshot().freshness()).isEqualTo(Freshness.LIVE);
    world.pass(Duration.ofSeconds(3));
    assertThat(shown(late)).isEqualTo(Status.DRAINING);
  }

  @Test
  void refused_isDoneWithout_andSaidOnce() {
    override(Status.DRAINING, Duration.ZERO);
    StoreException denied = new StoreException(Failure.DENIED, "permission denied");
    reader.store.faults().failNext(Call.LIST, 1, denied);
    // The first list is the one of the overrides or of the view; the view's is tried again.
    ServiceView view = reader.registry.service("orders");
    world.await(view.whenReady());
    assertThat(view.snapshot().instances()).hasSize(1);
    world.pass(Duration.ofMinutes(7));
    assertThat(shown(view)).as("once it may").isEqualTo(Status.DRAINING);
    assertThat(reader.log.lines().stream().filter(line -> line.contains("does not let")))
        .hasSize(1);
  }

  @Test
  void changedWhileCutOff_isKnownSoonAfter() {
    ServiceView view = reader.view("orders");
    reader.store.link().partition(Lost.FOR_GOOD);
    override(Status.DOWN, Duration.ZERO);
    world.pass(Duration.ofMinutes(1));
    assertThat(shown(view)).isEqualTo(Status.UP);
    reader.store.link().heal();
    world.pass(Duration.ofSeconds(35));
    assertThat(shown(view)).isEqualTo(Status.DOWN);
    reader.store.link().partition(Lost.FOR_GOOD);
    lift();
    world.cluster.compact(world.cluster.header().revision());
    world.pass(Duration.ofMinutes(1));
    assertThat(shown(view)).as("the last known good").isEqualTo(Status.DOWN);
    reader.store.link().heal();
    world.pass(Duration.ofSeconds(35));
    assertThat(shown(view)).isEqualTo(Status.UP);
  }

  @Test
  void expiredWhileCutOff_isKnownSoonAfter() {
    ServiceView view = reader.view("orders");
    override(Status.DOWN, Duration.ofSeconds(20));
    world.pass(Duration.ofSeconds(1));
    assertThat(shown(view)).isEqualTo(Status.DOWN);
    reader.store.link().partition(Lost.FOR_GOOD);
    world.pass(Duration.ofMinutes(1));
    reader.store.link().heal();
    world.pass(Duration.ofSeconds(35));
    assertThat(shown(view)).isEqualTo(Status.UP);
  }

  @Test
  void wiped_isForgotten() {
    ServiceView view = reader.view("orders");
    override(Status.DRAINING, Duration.ZERO);
    world.pass(Duration.ofSeconds(1));
    assertThat(shown(view)).isEqualTo(Status.DRAINING);
    world.cluster.wipe();
    world.pass(Duration.ofSeconds(30));
    assertThat(view.snapshot().instances()).as("the owner is back").hasSize(1);
    assertThat(shown(view)).isEqualTo(Status.UP);
  }

  @Test
  void anEventThatIsNeverTold_isFoundByTheComparison() {
    ServiceView view = reader.view("orders");
    override(Status.DRAINING, Duration.ZERO);
    world.pass(Duration.ofSeconds(1));
    reader.store.faults().dropDeletes(1);
    lift();
    world.pass(Duration.ofSeconds(5));
    assertThat(shown(view)).isEqualTo(Status.DRAINING);
    world.pass(Duration.ofMinutes(7));
    assertThat(shown(view)).isEqualTo(Status.UP);
  }

  @Test
  void vanishedAfterItWasDrained_isNoLoss() {
    World.Client fleet = world.client();
    List<Registration> all =
        java.util.stream.IntStream.range(10, 18)
            .mapToObj(port -> fleet.join("drained", port))
            .toList();
    ServiceView view = reader.view("drained");
    for (Registration one : all) {
      CompletableFuture<Void> done =
          CompletableFuture.runAsync(
              () ->
                  operator.registry.override(
                      "drained",
                      one.instance().id(),
                      wish -> wish.status(Status.DRAINING),
                      Duration.ZERO));
      while (!done.isDone()) {
        world.pass(Duration.ZERO);
      }
    }
    world.pass(Duration.ofSeconds(1));
    fleet.die();
    world.pass(Duration.ofSeconds(15));
    assertThat(view.snapshot().instances()).isEmpty();
    assertThat(view.suspects()).isEmpty();
  }

  @Test
  void onDisk_itIsKept(@TempDir Path directory) {
    override(Status.DOWN, Duration.ZERO);
    World.Client saver = world.client(Optional.of(directory));
    saver.view("orders");
    world.pass(Duration.ofSeconds(6));
    saver.die();
    World.Client late = world.client(Optional.of(directory));
    late.store.link().refuse();
    ServiceView view = late.registry.service("orders");
    assertThat(view.snapshot().freshness()).isEqualTo(Freshness.DISK);
    assertThat(shown(view)).isEqualTo(Status.DOWN);
    lift();
    late.store.link().heal();
    world.pass(Duration.ofSeconds(35));
    assertThat(view.snapshot().freshness()).isEqualTo(Freshness.LIVE);
    assertThat(shown(view)).isEqualTo(Status.UP);
  }

  @Test
  void aClientWithManyViews_hasOneListAndOneWatchMore() {
    int lists = reader.store.sent().size();
    for (int i = 0; i < 20; i++) {
      reader.view("service-" + i);
    }
    assertThat(reader.store.sent().size() - lists).as("calls").isEqualTo(21);
  }

  @Test
  void nobodyReads_nothingIsFollowed() {
    World.Client one = world.client();
    assertThat(world.await(one.registry.async().list("orders"))).hasSize(1);
    override(Status.DRAINING, Duration.ZERO);
    world.pass(Duration.ofMinutes(12));
    assertThat(one.store.link().openStreams()).as("the view was dropped").isZero();
    List<Instance> anew = world.await(one.registry.async().list("orders"));
    assertThat(anew).extracting(Instance::status).containsExactly(Status.DRAINING);
  }

  @Test
  void aClientThatOnlyJoins_knowsItsOwn() {
    world.pass(Duration.ofSeconds(1));
    override(Status.DRAINING, Duration.ZERO);
    world.pass(Duration.ofSeconds(1));
    assertThat(joined.instance().status()).isEqualTo(Status.DRAINING);
    assertThat(joined.state()).isEqualTo(Registration.State.JOINED);
    int events = world.cluster.eventCount();
    world.pass(Duration.ofMinutes(10));
    assertThat(world.cluster.eventsFrom(events)).as("it does not fight").isEmpty();
  }
}
