package io.etcdregistry.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.it.harness.EtcdCluster;
import io.etcdregistry.it.harness.EtcdServer;
import io.etcdregistry.it.harness.Etcdctl;
import io.etcdregistry.it.harness.RequiresEtcd;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Leases and keys taken away, by hand or by other owners: what is wanted comes back. */
@RequiresEtcd
class OwnershipIT {
  private static final Duration TTL = Duration.ofSeconds(5);

  /** Five times what is aimed at: a jitter of half a TTL and two seconds. */
  private static final Duration BACK = TTL.dividedBy(2).plusSeconds(2).multipliedBy(5);

  private static Scene scene(TestInfo test) {
    return new Scene(test, EtcdCluster.start(1, EtcdServer.builder()), TTL);
  }

  @Row(
      id = "9",
      fault = "every lease is revoked by hand",
      sees = "records vanish, and come back under a new lease within a jitter of half a TTL",
      guarantee = "every record comes back")
  @Test
  void leasesRevoked(TestInfo test) {
    try (Scene scene = scene(test).begin()) {
      Etcdctl etcdctl = scene.cluster().etcdctl();
      etcdctl
          .run("lease", "list")
          .lines()
          .filter(line -> line.matches("[0-9a-f]+"))
          .forEach(lease -> etcdctl.tryRun("lease", "revoke", lease));
      scene.served();
      scene.pass(Duration.ofSeconds(3));
      scene.verify(BACK);
    }
  }

  @Row(
      id = "10",
      fault = "every record is deleted by hand",
      sees = "records vanish for an instant: their owners watch their own keys",
      guarantee = "every record comes back at once")
  @Test
  void recordsDeleted(TestInfo test) {
    try (Scene scene = scene(test).begin()) {
      scene.cluster().etcdctl().run("del", "--prefix", "services/");
      scene.served();
      scene.pass(Duration.ofSeconds(3));
      scene.verify(Duration.ofSeconds(10));
    }
  }

  @Row(
      id = "11a",
      fault = "another live owner joins with the same ids, and leaves after 5 s",
      sees = "the first owner is SUPERSEDED and writes nothing, then JOINED again",
      guarantee = "one owner for each key, no fight; never absent while the second is there")
  @Test
  void recordsTaken(TestInfo test) {
    try (Scene scene = scene(test).begin()) {
      Client first = scene.fleet().owners().get(1);
      Client second = scene.fleet().addTwin(first, scene.connection());
      Fleet.await("the second has taken all")
          .until(() -> first.states().values().stream().allMatch("SUPERSEDED"::equals));
      long writes = scene.history().revision();
      scene.pass(Duration.ofSeconds(5));
      assertThat(fights(scene, first, writes)).as("writes of keys that were taken").isZero();
      assertThat(second.finish()).as("the second leaves").isTrue();
      scene.fleet().forget(second);
      scene.served();
      scene.verify(Duration.ofSeconds(10));
    }
  }

  private static long fights(Scene scene, Client owner, long since) {
    scene.awaitHistory();
    return scene.history().state().values().stream()
        .filter(event -> owner.states().containsKey(event.key()) && event.revision() > since)
        .count();
  }

  @Row(
      id = "11b",
      fault = "an owner dies (SIGKILL) and is started again within its TTL",
      sees = "nothing: the new process takes its records over",
      guarantee = "no record absent, none left behind")
  @Test
  void ownerRestarted(TestInfo test) {
    Duration ttl = Duration.ofSeconds(20); // slow machines start a JVM within this, too
    EtcdCluster cluster = EtcdCluster.start(1, EtcdServer.builder());
    try (Scene scene = new Scene(test, cluster, ttl).begin()) {
      Client dead = scene.fleet().owners().get(1);
      dead.kill();
      Client again = scene.fleet().addTwin(dead, scene.connection());
      scene.fleet().forget(dead);
      Fleet.await("its successor has joined").until(() -> scene.fleet().hasJoinedAll(again));
      scene.served();
      scene.pass(ttl.plusSeconds(5));
      scene.verify(Duration.ZERO);
      assertThat(absences(scene, again)).as("absences, also under the first owner").isZero();
    }
  }

  private static long absences(Scene scene, Client owner) {
    return owner.states().keySet().stream()
        .mapToLong(key -> scene.history().absences(key, System.nanoTime()).size())
        .sum();
  }

  @Row(
      id = "11c",
      fault = "an owner is paused for 3 TTL, replaced meanwhile, and resumed",
      sees = "the paused owner finds itself SUPERSEDED",
      guarantee = "the replacement keeps every key; no fight")
  @Test
  void pausedOwnerResumed(TestInfo test) {
    try (Scene scene = scene(test).begin()) {
      Client paused = scene.fleet().owners().get(1);
      paused.pause();
      Client replacement = scene.fleet().addTwin(paused, scene.connection());
      Fleet.await("the replacement has joined")
          .until(() -> scene.fleet().hasJoinedAll(replacement));
      scene.pass(TTL.multipliedBy(3));
      paused.resume();
      Fleet.await("the paused one gives way")
          .until(() -> paused.states().values().stream().allMatch("SUPERSEDED"::equals));
      scene.served();
      scene.pass(TTL);
      assertThat(replacement.states().values()).containsOnly("JOINED");
      scene.verify(Duration.ZERO);
    }
  }

  @Row(
      id = "11d",
      fault = "one own id for two names that fold together, joined by two owners",
      sees = "the latest join wins; the other one is SUPERSEDED until the key is free",
      guarantee = "one owner for each key")
  @Test
  void namesFoldTogether(TestInfo test) {
    try (Scene scene = scene(test).begin()) {
      Client one = scene.fleet().owners().get(1);
      Client other = scene.fleet().owners().get(2);
      String key = "services/my-name/same";
      one.say("join my.name same 1 PT5S");
      Fleet.await("the first joined").until(() -> "JOINED".equals(one.states().get(key)));
      other.say("join my_name same 1 PT5S");
      Fleet.await("the second took it").until(() -> "SUPERSEDED".equals(one.states().get(key)));
      other.say("leave my_name");
      Fleet.await("it is free").until(() -> "JOINED".equals(one.states().get(key)));
      scene.served();
      scene.verify(Duration.ofSeconds(10));
    }
  }
}
