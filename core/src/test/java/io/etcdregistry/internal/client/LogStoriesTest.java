package io.etcdregistry.internal.client;

import static io.etcdregistry.RegistryStats.Counter.JOINS;
import static io.etcdregistry.RegistryStats.Counter.LEASES_LOST;
import static io.etcdregistry.RegistryStats.Counter.RECORDS_RESTORED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.RegistryStats.Counter;
import io.etcdregistry.ServiceView;
import io.etcdregistry.internal.store.FakeLink.Lost;
import io.etcdregistry.internal.store.Faults.Right;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an operator reads in the log, and an observer is told: all of it, and once per change. */
class LogStoriesTest {
  private static final String SUSPECT =
      "WARNING Lease <id> (TTL 10 s) has not been renewed for its whole TTL: etcd may have dropped"
          + " the records under it. Renewing goes on, as only etcd ends a lease";

  private final World world = new World();
  private final World.Client client = world.client();

  @AfterEach
  void nothingIsLeft() {
    world.close();
  }

  private void put(String key, String document) {
    world.cluster.put(key, document.getBytes(UTF_8), 0);
  }

  private long count(Counter counter) {
    return client.registry.stats().count(counter);
  }

  @Test
  void daysOfEverydayLife_areSilent() {
    ServiceView view = client.view("orders");
    client.join("orders", 8080);
    world.pass(Duration.ofDays(2));
    world.await(client.registry.async().leave());
    assertThat(view.snapshot().instances()).isEmpty();
    assertThat(client.log.lines()).isEmpty();
    assertThat(client.events.all())
        .containsExactly(
            "orders LOADING -> LIVE",
            "lease granted",
            "orders JOINING -> JOINED",
            "orders JOINED -> LEFT");
  }

  @Test
  void etcdAwayForAnHour_leaseLostMeanwhile() {
    ServiceView view = client.view("orders");
    client.join("orders", 8080);
    client.join("orders", 8081);
    client.events.take();
    client.store.link().partition(Lost.FOR_GOOD);
    world.pass(Duration.ofHours(1));
    client.store.link().heal();
    world.pass(Duration.ofMinutes(2));
    assertThat(view.snapshot().instances()).hasSize(2);
    assertThat(client.log.lines())
        .containsExactly(
            SUSPECT,
            "WARNING Lease <id> (TTL 10 s) is lost, and the records under it with it: etcd says"
                + " that it does not exist. Another one is asked for",
            "INFO Lease <id> (TTL 10 s) was granted <time> after the last one was found lost; its"
                + " records are put back now",
            "INFO All 2 records are in etcd again, <time> after the loss was noticed");
    assertThat(client.events.take())
        .containsExactly(
            "orders JOINED -> SUSPECT",
            "orders JOINED -> SUSPECT",
            "orders LIVE -> STALE",
            "orders SUSPECT -> JOINING",
            "orders SUSPECT -> JOINING",
            "orders STALE -> LIVE",
            "lease lost: etcd says that it does not exist",
            "lease granted again",
            "orders restored",
            "orders restored",
            "orders JOINING -> JOINED",
            "orders JOINING -> JOINED");
    assertThat(count(JOINS)).isEqualTo(2);
    assertThat(count(LEASES_LOST)).isEqualTo(1);
    assertThat(count(RECORDS_RESTORED)).isEqualTo(2);
  }

  @Test
  void leaderAwayForAMinute_leaseKept() {
    client.join("orders", 8080);
    world.cluster.loseLeader();
    world.pass(Duration.ofMinutes(1));
    world.cluster.electLeader(Duration.ofSeconds(1));
    world.pass(Duration.ofMinutes(1));
    assertThat(client.log.lines())
        .containsExactly(
            SUSPECT, "INFO Lease <id> (TTL 10 s) is renewed again after 61.0 s: etcd has kept it");
  }

