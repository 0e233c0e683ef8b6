package io.etcdregistry.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.it.harness.EtcdCluster;
import io.etcdregistry.it.harness.EtcdServer;
import io.etcdregistry.it.harness.Etcdctl;
import io.etcdregistry.it.harness.RequiresEtcd;
import io.etcdregistry.it.harness.TestCertificates;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The harness itself: whoever tests with it may rely on this. */
@RequiresEtcd
class EtcdServerIT {
  @Test
  void restart_afterKill_keepsPortAndData() {
    try (EtcdServer etcd = EtcdServer.start()) {
      etcd.etcdctl().run("put", "a", "1");
      String url = etcd.url();
      etcd.kill();
      assertThat(etcd.isHealthy()).isFalse();
      etcd.restart();
      assertThat(etcd.url()).isEqualTo(url);
      assertThat(etcd.etcdctl().run("get", "a", "--print-value-only")).isEqualTo("1");
      etcd.wipe();
      assertThat(etcd.etcdctl().run("get", "a")).isEmpty();
    }
  }

  @Test
  void pause_resume_answersAgain() {
    try (EtcdServer etcd = EtcdServer.start()) {
      etcd.pause();
      assertThat(etcd.isHealthy()).isFalse();
      etcd.resume();
      assertThat(etcd.etcdctl().run("put", "a", "1")).isEqualTo("OK");
      assertThat(etcd.metric("etcd_server_proposals_committed_total")).isPositive();
    }
  }

  @Test
  void cluster_memberKilled_goesOnAndSoDoesTheMember() {
    try (EtcdCluster cluster = EtcdCluster.start()) {
      EtcdServer leader = cluster.leader();
      leader.kill();
      assertThat(cluster.leader()).isNotSameAs(leader);
      cluster.leader().etcdctl().run("put", "a", "1");
      leader.restart();
      assertThat(leader.etcdctl().run("get", "a", "--print-value-only")).isEqualTo("1");
    }
  }

  @Test
  void tls_clientCertificate_isAskedFor(@TempDir Path folder) {
    TestCertificates authority = TestCertificates.create(folder, "authority");
    TestCertificates.Pair client = authority.issue("someone");
    EtcdServer.Builder settings =
        EtcdServer.builder()
            .tls(authority.issue("server", "localhost", "127.0.0.1"))
            .clientCertificates(authority.authority());
    try (EtcdServer etcd = settings.start()) {
      Etcdctl anonymous =
          etcd.etcdctl().withTls(authority.authority()).with("--dial-timeout=500ms");
      assertThat(anonymous.tryRun("get", "a").exitCode()).isNotZero();
      assertThat(etcd.etcdctl().withTls(authority.authority(), client).run("put", "a", "1"))
          .isEqualTo("OK");
    }
  }

  @Test
  void auth_enabled_usersSeeTheirPrefixOnly() {
    try (EtcdServer etcd = EtcdServer.start()) {
      etcd.etcdctl().addUser("joe", "secret", "services/");
      Etcdctl root = etcd.etcdctl().enableAuth("root-secret");
      assertThat(root.run("put", "other", "1")).isEqualTo("OK");
      Etcdctl joe = etcd.etcdctl().as("joe", "secret");
      assertThat(joe.run("put", "services/a", "1")).isEqualTo("OK");
      assertThat(joe.tryRun("get", "other").stderr()).contains("permission denied");
    }
  }
}
