package io.etcdregistry.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.it.harness.EtcdCluster;
import io.etcdregistry.it.harness.EtcdServer;
import io.etcdregistry.it.harness.Etcdctl;
import io.etcdregistry.it.harness.RequiresEtcd;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What the harness can do to a whole cluster: whoever tests with it may rely on this. */
@RequiresEtcd
class EtcdClusterIT {
  private static final String[] READ = {"get", "a", "--print-value-only"};
  private static final String[] READ_LOCALLY = {
    "get", "a", "--print-value-only", "--consistency=s"
  };
  private static final String[] TRY_TO_READ = {"get", "a", "--command-timeout=1s"};

  private static void awaitHealthy(EtcdServer member) {
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(member::isHealthy);
  }

  @Test
  void proxied_clientsStayBehindTheProxies() {
    try (EtcdCluster cluster = EtcdCluster.builder().proxied(true).start()) {
      cluster.etcdctl().run("put", "a", "1");
      for (int i = 0; i < 3; i++) {
        String url = "http://" + cluster.proxy(i).address();
        assertThat(cluster.connection()).contains(url);
        assertThat(cluster.etcdctl().run("member", "list")).contains(", " + url + ",");
        assertThat(cluster.directConnection()).doesNotContain(url);
        assertThat(Etcdctl.at(url).run(READ)).isEqualTo("1");
        assertThat(cluster.proxy(i).accepted()).isPositive();
        cluster.proxy(i).drop();
        assertThat(Etcdctl.at(url).tryRun(TRY_TO_READ).exitCode()).isNotZero();
        assertThat(cluster.etcdctl(cluster.member(i)).run(READ)).isEqualTo("1");
      }
    }
  }

  @Test
  void isolate_minority_clientsReachItButItCannotCommit() {
    try (EtcdCluster cluster = EtcdCluster.builder().partitionable(true).start()) {
      cluster.etcdctl().run("put", "a", "1");
      for (EtcdServer alone : List.of(cluster.leader(), cluster.follower())) {
        cluster.isolate(alone);
        Awaitility.await().until(() -> !alone.isHealthy());
        EtcdServer leader = cluster.leader();
        assertThat(leader).isNotSameAs(alone);
        leader.etcdctl().run("put", "a", alone.name());
        assertThat(alone.etcdctl().tryRun(TRY_TO_READ).exitCode()).isNotZero();
        assertThat(alone.etcdctl().run(READ_LOCALLY)).isNotEqualTo(alone.name());
        cluster.reunite();
        awaitHealthy(alone);
        assertThat(alone.etcdctl().run(READ)).isEqualTo(alone.name());
      }
    }
  }

  @Test
  void isolate_twoOfFive_evenAcrossARestart() {
    try (EtcdCluster cluster = EtcdCluster.builder().size(5).partitionable(true).start()) {
      EtcdServer[] minority = {cluster.member(0), cluster.member(1)};
      cluster.isolate(minority);
      cluster.leader().etcdctl().run("put", "a", "1");
      minority[0].kill();
      minority[0].launch();
      for (EtcdServer member : minority) {
        Awaitility.await()
            .during(Duration.ofSeconds(3))
            .atMost(Duration.ofSeconds(30))
            .until(() -> !member.isHealthy());
      }
      cluster.reunite();
      cluster.awaitHealthy();
      for (EtcdServer member : cluster.members()) {
        assertThat(member.etcdctl().run(READ)).isEqualTo("1");
      }
    }
  }
}
