package io.etcdregistry.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.it.harness.EtcdCluster;
import io.etcdregistry.it.harness.EtcdServer;
import io.etcdregistry.it.harness.RequiresEtcd;
import io.etcdregistry.it.harness.TcpProxy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Members come and go, and what they say of themselves may be wrong. */
@RequiresEtcd
class MembershipIT {
  private static final Duration TTL = Duration.ofSeconds(10);

  @Row(
      id = "16a",
      fault = "every member is replaced by another on new ports, so that all seeds are dead",
      sees = "nothing: clients learn of the new members",
      guarantee = "no record absent, no call fails")
  @Test
  void membersReplaced(TestInfo test) {
    EtcdCluster cluster = EtcdCluster.start();
    String connection = cluster.connection() + "?timeout=25s&refresh=2s";
    try (Scene scene = new Scene(test, cluster, TTL).connection(connection).begin()) {
      for (EtcdServer seed : cluster.members()) {
        EtcdServer fresh = cluster.replaceMember(seed);
        scene.recorder().follow(cluster.etcdctl(fresh));
        scene.pass(Duration.ofSeconds(4));
      }
      scene.served();
      scene.verifyNoCallFailed();
    }
  }

  @Row(
      id = "16b",
      fault = "members advertise addresses that lead to another cluster",
      sees = "nothing: an address is used only if it proves to be of the same cluster",
      guarantee = "nothing is written to or read from the other cluster")
  @Test
  void advertisedElsewhere(TestInfo test) {
    try (EtcdCluster other = EtcdCluster.builder().size(1).token("another").start()) {
      other.etcdctl().run("put", "services/s0/stranger", "{\"name\":\"s0\",\"port\":1}");
      verifyAdvertised(test, List.of(other.member(0).url(), other.member(0).url()));
      assertThat(other.etcdctl().run("get", "--prefix", "services/", "--keys-only").strip())
          .isEqualTo("services/s0/stranger");
    }
  }

  @Row(
      id = "16c",
      fault = "members advertise addresses that refuse, or never answer",
      sees = "nothing: seeds that work are kept",
      guarantee = "no record absent, no call fails")
  @Test
  void advertisedNowhere(TestInfo test) {
    try (TcpProxy refusing = TcpProxy.to(1);
        TcpProxy silent = TcpProxy.to(1)) {
      refusing.refuse();
      silent.drop();
      String refused = "http://" + refusing.address();
      verifyAdvertised(test, List.of(refused, "http://" + silent.address(), refused));
    }
  }

  private static void verifyAdvertised(TestInfo test, List<String> urls) {
    EtcdCluster cluster = EtcdCluster.builder().advertise(urls).start();
    String connection = cluster.connection() + "?timeout=25s&refresh=1s";
    try (Scene scene = new Scene(test, cluster, TTL).connection(connection).begin()) {
      scene.pass(Duration.ofSeconds(10));
      cluster.member(0).restart(); // a failure makes clients ask who the members are
      scene.served();
      scene.pass(Duration.ofSeconds(5));
      scene.verifyNoCallFailed();
    }
  }
}
