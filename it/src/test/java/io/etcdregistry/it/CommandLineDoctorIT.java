package io.etcdregistry.it;

import static io.etcdregistry.it.Doctor.mend;
import static io.etcdregistry.it.Doctor.mendAll;
import static io.etcdregistry.it.Doctor.mends;
import static io.etcdregistry.it.Doctor.run;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Instance;
import io.etcdregistry.Registry;
import io.etcdregistry.devserver.DevServer;
import io.etcdregistry.it.PackagedCommand.Result;
import io.etcdregistry.it.harness.EtcdCluster;
import io.etcdregistry.it.harness.EtcdServer;
import io.etcdregistry.it.harness.Etcdctl;
import io.etcdregistry.it.harness.RequiresEtcd;
import io.etcdregistry.it.harness.TestCertificates;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code doctor} finds, and that what it says mends it. */
@RequiresEtcd
class CommandLineDoctorIT {
  private static final String SLOW = "?timeout=60s";

  @TempDir Path folder;

  @Test
  void doctor_developmentServer_isWell() {
    try (DevServer etcd = DevServer.start()) {
      Result result = run(etcd.endpoint() + SLOW, "doctor");
      assertThat(result.code()).as(result.out()).isZero();
      assertThat(result.err()).isEmpty();
      assertThat(result.out())
          .doesNotContain("problem")
          .contains("leader", "0 instances of 0 services");
    }
  }

