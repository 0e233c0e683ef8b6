package io.etcdregistry.internal.client;

import static io.etcdregistry.Registration.State.JOINED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Change;
import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.ServiceView;
import io.etcdregistry.internal.store.FakeCluster;
import io.etcdregistry.internal.store.FakeLink.Lost;
import io.etcdregistry.internal.store.KeyValue;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The cluster was wiped or restored. The simulation found these. */
class ResetTest {
  private final World world = new World();

  @AfterEach
  void nothingIsLeft() {
    world.close();
  }

  private void put(String id, int number) {
    byte[] document = ("{\"name\":\"orders\",\"n\":" + number + "}").getBytes(UTF_8);
    world.cluster.put("services/orders/" + id, document, 0);
  }

  @Test
  void wipedAndWrittenBeyond_neverShowsTheOldTogetherWithTheNew() {
    put("old", 1);
    World.Client reader = world.client();
    ServiceView view = reader.view("orders");
    List<List<String>> shown = new ArrayList<>();
    view.onChange(change -> shown.add(ids(change)));
    reader.store.link().partition(Lost.FOR_GOOD);
    world.pass(Duration.ofSeconds(20));
    world.cluster.wipe();
    put("new", 1);
    put("new", 2);
    reader.store.link().heal();
    world.pass(Duration.ofMillis(2500));
    put("newer", 1);
    world.pass(Duration.ofSeconds(10));
    assertThat(shown.get(0)).containsExactly("old");
    assertThat(shown).last().isEqualTo(List.of("new", "newer"));
    assertThat(shown)
        .allSatisfy(ids -> assertThat(ids.size() > 1 && ids.contains("old")).isFalse());
  }

  /** The monotonic clock stands still while a machine sleeps: to it nothing took any time. */
  @Test
  void wipedAndWrittenBeyondWhileAsleep_neverShowsTheOldTogetherWithTheNew() {
    put("old", 1);
    World.Client reader = world.client();
    ServiceView view = reader.view("orders");
    List<List<String>> shown = new ArrayList<>();
    view.onChange(change -> shown.add(ids(change)));
    world.cluster.wipe();
    put("new", 1);
    put("new", 2);
    world.time.stepWall(Duration.ofMinutes(1));
    world.pass(Duration.ofMillis(200));
    put("newer", 1);
    world.pass(Duration.ofSeconds(10));
    assertThat(shown).last().isEqualTo(List.of("new", "newer"));
    assertThat(shown)
        .allSatisfy(ids -> assertThat(ids.size() > 1 && ids.contains("old")).isFalse());
  }

  /** Revisions come again in a cluster that was wiped: they alone do not tell whose a record is. */
  @Test
  void wipedAndTakenByAnotherAtTheSameRevision_isNotTouched() {
    World.Client client = world.client();
    String key = client.join("orders", 8080).instance().key();
    final long revision = world.cluster.pair(key).orElseThrow().modRevision();
    client.store.link().partition(Lost.FOR_GOOD);
    world.cluster.wipe();
    world.client().join("orders", 8080);
    KeyValue held = world.cluster.pair(key).orElseThrow();
    assertThat(held.modRevision()).isEqualTo(revision);
    client.store.link().heal();
    world.await(client.registry.async().leave("orders"));
    assertThat(world.cluster.pair(key).map(KeyValue::lease)).hasValue(held.lease());
  }

  private static List<String> ids(Change change) {
    return change.snapshot().instances().stream().map(Instance::id).toList();
  }

  /** A restored cluster holds the leases that were alive when it was copied. */
  @Test
  void restored_recordsAreNeverAbsentAndTheLeaseIsKept() {
    World.Client client = world.client();
    Registration joined = client.join("orders", 8080);
    String key = joined.instance().key();
    final long lease = world.cluster.pair(key).orElseThrow().lease();
    FakeCluster.Image image = world.cluster.snapshot();
    client.join("other", 1);
    world.pass(Duration.ofSeconds(3));
    world.cluster.restore(image, true);
    world.pass(Duration.ofMinutes(2));
    assertThat(world.cluster.events())
        .filteredOn(event -> event.pair().key().equals(key))
        .noneMatch(event -> event.deleted());
    assertThat(world.cluster.pair(key).map(KeyValue::lease)).isEqualTo(Optional.of(lease));
    assertThat(world.held()).hasSize(2);
    assertThat(joined.state()).isEqualTo(JOINED);
  }

  /** A fault row on a real cluster found it: only the audit noticed, up to a minute later. */
  @Test
  void restoredAndWrittenPastWithinAMoment_ownRecordsComeBackSoon() {
    World.Client client = world.client();
    client.join("before", 1);
    FakeCluster.Image image = world.cluster.snapshot();
    client.join("fresh", 2);
    client.store.link().partition(Lost.FOR_GOOD);
    client.store.link().breakStreams(new StoreException(Failure.UNREACHABLE, "connection closed"));
    world.cluster.restore(image, true);
    for (int i = 0; i < 10; i++) {
      world.cluster.put("services/other/" + i, "{\"name\":\"other\"}".getBytes(UTF_8), 0);
    }
    world.pass(Duration.ofMillis(500));
    client.store.link().heal();
    world.pass(Duration.ofSeconds(8));
    assertThat(world.held()).anyMatch(key -> key.contains("/fresh/"));
  }
}
