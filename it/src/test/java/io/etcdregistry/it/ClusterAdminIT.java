package io.etcdregistry.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.it.harness.ClusterAdmin;
import io.etcdregistry.it.harness.EtcdCluster;
import io.etcdregistry.it.harness.EtcdServer;
import io.etcdregistry.it.harness.Etcdctl;
import io.etcdregistry.it.harness.RequiresEtcd;
import io.etcdregistry.it.harness.TestCertificates;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the harness does to data, membership and rights: whoever tests with it may rely on this. */
@RequiresEtcd
class ClusterAdminIT {
  private static final Pattern CLUSTER_ID = Pattern.compile("\"cluster_id\":(\\d+)");

  @TempDir private Path folder;

  private static String get(Etcdctl etcdctl) {
    return etcdctl.run("get", "a", "--print-value-only");
  }

  private static String clusterId(EtcdCluster cluster) {
    Matcher matcher = CLUSTER_ID.matcher(cluster.etcdctl().run("get", "a", "--write-out=json"));
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  @Test
  void members_allReplaced_dataStays() {
    try (EtcdCluster cluster = EtcdCluster.builder().proxied(true).partitionable(true).start()) {
      List<EtcdServer> founders = new ArrayList<>(cluster.members());
      String id = clusterId(cluster);
      cluster.etcdctl().run("put", "a", "1");
      for (EtcdServer founder : founders) {
        founder.kill();
        EtcdServer added = cluster.replaceMember(founder);
        assertThat(cluster.members()).hasSize(3).contains(added).doesNotContain(founder);
      }
      assertThat(get(cluster.etcdctl())).isEqualTo("1");
      assertThat(clusterId(cluster)).isEqualTo(id);
      for (EtcdServer member : cluster.members()) {
        assertThat(get(Etcdctl.at(cluster.clientUrl(member)))).isEqualTo("1");
        assertThat(cluster.etcdctl().run("member", "list")).contains(cluster.clientUrl(member));
      }
      EtcdServer next = cluster.follower();
      cluster.admin().moveLeader(next);
      assertThat(cluster.leader()).isSameAs(next);
      cluster.wipe();
      assertThat(get(cluster.etcdctl())).isEmpty();
    }
  }

  @Test
  void wipe_sameTokenSameId_otherTokenOtherId() {
    try (EtcdCluster cluster = EtcdCluster.start()) {
      String id = clusterId(cluster);
      cluster.etcdctl().run("put", "a", "1");
      cluster.wipe();
      assertThat(get(cluster.etcdctl())).isEmpty();
      assertThat(cluster.admin().revision()).isEqualTo(1);
      assertThat(clusterId(cluster)).isEqualTo(id);
      cluster.wipe("another");
      assertThat(clusterId(cluster)).isNotEqualTo(id);
    }
  }

  @Test
  void restore_isAsAtTheSnapshot_andStarts() {
    try (EtcdCluster cluster = EtcdCluster.start()) {
      cluster.etcdctl().run("put", "a", "1");
      String id = clusterId(cluster);
      long revision = cluster.admin().revision();
      Path snapshot = folder.resolve("snapshot");
      cluster.admin().snapshot(snapshot);
      cluster.etcdctl().run("put", "a", "2");
      cluster.restore(snapshot);
      assertThat(cluster.admin().revision()).isEqualTo(revision);
      assertThat(clusterId(cluster)).isEqualTo(id);
      for (EtcdServer member : cluster.members()) {
        assertThat(get(member.etcdctl())).isEqualTo("1");
      }
    }
  }

  @Test
  void space_runsOutAndComesBack() {
    EtcdCluster small = EtcdCluster.builder().size(1).flag("--quota-backend-bytes=4000000").start();
    try (small) {
      ClusterAdmin admin = small.admin();
      long before = admin.revision();
      admin.fill();
      assertThat(admin.alarms()).contains("NOSPACE");
      assertThat(small.etcdctl().tryRun("put", "a", "1").stderr()).contains("space exceeded");
      admin.makeRoom();
      assertThat(admin.alarms()).isEmpty();
      assertThat(small.etcdctl().run("put", "a", "1")).isEqualTo("OK");
      assertThat(small.etcdctl().tryRun("get", "a", "--rev=" + before).stderr())
          .contains("has been compacted");
    }
  }

  @Test
  void tlsAndUsers_leastRights_alsoAfterAWipe() {
    TestCertificates authority = TestCertificates.create(folder, "authority");
    EtcdCluster secure =
        EtcdCluster.builder()
            .proxied(true)
            .tls(authority)
            .service("orders", "orders-secret", "prod")
            .reader("web", "web-secret", "prod")
            .start();
    try (secure) {
      assertThat(secure.connection()).startsWith("https://");
      Etcdctl client =
          Etcdctl.at(secure.connection().split(",", -1))
              .withTls(authority.authority(), authority.issue("someone"));
      Etcdctl orders = client.as("orders", "orders-secret");
      Etcdctl web = client.as("web", "web-secret");
      for (int round = 0; round < 2; round++) {
        assertThat(client.tryRun("put", "services/prod/a", "1").exitCode()).isNotZero();
        assertThat(orders.run("put", "services/prod/a", "1")).isEqualTo("OK");
        assertThat(web.run("get", "services/prod/", "services/prod0")).contains("services/prod/a");
        assertThat(web.tryRun("put", "services/prod/a", "2").stderr())
            .contains("permission denied");
        assertThat(orders.tryRun("put", "services/production/a", "2").stderr())
            .contains("permission denied");
        secure.wipe();
      }
    }
  }

  @Test
  void certificates_renewedByAnotherAuthority() {
    TestCertificates before = TestCertificates.create(folder, "before");
    TestCertificates after = TestCertificates.create(folder, "after");
    try (EtcdCluster cluster = EtcdCluster.builder().size(1).tls(before).start()) {
      Etcdctl any = Etcdctl.at(cluster.connection()).with("--dial-timeout=1s");
      Etcdctl newTrust = any.withTls(after.authority(), before.issue("someone"));
      assertThat(newTrust.tryRun("get", "a").exitCode()).isNotZero();
      cluster.renewCertificates(after, before);
      assertThat(newTrust.run("put", "a", "1")).isEqualTo("OK");
      cluster.stopAll();
      cluster.startAll();
      assertThat(get(any.withTls(after.authority(), after.issue("someone")))).isEqualTo("1");
      assertThat(get(cluster.etcdctl())).isEqualTo("1");
    }
  }

  @Test
  void advertised_canBeAnything_andChange() {
    List<String> urls = List.of("http://192.0.2.1:2379");
    try (EtcdCluster cluster = EtcdCluster.builder().size(1).advertise(urls).start()) {
      assertThat(cluster.etcdctl().run("member", "list")).contains("http://192.0.2.1:2379");
      cluster.member(0).advertise("http://192.0.2.2:2379,http://192.0.2.3:2379");
      cluster.member(0).restart();
      assertThat(cluster.etcdctl().run("member", "list"))
          .contains("http://192.0.2.2:2379,http://192.0.2.3:2379");
    }
  }

  @Test
  void all_pausedKilledStopped_andBack() {
    try (EtcdCluster cluster = EtcdCluster.start()) {
      cluster.etcdctl().run("put", "a", "1");
      cluster.pauseAll();
      assertThat(cluster.members()).noneMatch(EtcdServer::isHealthy);
      cluster.resumeAll();
      cluster.awaitHealthy();
      cluster.killAll();
      cluster.startAll();
      cluster.stopAll();
      assertThat(cluster.members()).noneMatch(EtcdServer::isAlive);
      cluster.startAll();
      assertThat(get(cluster.etcdctl())).isEqualTo("1");
    }
  }
}
