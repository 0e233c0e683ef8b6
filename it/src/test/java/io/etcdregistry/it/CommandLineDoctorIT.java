package io.etcdregistry.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.devserver.DevServer;
import io.etcdregistry.it.PackagedCommand.Result;
import io.etcdregistry.it.harness.EtcdCluster;
import io.etcdregistry.it.harness.EtcdServer;
import io.etcdregistry.it.harness.Etcdctl;
import io.etcdregistry.it.harness.RequiresEtcd;
import io.etcdregistry.it.harness.TestCertificates;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code doctor} finds, and that what it says mends it. */
@RequiresEtcd
class CommandLineDoctorIT {
  private static final String SLOW = "?timeout=60s";

  @TempDir Path folder;

  private static Result run(String connection, String... arguments) {
    try (PackagedCommand command =
        PackagedCommand.start(Map.of("ETCD_REGISTRY", connection), arguments)) {
      return command.await();
    }
  }

  @Test
  void doctor_developmentServer_isWell() {
    try (DevServer etcd = DevServer.start()) {
      Result result = run(etcd.endpoint() + SLOW, "doctor");
      assertThat(result.code()).as(result.out()).isZero();
      assertThat(result.err()).isEmpty();
      assertThat(result.out()).doesNotContain("problem").contains("leader", "0 of 0 services");
    }
  }

  @Test
  void doctor_cluster_namesWhoIsAway() {
    try (EtcdCluster cluster = EtcdCluster.start()) {
      Result well = run(cluster.connection() + SLOW, "doctor");
      assertThat(well.code()).as(well.out()).isZero();
      cluster.member(2).kill();
      Result away = run(cluster.connection() + SLOW, "doctor", "-o", "json");
      assertThat(away.code()).as(away.out()).isEqualTo(1);
      assertThat(away.out())
          .startsWith("{\"ok\":false,\"findings\":[")
          .contains("\"level\":\"problem\",\"check\":\"reach\"", cluster.member(2).address());
    }
  }

  @Test
  void doctor_records_areMendedByWhatItSays() {
    try (EtcdServer etcd = EtcdServer.start()) {
      Etcdctl etcdctl = etcd.etcdctl();
      String gone = "{\"name\":\"orders\",\"port\":1,\"hostname\":\"127.0.0.1\"}";
      etcdctl.run("put", "services/orders/a", gone);
      etcdctl.run("put", "services/orders/b", gone);
      etcdctl.run("put", "services/it-s/c", "{\"name\":\"it's\"}");
      etcdctl.run("put", "services/it-s/d", "{\"name\":\"it s\"}");
      etcdctl.run("put", "services/x/1", "no JSON \u001b[2J");
      String connection = etcd.address() + SLOW;
      Result found = run(connection, "doctor");
      assertThat(found.code()).isEqualTo(1);
      assertThat(found.err()).isEmpty();
      assertThat(found.out())
          .contains("services/orders/a has no lease", "nobody listens at 127.0.0.1:1")
          .contains("127.0.0.1:1 is given by services/orders/a and services/orders/b")
          .contains("names that share the keys services/it-s/: it s, it's")
          .contains("services/x/1 holds no record")
          .doesNotContain("\u001b");
      assertThat(run(connection, "doctor", "--no-connect").out()).doesNotContain("nobody listens");
      Matcher mend =
          Pattern.compile("-> (etcd-registry leave .*|etcdctl del .*)").matcher(found.out());
      while (mend.find()) {
        List<String> words = List.of(mend.group(1).split(" ", 2));
        if (words.get(0).equals("etcdctl")) {
          etcdctl.run(words.get(1).split(" ", -1));
        } else {
          try (PackagedCommand leave =
              PackagedCommand.shell(Map.of("ETCD_REGISTRY", connection), "$REG " + words.get(1))) {
            assertThat(leave.await().code()).isIn(0, 3);
          }
        }
      }
      Result mended = run(connection, "doctor");
      assertThat(mended.code()).as(mended.out()).isZero();
    }
  }

  @Test
  void doctor_rights_namesExactlyWhatIsMissing() {
    try (EtcdServer etcd = EtcdServer.start()) {
      etcd.etcdctl().addUser("joe", "s3cret", "services/mine/");
      Etcdctl root = etcd.etcdctl().enableAuth("root-secret");
      String theirs = "joe:s3cret@" + etcd.address() + "/theirs" + SLOW;
      Result denied = run(theirs, "doctor");
      assertThat(denied.code()).isEqualTo(1);
      assertThat(denied.out())
          .contains("the user joe may not read services/theirs/ to services/theirs0")
          .contains("etcdctl role grant-permission ROLE read services/theirs/ services/theirs0")
          .contains("etcdctl user grant-role joe ROLE")
          .doesNotContain("s3cret");
      Result allowed = run("joe:s3cret@" + etcd.address() + "/mine" + SLOW, "doctor");
      assertThat(allowed.out())
          .contains("the user joe may read and write services/mine/ to services/mine0");
      boolean old = allowed.out().contains("etcd 3.4.");
      assertThat(allowed.out().contains("nested transactions")).isEqualTo(old);
      assertThat(allowed.code()).isEqualTo(old ? 1 : 0);
      root.run("role", "add", "theirs");
      root.run(
          "role", "grant-permission", "theirs", "read", "services/theirs/", "services/theirs0");
      root.run("user", "grant-role", "joe", "theirs");
      assertThat(run(theirs, "doctor").out())
          .contains("may not write services/theirs/")
          .doesNotContain("may not read");
    }
  }

  @Test
  void doctor_tls_seesCertificates() {
    TestCertificates authority = TestCertificates.create(folder, "authority");
    try (EtcdServer etcd =
        EtcdServer.builder().tls(authority.issue("server", "localhost", "127.0.0.1")).start()) {
      String connection = "https://" + etcd.address() + SLOW + "&ca=" + authority.authority();
      Result result = run(connection, "doctor");
      assertThat(result.out()).contains("the certificate of " + etcd.address());
    }
  }

  @Test
  void doctor_nobodyThere_isAProblem() {
    Result result = run("127.0.0.1:1?timeout=1s", "doctor");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).contains("127.0.0.1:1 does not answer");
  }

  @Test
  void list_wide_showsTheTtlLeft() {
    try (EtcdServer etcd = EtcdServer.start();
        PackagedCommand joined =
            PackagedCommand.start("join", "timed", "--ttl", "60s", "-e", etcd.address() + SLOW)) {
      joined.awaitOut("}");
      Result wide = run(etcd.address() + SLOW, "list", "-o", "wide");
      assertThat(wide.out()).contains("TTL", "LEASE", "KEY", "services/timed/");
      assertThat(wide.out()).containsPattern(" [3-6][0-9]s ");
    }
  }
}
