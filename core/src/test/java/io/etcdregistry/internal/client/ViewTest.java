package io.etcdregistry.internal.client;

import static io.etcdregistry.Snapshot.Freshness.LIVE;
import static io.etcdregistry.Snapshot.Freshness.LOADING;
import static io.etcdregistry.Snapshot.Freshness.STALE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.Change;
import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import io.etcdregistry.ServiceView;
import io.etcdregistry.Snapshot;
import io.etcdregistry.internal.store.FakeCluster;
import io.etcdregistry.internal.store.FakeLink.Lost;
import io.etcdregistry.internal.store.Faults.Right;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What readers see, whatever etcd and the network go through. */
class ViewTest {
  private final World world = new World();
  private final World.Client reader = world.client();

  @AfterEach
  void nothingIsLeft() {
    world.close();
  }

  private long put(String key, String json) {
    return world.cluster.put(key, json.getBytes(UTF_8), 0);
  }

  private static List<String> ids(Snapshot snapshot) {
    return snapshot.instances().stream().map(Instance::id).toList();
  }

  @Test
  void beforeTheFirstLoad_isLoadingAndEmpty() {
    ServiceView view = reader.registry.service("orders");
    assertThat(view.snapshot().freshness()).isEqualTo(LOADING);
    assertThat(view.snapshot().version()).isZero();
    assertThat(view.age()).isEmpty();
    assertThat(view.pick()).isEmpty();
  }

  @Test
  void loaded_isLiveAndFollowsChanges() {
    put("services/orders/a", "{\"name\":\"orders\"}");
    ServiceView view = reader.view("orders");
    assertThat(view.snapshot().freshness()).isEqualTo(LIVE);
    long revision = put("services/orders/b", "{\"name\":\"orders\"}");
    world.pass(Duration.ZERO);
    assertThat(ids(view.snapshot())).containsExactly("a", "b");
    assertThat(view.snapshot().revision()).isEqualTo(revision);
    world.cluster.delete("services/orders/a");
    world.pass(Duration.ZERO);
    assertThat(ids(view.snapshot())).containsExactly("b");
  }

  @Test
  void otherNames_neverShow() {
    put("services/orders-eu/a", "{\"name\":\"orders-eu\"}");
    put("services/orders/eu/a", "{\"name\":\"orders\"}");
    put("services/orders", "{\"name\":\"orders\"}");
    put("services/orders/a", "{\"name\":\"orders\"}");
    assertThat(ids(reader.view("orders").snapshot())).containsExactly("a");
  }

  @Test
  void namesThatFoldTogether_areToldApart() {
    world.client().join("or ders", 1);
    world.client().join("or-ders", 2);
    assertThat(reader.seen("or ders"))
        .singleElement()
        .extracting(Instance::name)
        .isEqualTo("or ders");
    assertThat(reader.seen("or-ders"))
        .singleElement()
        .extracting(Instance::name)
        .isEqualTo("or-ders");
  }

  @Test
  void valueThatIsNoRecord_isSkipped() {
    put("services/orders/a", "no json");
    put("services/orders/b", "[1]");
    put("services/orders/c", "{\"name\":\"orders\"}");
    ServiceView view = reader.view("orders");
    put("services/orders/d", "{");
    put("services/orders/e", "{\"name\":\"orders\"}");
    world.pass(Duration.ZERO);
    assertThat(ids(view.snapshot())).containsExactly("c", "e");
  }

  @Test
  void ownWrites_showWhenTheVerbReturns() {
    ServiceView view = reader.view("orders");
    reader.store.link().hangStreams();
    Registration joined = reader.join("orders", 8080);
    assertThat(view.snapshot().instances()).hasSize(1);
    assertThat(joined.instance().name()).isEqualTo("orders");
    world.await(reader.registry.async().leave("orders"));
    assertThat(view.snapshot().instances()).isEmpty();
    world.pass(Duration.ofMinutes(1));
    assertThat(view.snapshot().instances()).isEmpty();
  }

  @Test
  void silentStream_isNoticedAndReplaced() {
    ServiceView view = reader.view("orders");
    world.pass(Duration.ofSeconds(30));
    reader.store.link().hangStreams();
    put("services/orders/a", "{\"name\":\"orders\"}");
    world.pass(Duration.ofSeconds(15));
    assertThat(ids(view.snapshot())).containsExactly("a");
    assertThat(view.snapshot().freshness()).isEqualTo(LIVE);
  }

