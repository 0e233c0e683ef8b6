package io.etcdregistry.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.it.PackagedCommand.Result;
import io.etcdregistry.it.harness.EtcdCluster;
import io.etcdregistry.it.harness.EtcdServer;
import io.etcdregistry.it.harness.Etcdctl;
import io.etcdregistry.it.harness.RequiresEtcd;
import io.etcdregistry.it.harness.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged command against a real etcd: what the one of {@code dev} does not have. */
@RequiresEtcd
class CommandLineEtcdIT {
  /** Time enough for a slow machine. */
  private static final String SLOW = "?timeout=60s";

  @TempDir Path folder;

  private static Result run(Map<String, String> environment, String... arguments) {
    try (PackagedCommand command = PackagedCommand.start(environment, arguments)) {
      return command.await();
    }
  }

  private static Result run(String... arguments) {
    return run(Map.of(), arguments);
  }

  @Test
  void demo_withPassword_worksAndTellsItToNobody() {
    try (EtcdServer etcd = EtcdServer.start()) {
      etcd.etcdctl().addUser("joe", "s3cret", "services/");
      Etcdctl root = etcd.etcdctl().enableAuth("root-secret");
      String connection = "joe:s3cret@" + etcd.address() + SLOW;
      try (PackagedCommand demo =
          PackagedCommand.start("demo", "-e", connection).awaitOut("is killed")) {
        String others =
            demo.children().stream()
                .flatMap(child -> child.info().commandLine().stream())
                .reduce("", String::concat);
        assertThat(others).contains("my-service-name").doesNotContain("s3cret");
        Result result = demo.await();
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.out()).doesNotContain("s3cret");
      }
      assertThat(root.run("get", "--prefix", "services/", "--keys-only")).isEmpty();
    }
  }

  @Test
  void demo_threeMembers_leavesNothing() {
    try (EtcdCluster cluster = EtcdCluster.start()) {
      Result result = run("demo", "-e", cluster.connection() + "/trial" + SLOW);
      assertThat(result.code()).as(result.err()).isZero();
      assertThat(cluster.etcdctl().run("get", "--prefix", "services/", "--keys-only")).isEmpty();
    }
  }

  @Test
  void user_wrongOrWithoutRights_isCode5() {
    try (EtcdServer etcd = EtcdServer.start()) {
      etcd.etcdctl().addUser("joe", "s3cret", "services/mine/");
      Etcdctl root = etcd.etcdctl().enableAuth("root-secret");
      assertThat(root.run("put", "services/mine/a/1", "{\"name\":\"a\"}")).isEqualTo("OK");
      String wrong = "joe:wr0ng@" + etcd.address() + SLOW;
      String right = "joe:s3cret@" + etcd.address();
      for (Result denied :
          new Result[] {
            run("list", "-e", wrong),
            run("join", "a", "-e", wrong),
            run("list", "-e", etcd.address() + SLOW),
            run("list", "-e", right + SLOW),
            run("join", "a", "-e", right + "/theirs" + SLOW)
          }) {
        assertThat(denied.code()).as(denied.err()).isEqualTo(5);
        assertThat(denied.err())
            .contains(etcd.address())
            .doesNotContain("wr0ng", "s3cret", "\tat ")
            .hasLineCount(1);
      }
      assertThat(run("lookup", "a", "-o", "name", "-e", right + "/mine" + SLOW).out())
          .isEqualTo("a\n");
      Map<String, String> etcdctl =
          Map.of("ETCDCTL_ENDPOINTS", etcd.url(), "ETCDCTL_USER", "root:root-secret");
      assertThat(run(etcdctl, "list", "-o", "name").code()).isZero();
    }
  }

  @Test
  void tls_everyMisunderstanding_isCode4() throws IOException {
    TestCertificates authority = TestCertificates.create(folder, "authority");
    EtcdServer.Builder settings =
        EtcdServer.builder().tls(authority.issue("server", "localhost", "127.0.0.1"));
    Path noCertificate = Files.writeString(folder.resolve("no.pem"), "nonsense");
    try (EtcdServer secure = settings.start();
        EtcdServer plain = EtcdServer.start()) {
      String trusting = "https://" + secure.address() + SLOW + "&ca=" + authority.authority();
      assertThat(run("list", "-e", trusting).code()).isZero();
      assertThat(
              run(
                      Map.of(
                          "ETCDCTL_ENDPOINTS", secure.address(),
                          "ETCDCTL_CACERT", authority.authority().toString()),
                      "list")
                  .code())
          .isZero();
      for (String unfit :
          new String[] {
            "http://" + secure.address() + "?timeout=5s",
            "https://" + secure.address() + "?timeout=5s",
            "https://" + plain.address() + "?timeout=5s"
          }) {
        Result result = run("list", "-e", unfit);
        assertThat(result.code()).as(result.err()).isEqualTo(4);
        assertThat(result.err()).contains("127.0.0.1:").doesNotContain("\tat ").hasLineCount(1);
      }
      for (String file : new String[] {noCertificate.toString(), "/nowhere/ca.pem"}) {
        Result result = run("list", "-e", "https://" + secure.address() + "?ca=" + file);
        assertThat(result.code()).as(result.err()).isEqualTo(2);
        assertThat(result.err()).contains(file).hasLineCount(1);
      }
    }
  }

  @Test
  void join_raisedTtl_isSaid() {
    try (EtcdServer etcd = EtcdServer.start();
        PackagedCommand joined =
            PackagedCommand.start("join", "a", "--ttl", "1s", "-e", etcd.address() + SLOW)) {
      joined.awaitErr("which etcd made of 1s");
      joined.signal("INT");
      assertThat(joined.await().code()).isEqualTo(130);
    }
  }

  @Test
  void watch_etcdAway_saysSoAndGoesOn() {
    try (EtcdServer etcd = EtcdServer.start();
        PackagedCommand watch =
            PackagedCommand.start("watch", "-o", "jsonl", "-e", etcd.address() + SLOW)
                .awaitOut("sync")) {
      etcd.kill();
      watch.awaitErr("cannot be followed");
      etcd.restart();
      watch.awaitErr("can be followed again");
      etcd.etcdctl().run("put", "services/late/1", "{\"name\":\"late\"}");
      watch.awaitOut("\"service\":\"late\"");
    }
  }

  @Test
  void records_ofOthers_areEscapedAndSkipped() {
    try (EtcdServer etcd = EtcdServer.start()) {
      Etcdctl etcdctl = etcd.etcdctl();
      etcdctl.run("put", "services/evil/1", "{\"name\":\"evil\",\"version\":\"\\u001b[2J\u202e\"}");
      etcdctl.run("put", "services/evil/2", "no JSON \u001b[2J");
      etcdctl.run("put", "services/evil-twin/1", "{\"name\":\"evil-twin\"}");
      etcdctl.run("put", "services/evil/nested/1", "{\"name\":\"nested\"}");
      Result table = run("list", "evil", "-o", "table", "-e", etcd.address() + SLOW);
      assertThat(table.code()).isZero();
      assertThat(table.out()).contains("\\u001b[2J\\u202e").hasLineCount(2);
      assertThat(table.out() + table.err()).doesNotContain("\u001b", "\u202e");
      assertThat(run("list", "evil", "-e", etcd.address() + SLOW).out())
          .isEqualTo("[\n{\"name\":\"evil\",\"version\":\"\\u001b[2J\u202e\"}\n]\n");
    }
  }
}