  @Test
  void leaseRevoked_withManyRecords() {
    for (int port = 1; port <= 200; port++) {
      client.join("orders", port);
    }
    world.cluster.revoke(world.cluster.leases().iterator().next());
    world.pass(Duration.ofMinutes(1));
    assertThat(world.held()).hasSize(200);
    assertThat(client.log.lines())
        .hasSize(3)
        .satisfies(lines -> assertThat(lines.get(2)).contains("All 200 records are in etcd again"));
    assertThat(count(RECORDS_RESTORED)).isEqualTo(200);
  }

  @Test
  void keyTakenAndGivenBack_thenDeletedByHand() {
    Registration mine = client.join("orders", 8080);
    world.pass(Duration.ofSeconds(1));
    World.Client other = world.client();
    other.join("orders", 8080);
    world.pass(Duration.ofMinutes(1));
    world.await(other.registry.async().leave());
    world.pass(Duration.ofMinutes(1));
    world.cluster.delete(mine.instance().key());
    world.pass(Duration.ofMinutes(1));
    String key = mine.instance().key();
    assertThat(client.log.lines())
        .containsExactly(
            "WARNING "
                + key
                + " is not ours any more: another owner took the key, under lease <id>; standing by"
                + " until it is free",
            "INFO " + key + " is ours again, after 60 s",
            "WARNING " + key + " was deleted in etcd although it is wanted: it was put back");
    assertThat(count(RECORDS_RESTORED)).isEqualTo(1);
    assertThat(count(Counter.SUPERSESSIONS)).isEqualTo(1);
  }

  @Test
  void compactedWhileAway() {
    put("services/orders/a", "{\"name\":\"orders\"}");
    ServiceView view = client.view("orders");
    client.store.link().breakStreams(new StoreException(Failure.UNREACHABLE, "reset"));
    put("services/orders/b", "{\"name\":\"orders\"}");
    put("services/orders/b\u0007", "no json");
    world.cluster.compact(world.cluster.header().revision());
    world.pass(Duration.ofDays(1));
    assertThat(view.snapshot().instances()).hasSize(2);
    assertThat(client.log.lines())
        .containsExactly(
            "INFO The view of \"orders\" is read anew: revision 2 has been compacted",
            "WARNING Skipped the key services/orders/b?: not JSON at line 1 column 1");
    assertThat(client.registry.stats().skipped()).isEqualTo(1);
    assertThat(count(Counter.RECORDS_SKIPPED)).isEqualTo(1);
  }

  @Test
  void watchEndedByEtcd() {
    ServiceView view = client.view("orders");
    world.pass(Duration.ofSeconds(1));
    client.store.link().cancelWatches(new StoreException(Failure.OVERLOADED, "too much to tell"));
    world.pass(Duration.ofMinutes(10));
    assertThat(view.snapshot().version()).isPositive();
    assertThat(client.log.lines())
        .containsExactly("INFO The view of \"orders\" is read anew: too much to tell");
    assertThat(client.events.all())
        .containsExactly(
            "orders LOADING -> LIVE",
            "orders LIVE -> STALE",
            "orders resyncing: too much to tell",
            "orders STALE -> LIVE");
  }

  @Test
  void wiped() {
    ServiceView view = client.view("orders");
    client.join("orders", 8080);
    put("services/orders/c", "{\"name\":\"orders\"}");
    world.pass(Duration.ofMinutes(1));
    world.cluster.wipe(true);
    world.pass(Duration.ofMinutes(10));
    assertThat(view.snapshot().instances()).hasSize(1);
    assertThat(client.log.lines())
        .containsExactly(
            "WARNING The etcd cluster was wiped, restored from a backup or exchanged: its revision"
                + " is 1, after 3. Everything is read anew, and joined again",
            "INFO The view of \"orders\" is read anew: the cluster was wiped, restored or exchanged",
            "WARNING Lease <id> (TTL 10 s) is lost, and the records under it with it: etcd says"
                + " that it does not exist. Another one is asked for",
            "INFO Lease <id> (TTL 10 s) was granted <time> after the last one was found lost; its"
                + " records are put back now",
            "INFO The record is in etcd again, <time> after the loss was noticed");
    assertThat(count(Counter.RESETS)).isEqualTo(1);
  }