  @Test
  void cutOff_keepsTheLastKnownGoodAndSaysThatItIsStale() {
    put("services/orders/a", "{\"name\":\"orders\"}");
    ServiceView view = reader.view("orders");
    reader.store.link().partition(Lost.FOR_GOOD);
    world.pass(Duration.ofSeconds(20));
    assertThat(view.snapshot().freshness()).isEqualTo(STALE);
    assertThat(view.age().get()).isGreaterThan(Duration.ofSeconds(15));
    assertThat(ids(view.snapshot())).containsExactly("a");
    put("services/orders/b", "{\"name\":\"orders\"}");
    reader.store.link().heal();
    world.pass(Duration.ofSeconds(10));
    assertThat(view.snapshot().freshness()).isEqualTo(LIVE);
    assertThat(ids(view.snapshot())).containsExactly("a", "b");
  }

  @Test
  void compactedAtTheDeleteNotSeen_showsItGone() {
    for (FakeCluster.Version version : FakeCluster.Version.values()) {
      world.cluster.version(version);
      put("services/orders/a", "{\"name\":\"orders\"}");
      put("services/orders/b", "{\"name\":\"orders\"}");
      ServiceView view = reader.view("orders");
      reader.store.link().refuse();
      world.pass(Duration.ofSeconds(1));
      world.cluster.compact(world.cluster.delete("services/orders/a"));
      reader.store.link().heal();
      world.pass(Duration.ofSeconds(4));
      assertThat(ids(view.snapshot())).containsExactly("b");
    }
  }

  @Test
  void wipedAndWrittenPastTheOldRevision_showsWhatIsThere() {
    for (int i = 0; i < 5; i++) {
      put("services/orders/old" + i, "{\"name\":\"orders\"}");
    }
    ServiceView view = reader.view("orders");
    List<Change> changes = new ArrayList<>();
    view.onChange(changes::add);
    reader.store.link().refuse();
    world.cluster.wipe(true);
    for (int i = 0; i < 50; i++) {
      put("services/other/new", "{\"name\":\"other\"}");
    }
    put("services/orders/new", "{\"name\":\"orders\"}");
    reader.store.link().heal();
    world.pass(Duration.ofSeconds(30));
    assertThat(ids(view.snapshot())).containsExactly("new");
  }

  @Test
  void wiped_isReportedAsAReset() {
    for (int i = 0; i < 5; i++) {
      put("services/orders/old" + i, "{\"name\":\"orders\"}");
    }
    ServiceView view = reader.view("orders");
    List<Change> changes = new ArrayList<>();
    view.onChange(changes::add);
    long before = view.snapshot().version();
    world.cluster.wipe(true);
    put("services/orders/new", "{\"name\":\"orders\"}");
    world.pass(Duration.ofSeconds(10));
    assertThat(ids(view.snapshot())).containsExactly("new");
    assertThat(view.snapshot().version()).isGreaterThan(before);
    assertThat(changes).anyMatch(Change::reset);
  }

  @Test
  void deleteEventDroppedByEtcd_isFoundByTheVerification() {
    put("services/orders/a", "{\"name\":\"orders\"}");
    ServiceView view = reader.view("orders");
    reader.store.faults().dropDeletes(1);
    world.cluster.delete("services/orders/a");
    world.pass(Duration.ofMinutes(1));
    assertThat(view.snapshot().instances()).as("the bug is at work").hasSize(1);
    world.pass(Duration.ofMinutes(6));
    assertThat(view.snapshot().instances()).isEmpty();
  }

