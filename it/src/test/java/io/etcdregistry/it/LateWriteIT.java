package io.etcdregistry.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.Registry;
import io.etcdregistry.RegistryException;
import io.etcdregistry.it.harness.EtcdCluster;
import io.etcdregistry.it.harness.EtcdServer;
import io.etcdregistry.it.harness.RequiresEtcd;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A put that was never answered and lands after the leave must not stay. */
@RequiresEtcd
class LateWriteIT {
  @Test
  void putOnAPausedMember_landingAfterTheJoinGaveUp_doesNotStay() {
    try (EtcdServer etcd = EtcdServer.start();
        Registry registry = Registry.connect(etcd.address() + "?timeout=2s&refresh=false")) {
      registry.join(Instance.named("other").port(1)); // its lease, and so the late put, live on
      etcd.pause();
      assertThatThrownBy(() -> registry.join(Instance.named("orders").port(1)))
          .isInstanceOf(RegistryException.class);
      etcd.resume();
      staysAway(etcd);
      assertThat(etcd.etcdctl().run("get", "--prefix", "services/other/")).isNotEmpty();
    }
  }

  @Test
  void putOnAPausedMember_landingAfterALeaveThroughAnother_doesNotStay() {
    try (EtcdCluster cluster = EtcdCluster.start()) {
      for (int round = 0; round < 3; round++) {
        EtcdServer paused = cluster.member(round);
        try (Registry registry = Registry.connect(cluster.connection() + "?timeout=20s")) {
          paused.pause(); // whether this client speaks to it or not: both must end well
          Registration joined = registry.join(Instance.named("orders").port(1));
          joined.leave();
          paused.resume();
          staysAway(cluster.member((round + 1) % 3));
        }
      }
    }
  }

  private static void staysAway(EtcdServer etcd) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .during(Duration.ofSeconds(5))
        .until(() -> etcd.etcdctl().run("get", "--prefix", "services/orders/").isEmpty());
  }
}
