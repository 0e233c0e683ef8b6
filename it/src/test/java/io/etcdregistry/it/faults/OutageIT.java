package io.etcdregistry.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.it.harness.EtcdCluster;
import io.etcdregistry.it.harness.RequiresEtcd;
import io.etcdregistry.it.harness.TcpProxy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** No cluster at all for a while: views keep the last known good, and everything comes back. */
@RequiresEtcd
class OutageIT {
  private static final Duration SHORT = Duration.ofSeconds(3);
  private static final Duration USUAL = Duration.ofSeconds(10);

  /** Five times what is aimed at: the jitter and two seconds. */
  private static Duration back(Duration ttl) {
    return ttl.dividedBy(2).plusSeconds(2).multipliedBy(5);
  }

  @Row(
      id = "5a",
      fault = "all members are down for 3 TTL, with a TTL of 3 s",
      sees = "writes fail with UNREACHABLE; views show the last known good as stale",
      guarantee = "as 5b where machines keep up with so short a TTL, else as 6a")
  @Test
  void allDown_shortTtl(TestInfo test) {
    allDown(test, SHORT, back(SHORT));
  }

  @Row(
      id = "5b",
      fault = "all members are down for 3 TTL, with a TTL of 10 s",
      sees = "as 5a",
      guarantee = "no record absent: etcd gives leases their whole TTL again when it starts")
  @Test
  void allDown_usualTtl(TestInfo test) {
    allDown(test, USUAL, Duration.ZERO);
  }

  private static void allDown(TestInfo test, Duration ttl, Duration allowedAbsence) {
    try (Scene scene = new Scene(test, EtcdCluster.start(), ttl).begin()) {
      scene.cluster().killAll();
      scene.pass(ttl.multipliedBy(3));
      scene.cluster().startAll();
      scene.served();
      scene.verify(allowedAbsence);
    }
  }

  @Row(
      id = "6a",
      fault = "clients are cut off for 3 TTL while the cluster lives, with a TTL of 3 s",
      sees = "etcd ends the leases; views show the last known good as stale",
      guarantee = "every record is back within a jitter of half a TTL and 2 s of the healing")
  @Test
  void cutOff_shortTtl(TestInfo test) {
    cutOff(test, SHORT);
  }

  @Row(
      id = "6b",
      fault = "clients are cut off for 3 TTL while the cluster lives, with a TTL of 10 s",
      sees = "as 6a",
      guarantee = "as 6a")
  @Test
  void cutOff_usualTtl(TestInfo test) {
    cutOff(test, USUAL);
  }

  private static void cutOff(TestInfo test, Duration ttl) {
    EtcdCluster cluster = EtcdCluster.builder().proxied(true).start();
    try (Scene scene = new Scene(test, cluster, ttl).begin()) {
      cluster.proxies().forEach(TcpProxy::drop);
      scene.cutOff();
      scene.pass(ttl.multipliedBy(3));
      cluster.proxies().forEach(TcpProxy::heal);
      scene.reunited();
      scene.served();
      scene.verify(back(ttl));
    }
  }

  @Row(
      id = "7",
      fault = "a member is cut off from the others for 20 s; clients still reach it",
      sees = "its watches end with \"no leader\"; calls and views move to the majority",
      guarantee = "no record absent, no call fails, no view stays with the minority")
  @Test
  void minorityPartition(TestInfo test) {
    EtcdCluster cluster = EtcdCluster.builder().partitionable(true).start();
    String connection = cluster.connection() + "?timeout=25s";
    try (Scene scene = new Scene(test, cluster, USUAL)) {
      scene.connection(connection).begin();
      cluster.isolate(cluster.member(0)); // the one that all clients use, as it is named first
      scene.served();
      scene.pass(Duration.ofSeconds(20));
      cluster.reunite();
      scene.verifyNoCallFailed();
    }
  }

  @Row(
      id = "19a",
      fault = "owners and readers are paused for 3 TTL (SIGSTOP), with a TTL of 3 s",
      sees = "records end, rightly; views are behind until their process runs again",
      guarantee = "every record is back within a jitter of half a TTL and 2 s of waking up")
  @Test
  void clientsPaused_shortTtl(TestInfo test) {
    clientsPaused(test, SHORT);
  }

  @Row(
      id = "19b",
      fault = "owners and readers are paused for 3 TTL (SIGSTOP), with a TTL of 10 s",
      sees = "as 19a",
      guarantee = "as 19a")
  @Test
  void clientsPaused_usualTtl(TestInfo test) {
    clientsPaused(test, USUAL);
  }

  private static void clientsPaused(TestInfo test, Duration ttl) {
    try (Scene scene = new Scene(test, EtcdCluster.start(), ttl).begin()) {
      List<Client> paused = scene.fleet().everybody();
      paused.forEach(Client::pause);
      scene.pass(ttl.multipliedBy(3));
      paused.forEach(Client::resume);
      scene.served();
      scene.verify(back(ttl));
    }
  }

  @Row(
      id = "20a",
      fault = "etcd is slow: 200 ms on every call",
      sees = "calls take longer",
      guarantee = "no record absent, no call fails")
  @Test
  void slow(TestInfo test) {
    try (Scene scene = slow(test, Duration.ofMillis(100), "?timeout=25s")) {
      scene.verifyNoCallFailed();
    }
  }

  @Row(
      id = "20b",
      fault = "etcd is very slow: 2 s on every call",
      sees =
          "each call is sent to three members; a leave, which cannot know that no copy of its join"
              + " is still on its way, may say TIMED_OUT although its record is gone",
      guarantee = "no record absent")
  @Test
  void verySlow(TestInfo test) {
    try (Scene scene = slow(test, Duration.ofSeconds(1), "?timeout=15s")) {
      scene.verify(Duration.ZERO);
      assertThat(scene.callsSinceFault().filter(Client.Call::failed))
          .as("calls that failed")
          .allMatch(call -> call.verb().equals("leave"));
    }
  }

  private static Scene slow(TestInfo test, Duration eachWay, String options) {
    EtcdCluster cluster = EtcdCluster.builder().proxied(true).start();
    Scene scene = new Scene(test, cluster, USUAL).connection(cluster.connection() + options);
    scene.begin();
    cluster.proxies().forEach(proxy -> proxy.delay(eachWay));
    scene.pass(Duration.ofSeconds(40));
    cluster.proxies().forEach(TcpProxy::heal);
    scene.served();
    return scene;
  }

  @Row(
      id = "22",
      fault = "etcd is not there when clients start, and appears after 10 s",
      sees = "announce waits for ever; join fails within its timeout",
      guarantee = "what was announced joins when etcd appears; a failed join leaves nothing")
  @Test
  void etcdAppearsLater(TestInfo test) {
    EtcdCluster cluster = EtcdCluster.start();
    cluster.killAll();
    try (Scene scene = new Scene(test, cluster, USUAL)) {
      scene.start();
      Client owner = scene.fleet().owners().get(1);
      owner.say("join failing id 1 PT3S");
      Fleet.await("the join fails").until(() -> !owner.failures().isEmpty());
      assertThat(owner.failures().get(0)).contains("Nothing of it will be left in etcd");
      scene.pass(Duration.ofSeconds(10));
      cluster.startAll();
      scene.served();
      scene.awaitReady();
      scene.pass(USUAL);
      scene.verify(Duration.ZERO);
      assertThat(scene.history().absences("services/failing/id", 0)).isEmpty();
      assertThat(scene.history().has("services/failing/id")).as("a failed join").isFalse();
    }
  }
}