  @Test
  void deniedForAnHour_andGrantedAgain() {
    ServiceView view = client.view("orders");
    KeyRange all = KeyRange.prefix("services/");
    client.store.faults().deny(all, Right.READ);
    client.store.faults().deny(all, Right.WRITE);
    Registration mine = client.registry.announce(Instance.named("orders").port(1));
    world.pass(Duration.ofHours(1));
    assertThat(mine.status().why()).isEqualTo("etcdserver: permission denied");
    client.store.faults().allow();
    world.pass(Duration.ofMinutes(10));
    assertThat(view.snapshot().instances()).hasSize(1);
    String key = mine.instance().key();
    assertThat(client.log.lines())
        .containsExactly(
            "WARNING etcd does not let this client read services/orders/: etcdserver: permission"
                + " denied; trying on",
            "WARNING etcd does not let this client write "
                + key
                + ": etcdserver: permission denied; trying on",
            "INFO etcd lets this client write " + key + " again, after 60 min",
            "INFO etcd lets this client read services/orders/ again, after 60 min");
  }

  @Test
  void etcdFullForAnHour() {
    Registration first = client.join("orders", 1);
    world.cluster.full(true);
    client.registry.announce(Instance.named("orders").port(2));
    world.pass(Duration.ofHours(1));
    world.cluster.full(false);
    world.pass(Duration.ofMinutes(1));
    assertThat(first.state()).isEqualTo(Registration.State.JOINED);
    assertThat(client.log.lines())
        .containsExactly(
            "WARNING etcd does not let this client write anything: mvcc: database space exceeded;"
                + " trying on",
            "INFO etcd lets this client write anything again, after 60 min");
  }

  @Test
  void deleteThatEtcdNeverTold_isFoundByAComparison() {
    put("services/orders/a", "{\"name\":\"orders\"}");
    ServiceView view = client.view("orders");
    client.store.faults().dropDeletes(1);
    world.cluster.delete("services/orders/a");
    world.pass(Duration.ofMinutes(15));
    assertThat(view.snapshot().instances()).isEmpty();
    assertThat(client.log.lines())
        .containsExactly(
            "WARNING The view of \"orders\" had missed changes of a record, of which etcd never"
                + " told; a comparison with etcd has mended it");
    assertThat(count(Counter.MISMATCHES)).isEqualTo(1);
  }

  @Test
  void changesAtEveryMoment_areNoMismatches() {
    ServiceView view = client.view("orders");
    client.store.link().latency(Duration.ofMillis(1), Duration.ofMillis(300), 7);
    for (int i = 0; i < 20_000; i++) {
      put("services/orders/" + i % 10, "{\"name\":\"orders\",\"n\":" + i + "}");
      world.pass(Duration.ofMillis(50));
    }
    assertThat(view.snapshot().instances()).hasSize(10);
    assertThat(count(Counter.VERIFICATIONS)).isPositive();
    assertThat(count(Counter.MISMATCHES)).isZero();
    assertThat(client.log.lines()).isEmpty();
  }

  @Test
  void thousandBadRecords_makeTenLines() {
    for (int i = 0; i < 1000; i++) {
      put("services/orders/" + i, "no json");
    }
    client.view("orders");
    world.pass(Duration.ofHours(1));
    assertThat(client.log.lines())
        .hasSize(10)
        .last()
        .isEqualTo(
            "WARNING Skipped the key services/orders/106: not JSON at line 1 column 1 (more lines"
                + " like this one are left out for a minute)");
    assertThat(count(Counter.RECORDS_SKIPPED)).isEqualTo(1000);
  }

  @Test
  void latePut_isCountedWhenItIsRemoved() {
    Registration kept = client.join("kept", 1);
    Registration left = client.join("orders", 8080);
    world.await(client.registry.async().leave("orders"));
    long lease = world.cluster.leases().iterator().next();
    world.cluster.put(left.instance().key(), left.instance().json().getBytes(UTF_8), lease);
    world.pass(Duration.ofMinutes(2));
    assertThat(world.held()).containsExactly(kept.instance().key());
    assertThat(count(Counter.LATE_WRITES_REMOVED)).isEqualTo(1);
  }
}