  @Test
  void doctor_cluster_namesWhoIsAway() {
    try (EtcdCluster cluster = EtcdCluster.start()) {
      Result well = run(cluster.connection() + SLOW, "doctor");
      assertThat(well.code()).as(well.out()).isZero();
      EtcdServer gone = cluster.member(2);
      gone.kill();
      Result away = run(cluster.connection() + SLOW, "doctor", "-o", "json");
      assertThat(away.code()).as(away.out()).isEqualTo(1);
      assertThat(away.out())
          .startsWith("{\"ok\":false,\"findings\":[")
          .contains("\"level\":\"problem\",\"check\":\"reach\"", gone.address());
      // the cluster tells of it, too
      Result told = run(cluster.member(0).address() + SLOW, "doctor");
      assertThat(told.out()).contains(gone.name() + " at " + gone.url() + " does not answer");
      cluster.member(1).kill();
      Awaitility.await("the last member notices")
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(run(cluster.connection(), "doctor").out())
                      .contains("it answers no request", "endpoint health --cluster"));
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
      mendAll(found, "etcd-registry leave");
      mendAll(found, "etcdctl --endpoints=" + etcd.address() + " del");
      Result mended = run(connection, "doctor");
      assertThat(mended.code()).as(mended.out()).isZero();
    }
  }

  @Test
  void doctor_portRefusesWhileItsOwnerLives_callersAreKeptAway() {
    try (EtcdServer etcd = EtcdServer.start();
        Registry owner = Registry.connect(etcd.address() + SLOW + "&hostname=127.0.0.1")) {
      owner.join(Instance.named("orders").port(1).id("first"));
      owner.join(Instance.named("orders").port(1).id("second"));
      String connection = etcd.address() + SLOW;
      Result found = run(connection, "doctor");
      assertThat(found.out())
          .contains("2 instances of 1 service", "nobody listens at 127.0.0.1:1")
          .doesNotContain(" leave ");
      assertThat(found.out().lines())
          .filteredOn(line -> line.contains("disable orders first"))
          .as("what refuses, and what shares its address")
          .hasSize(2);
      mendAll(found, "etcd-registry disable");
      Result mended = run(connection, "doctor");
      assertThat(mended.code()).as(mended.out()).isZero();
    }
  }

  @Test
  void doctor_tls_seesCertificates() {
    TestCertificates authority = TestCertificates.create(folder, "authority");
    TestCertificates.Pair server = authority.issue("server", "localhost", "127.0.0.1");
    TestCertificates.Pair own = authority.issue("own");
    try (EtcdServer etcd =
        EtcdServer.builder().tls(server).clientCertificates(authority.authority()).start()) {
      String trusting = "https://" + etcd.address() + SLOW + "&ca=" + authority.authority();
      String known = trusting + "&cert=" + own.certificate() + "&key=" + own.key();
      Result soon = run(known, "doctor");
      assertThat(soon.code()).isEqualTo(1);
      assertThat(soon.out())
          .contains("the certificate of " + etcd.address() + " expires on ")
          .contains("our certificate " + own.certificate() + " expires on ")
          .contains("leader: ");
      String alone =
          mends(soon).stream()
              .filter(line -> line.contains("member add"))
              .findFirst()
              .orElseThrow();
      Result members = mend(alone.replace("member add NAME --peer-urls=URL", "member list"));
      assertThat(members.code()).as(members.toString()).isZero();
      assertThat(soon.out())
          .contains("the authority CN=authority in " + authority.authority() + " expires on ")
          .contains("clock: " + etcd.address() + " agrees with this machine");
      assertThat(run(trusting, "doctor").out()).contains("does not answer");
      authority.issueForLater("own").moveTo(own);
      assertThat(run(known, "doctor").out())
          .contains("our certificate " + own.certificate() + " is not good before ");
      authority.issueExpired("server", "localhost", "127.0.0.1").moveTo(server);
      Result expired = run(known, "doctor");
      assertThat(expired.out())
          .contains("does not answer")
          .contains("the certificate of " + etcd.address() + " expired on ");
    }
  }

  @Test
  void doctor_expiredAuthority_isAProblemOfOthers() {
    TestCertificates authority = TestCertificates.create(folder, "authority");
    TestCertificates.Pair server = authority.issue("server", "localhost", "127.0.0.1");
    try (EtcdServer etcd = EtcdServer.builder().tls(server).start()) {
      Etcdctl other = etcd.etcdctl().withTls(authority.authority());
      other.run("get", "x");
      authority.expire();
      Result result =
          run("https://" + etcd.address() + SLOW + "&ca=" + authority.authority(), "doctor");
      assertThat(result.code()).isEqualTo(1);
      assertThat(result.out())
          .contains("the authority CN=authority in " + authority.authority() + " expired on ")
          .contains("This program goes on trusting it.", "leader: ")
          .doesNotContain("does not answer");
      // what it says of others
      assertThat(other.with("--command-timeout=2s").tryRun("get", "x").exitCode()).isNotZero();
    }
  }

  @Test
  void doctor_full_isMendedByWhatItSays() {
    try (EtcdServer etcd = EtcdServer.builder().flag("--quota-backend-bytes=4194304").start()) {
      Etcdctl etcdctl = etcd.etcdctl();
      byte[] much = "x".repeat(500_000).getBytes(ISO_8859_1);
      for (int i = 0; i < 20 && etcdctl.tryRun(much, "put", "fill").exitCode() == 0; i++) {
        assertThat(i).isLessThan(19);
      }
      String connection = etcd.address() + SLOW;
      Result full = run(connection, "doctor");
      assertThat(full.code()).isEqualTo(1);
      assertThat(full.out()).contains("problem   space: ", "NOSPACE", "nobody can join");
      Result refused = run(etcd.address() + "?timeout=3s", "join", "late", "-p", "1");
      assertThat(refused.code()).isEqualTo(6);
      assertThat(refused.err()).contains("database space exceeded", etcd.address());
      String room =
          mends(full).stream()
              .filter(line -> line.contains("alarm disarm"))
              .findFirst()
              .orElseThrow();
      Result made = mend(room);
      assertThat(made.code()).as(room + made).isZero();
      Result mended = run(connection, "doctor");
      assertThat(mended.code()).as(mended.out()).isZero();
    }
  }

  @Test
  void doctor_clock_isCompared() {
    TestCertificates authority = TestCertificates.create(folder, "authority");
    try (EtcdServer etcd = EtcdServer.start();
        LateServer late = LateServer.plain(etcd.port());
        LateServer hidden = LateServer.tls(etcd.port(), authority.issue("late", "127.0.0.1"))) {
      assertLate(run(late.address() + SLOW, "doctor"), late.address());
      String trusting = "https://" + hidden.address() + SLOW + "&ca=" + authority.authority();
      assertLate(run(trusting, "doctor"), hidden.address());
      assertThat(run(etcd.address() + SLOW, "doctor").out()).contains("agrees with this machine");
    }
  }

  private static void assertLate(Result result, String address) {
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out())
        .containsPattern("problem   clock: the clock of " + address + " is \\d{7,}s off ours");
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