  @Test
  void firstLoadWithoutEtcd_failsInTimeAsUnreachable() {
    reader.store.link().refuse();
    CompletableFuture<Optional<Instance>> found = reader.registry.async().lookup("orders");
    world.pass(World.TIMEOUT);
    assertThatThrownBy(found::join)
        .cause()
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE));
  }

  @Test
  void firstLoadDenied_failsAtOnceAndRecovers() {
    reader.store.faults().deny(KeyRange.prefix("services/"), Right.READ);
    CompletableFuture<Optional<Instance>> found = reader.registry.async().lookup("orders");
    world.pass(Duration.ofMillis(100));
    assertThatThrownBy(found::join)
        .cause()
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DENIED));
    reader.store.faults().allow();
    put("services/orders/a", "{\"name\":\"orders\"}");
    world.pass(Duration.ofMinutes(1));
    assertThat(world.await(reader.registry.async().lookup("orders"))).isPresent();
  }

  @Test
  void watchCanceledByTheServer_goesOn() {
    ServiceView view = reader.view("orders");
    reader
        .store
        .link()
        .cancelWatches(new StoreException(Failure.UNREACHABLE, "canceled by a test"));
    put("services/orders/a", "{\"name\":\"orders\"}");
    world.pass(Duration.ofSeconds(5));
    assertThat(ids(view.snapshot())).containsExactly("a");
    assertThat(view.snapshot().freshness()).isEqualTo(LIVE);
  }

  @Test
  void pick_prefersUpOverDrainingAndNeverTheRest() {
    put("services/orders/a", "{\"name\":\"orders\",\"status\":\"draining\"}");
    put("services/orders/b", "{\"name\":\"orders\",\"status\":\"down\"}");
    put("services/orders/c", "{\"name\":\"orders\",\"status\":\"starting\"}");
    ServiceView view = reader.view("orders");
    assertThat(view.pick()).map(Instance::id).contains("a");
    put("services/orders/d", "{\"name\":\"orders\",\"status\":\"whatever\"}");
    world.pass(Duration.ZERO);
    assertThat(view.pick()).map(Instance::id).contains("d");
    assertThat(view.snapshot().instances()).hasSize(4);
  }

  @Test
  void listener_getsThePresentThenChangesWithRisingVersions() {
    put("services/orders/a", "{\"name\":\"orders\"}");
    ServiceView view = reader.view("orders");
    List<Change> changes = new ArrayList<>();
    ServiceView.Subscription subscription =
        view.onChange(
            change -> {
              changes.add(change);
              throw new IllegalStateException("a listener that throws is kept");
            });
    put("services/orders/b", "{\"name\":\"orders\"}");
    world.pass(Duration.ZERO);
    put("services/orders/b", "{\"name\":\"orders\",\"n\":2}");
    world.pass(Duration.ZERO);
    world.cluster.delete("services/orders/a");
    world.pass(Duration.ZERO);
    subscription.close();
    put("services/orders/c", "{\"name\":\"orders\"}");
    world.pass(Duration.ZERO);
    assertThat(changes).hasSize(4);
    assertThat(changes.get(0).added()).hasSize(1);
    assertThat(changes.get(1).added()).hasSize(1);
    assertThat(changes.get(2).updated()).hasSize(1);
    assertThat(changes.get(3).removed()).extracting(Instance::id).containsExactly("a");
    assertThat(changes)
        .extracting(change -> change.snapshot().version())
        .isSorted()
        .doesNotHaveDuplicates();
  }

  @Test
  void viewNobodyReads_isDroppedAfterTenMinutes() {
    world.await(reader.registry.async().lookup("orders"));
    ServiceView kept = reader.view("kept");
    world.pass(Duration.ofMinutes(12));
    assertThat(world.cluster.openWatches()).as("and that of the overrides").isEqualTo(2);
    assertThat(kept.snapshot().freshness()).isEqualTo(LIVE);
    put("services/orders/a", "{\"name\":\"orders\"}");
    assertThat(world.await(reader.registry.async().lookup("orders"))).isPresent();
  }

  @Test
  void wholeNamespace_showsEveryName() {
    put("services/orders/a", "{\"name\":\"orders\"}");
    put("services/carts/b", "{\"name\":\"carts\"}");
    put("services/other/ns/c", "{\"name\":\"ns\"}");
    assertThat(world.await(reader.registry.async().list()))
        .extracting(Instance::name)
        .containsExactly("carts", "orders");
  }

  @Test
  void evict_removesTheRecordAsItWasRead() {
    Registration dead = world.client().join("orders", 8080);
    Instance seen = reader.seen("orders").get(0);
    assertThat(world.await(reader.registry.evicting(seen))).isTrue();
    assertThat(dead.instance().key()).isEqualTo(seen.key());
    assertThat(world.await(reader.registry.evicting(seen))).isFalse();
    world.pass(Duration.ofSeconds(1));
    assertThat(world.held()).as("a live owner puts it back").hasSize(1);
  }

  @Test
  void closed_saysSo() {
    World.Client client = world.client();
    world.await(client.registry.closing());
    assertThatThrownBy(() -> client.registry.lookup("orders"))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CLOSED));
  }
}
