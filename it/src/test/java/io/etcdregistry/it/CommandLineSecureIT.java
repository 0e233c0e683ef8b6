package io.etcdregistry.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.it.PackagedCommand.Result;
import io.etcdregistry.it.harness.EtcdServer;
import io.etcdregistry.it.harness.Etcdctl;
import io.etcdregistry.it.harness.RequiresEtcd;
import io.etcdregistry.it.harness.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged command on an etcd that is encrypted and wants to know users, both at once. */
@RequiresEtcd
class CommandLineSecureIT {
  private static final String OWNER = "s3cret of orders";
  private static final String READER = "w3b";

  @TempDir Path folder;

  private EtcdServer etcd;
  private Path ca;
  private Path ownersPassword;

  /** The connection up to its options, of which the last is not the last. */
  private String trusting;

  private String owner;
  private String reader;

  @BeforeEach
  void start() throws IOException {
    TestCertificates authority = TestCertificates.create(folder, "authority");
    ca = authority.authority();
    etcd = EtcdServer.builder().tls(authority.issue("server", "localhost", "127.0.0.1")).start();
    Etcdctl admin = etcd.etcdctl().withTls(ca);
    admin.addService("orders", OWNER, "prod");
    admin.addReader("web", READER, "prod");
    admin.enableAuth("root-secret");
    ownersPassword = Files.writeString(folder.resolve("password"), OWNER + "\n");
    trusting = etcd.url() + "/prod?timeout=60s&ca=" + ca;
    owner = trusting + "&user=orders&passwordFile=" + ownersPassword;
    reader = trusting.replace("https://", "https://web:" + READER + "@");
  }

  @AfterEach
  void stop() {
    etcd.close();
  }

  private static Result run(Map<String, String> environment, String... arguments) {
    try (PackagedCommand command = PackagedCommand.start(environment, arguments)) {
      Result result = command.await();
      assertThat(result.out() + result.err()).doesNotContain(OWNER, READER, "\tat ");
      return result;
    }
  }

  private static Result run(String... arguments) {
    return run(Map.of(), arguments);
  }

  @Test
  void owner_joins_readersSee() {
    String[] join = {"join", "api", "-p", "8080", "--hostname", "10.0.0.1", "-e", owner};
    try (PackagedCommand watch =
            PackagedCommand.start("watch", "api", "-o", "jsonl", "-e", reader).awaitOut("sync");
        PackagedCommand joined = PackagedCommand.start(join).awaitOut("}")) {
      watch.awaitOut("\"joined\"");
      for (String user : new String[] {owner, reader}) {
        assertThat(run("lookup", "api", "-o", "url", "-e", user).out())
            .isEqualTo("http://10.0.0.1:8080\n");
        assertThat(run("list", "-o", "wide", "-e", user).out())
            .contains("services/prod/api/", "up")
            .hasLineCount(2);
        assertThat(run("wait", "api", "-e", user).code()).isZero();
      }
      Result denied = run("join", "api", "-p", "8081", "-e", reader);
      assertThat(denied.code()).as(denied.err()).isEqualTo(5);
      assertThat(denied.err()).contains(etcd.address(), "permission denied").hasLineCount(1);
      assertThat(run("leave", "api", "-e", reader).code()).isEqualTo(5);
      joined.signal("INT");
      assertThat(joined.await().code()).isEqualTo(130);
      watch.awaitOut("\"left\"").signal("TERM");
      assertThat(watch.await().code()).isEqualTo(143);
      assertThat(joined.out() + joined.err() + watch.out() + watch.err())
          .doesNotContain(OWNER, READER);
    }
  }

  @Test
  void join_aroundACommand_tellsItNothingButWhere() {
    Result result = run("join", "api", "--check", "none", "-s", "0", "-e", owner, "--", "env");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out())
        .contains("ETCD_REGISTRY=https://" + etcd.address() + "/prod?", "ca=" + ca)
        .contains("ETCD_REGISTRY_SERVICE=api");
  }

  @Test
  void password_anywhere_isFound() throws IOException {
    String user = trusting + "&user=orders";
    assertThat(run(Map.of("ETCD_REGISTRY_PASSWORD", OWNER), "list", "-e", user).out())
        .isEqualTo("[]\n");
    Map<String, String> etcdctl =
        Map.of(
            "ETCDCTL_CACERT", ca.toString(), "ETCDCTL_USER", "orders", "ETCDCTL_PASSWORD", OWNER);
    assertThat(run(etcdctl, "list", "-e", etcd.url() + "/prod?timeout=60s").out())
        .isEqualTo("[]\n");
    Path config = Files.createDirectories(folder.resolve("config/etcd-registry"));
    Files.writeString(
        config.resolve("config"),
        "etcd = %s/prod?timeout=60s\nca = %s\nuser = orders\npasswordFile = %s\n"
            .formatted(etcd.url(), ca, ownersPassword));
    Map<String, String> own = Map.of("XDG_CONFIG_HOME", folder.resolve("config").toString());
    assertThat(run(own, "list").out()).isEqualTo("[]\n");
    assertThat(run(own, "config", "show").out()).contains("orders", ca.toString());
  }

  @Test
  void misunderstandings_haveACodeAndALine() throws IOException {
    Path wrong = Files.writeString(folder.resolve("wrong"), "wr0ng\n");
    String impatient = owner.replace("timeout=60s", "timeout=20s"); // it is asked for that long
    String untrusting = impatient.replace("ca=" + ca + "&", "");
    new CommandRows(Map.of())
        .fails(
            5,
            "invalid user ID or password",
            "list -e " + owner.replace(ownersPassword.toString(), wrong.toString()))
        .fails(5, "user name is empty", "list -e " + trusting)
        .fails(5, "permission denied", "list -e " + owner.replace("/prod", "/other"))
        .fails(2, "/nowhere/file", "list -e " + trusting + "&user=o&passwordFile=/nowhere/file")
        .fails(2, "has no password", "list -e " + trusting + "&user=orders")
        .fails(4, "certificate", "list -e " + untrusting)
        .fails(4, etcd.address(), "list -e " + untrusting.replace("https", "http"))
        .check();
  }
}
