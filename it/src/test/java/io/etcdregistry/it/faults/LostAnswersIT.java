package io.etcdregistry.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.it.harness.EtcdCluster;
import io.etcdregistry.it.harness.RequiresEtcd;
import io.etcdregistry.it.harness.TcpProxy.Direction;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Writes that are carried out though nobody was told so, or much later. */
@RequiresEtcd
class LostAnswersIT {
  private static final Duration TTL = Duration.ofSeconds(10);

  @Row(
      id = "25a",
      fault = "a put times out on a paused cluster, and lands after the join gave up",
      sees = "the join fails with TIMED_OUT",
      guarantee = "the record is deleted as soon as it is seen, and stays away")
  @Test
  void putLandsLate(TestInfo test) {
    EtcdCluster cluster = EtcdCluster.builder().size(1).start();
    String connection = cluster.connection() + "?timeout=2s";
    try (Scene scene = new Scene(test, cluster, TTL).connection(connection).begin()) {
      Client owner = scene.fleet().owners().get(1);
      cluster.pauseAll();
      owner.say("join late id 1 PT10S");
      Fleet.await("the join fails").until(() -> !owner.failures().isEmpty());
      cluster.resumeAll();
      scene.served();
      scene.pass(Duration.ofSeconds(5));
      scene.verify(Duration.ZERO);
      assertThat(owner.failures()).allMatch(failure -> failure.contains("TIMED_OUT"));
      scene.pass(TTL);
      assertThat(scene.history().state()).doesNotContainKey("services/late/id");
    }
  }

  @Row(
      id = "25b",
      fault = "for 4 s every answer is lost, also those to a process that starts: requests arrive",
      sees = "calls take longer; what was carried out is found out, not done twice",
      guarantee = "no record absent; one lease for each client in the end")
  @Test
  void answersLost(TestInfo test) {
    EtcdCluster cluster = EtcdCluster.builder().size(1).proxied(true).start();
    String connection = cluster.connection() + "?timeout=25s";
    try (Scene scene = new Scene(test, cluster, TTL).connection(connection).begin()) {
      Client starting = scene.fleet().startOwner(connection);
      scene.pass(Duration.ofSeconds(1)); // its class loading is not what is looked at
      cluster.proxy(0).halfOpen(Direction.TO_CLIENT);
      starting.say("announce s0 starting-1 1 PT10S");
      starting.say("announce s1 starting-2 1 PT10S");
      scene.pass(Duration.ofSeconds(4));
      cluster.proxy(0).heal();
      scene.served();
      scene.pass(Duration.ofSeconds(10));
      scene.verifyNoCallFailed();
      long owners = scene.fleet().owners().size();
      Fleet.await("one lease for each client")
          .untilAsserted(() -> assertThat(leases(cluster)).isEqualTo(owners));
    }
  }

  private static long leases(EtcdCluster cluster) {
    return cluster
        .etcdctl()
        .run("lease", "list")
        .lines()
        .filter(line -> line.matches("[0-9a-f]+"))
        .count();
  }
}
