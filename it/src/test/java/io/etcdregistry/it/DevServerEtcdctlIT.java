package io.etcdregistry.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.etcdregistry.devserver.DevServer;
import io.etcdregistry.it.harness.EtcdServer;
import io.etcdregistry.it.harness.Etcdctl;
import io.etcdregistry.it.harness.RequiresEtcd;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The dev server through the eyes of {@code etcdctl}. */
@RequiresEtcd
class DevServerEtcdctlIT {
  private final DevServer server = DevServer.start();
  private final Etcdctl etcdctl = Etcdctl.at(server.endpoint());

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void keys_putGetDelete() {
    assertThat(etcdctl.run("put", "a", "1")).isEqualTo("OK");
    assertThat(etcdctl.run("put", "ab", "2")).isEqualTo("OK");
    assertThat(etcdctl.run("put", "a", "3", "--prev-kv")).isEqualTo("OK\na\n1");
    assertThat(etcdctl.run("get", "--prefix", "a")).isEqualTo("a\n3\nab\n2");
    assertThat(etcdctl.run("get", "a", "--rev=2", "--print-value-only")).isEqualTo("1");
    assertThat(etcdctl.run("get", "", "--from-key", "--keys-only", "--limit=1")).isEqualTo("a");
    assertThat(etcdctl.run("get", "--prefix", "a", "--order=DESCEND", "--sort-by=modify"))
        .isEqualTo("a\n3\nab\n2");
    assertThat(etcdctl.run("del", "--prefix", "a", "--prev-kv")).isEqualTo("2\na\n3\nab\n2");
    assertThat(etcdctl.run("get", "--prefix", "")).isEmpty();
  }

  @Test
  void transaction_takesTheBranchOfItsGuards() throws IOException, InterruptedException {
    etcdctl.run("put", "a", "1");
    String request = "value(\"a\") = \"1\"\n\nput b 2\nget a\n\nput c 3\n\n";
    Process process = etcdctl.start(ProcessBuilder.Redirect.INHERIT, "txn");
    try (OutputStream input = process.getOutputStream()) {
      input.write(request.getBytes(UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(output).isEqualTo("SUCCESS\n\nOK\n\na\n1\n");
    assertThat(etcdctl.run("get", "c")).isEmpty();
  }

  @Test
  void leases_fromGrantToRevoke() {
    assertThat(etcdctl.run("lease", "grant", "1")).endsWith(" granted with TTL(2s)");
    String granted = etcdctl.run("lease", "grant", "500");
    String id = granted.substring("lease ".length(), granted.indexOf(" granted"));
    etcdctl.run("put", "--lease=" + id, "a", "1");
    assertThat(etcdctl.run("lease", "timetolive", id, "--keys"))
        .contains("granted with TTL(500s)")
        .endsWith("attached keys([a])");
    assertThat(etcdctl.run("lease", "keep-alive", "--once", id))
        .isEqualTo("lease " + id + " keepalived with TTL(500)");
    assertThat(etcdctl.run("lease", "list")).contains(id);
    assertThat(etcdctl.run("lease", "revoke", id)).isEqualTo("lease " + id + " revoked");
    assertThat(etcdctl.run("get", "a")).isEmpty();
    assertThat(etcdctl.run("lease", "timetolive", id)).endsWith("already expired");
    assertThat(etcdctl.tryRun("lease", "revoke", id).stderr())
        .contains("etcdserver: requested lease not found");
  }

  @Test
  void watch_tellsThePastAndThePresent() throws IOException, InterruptedException {
    etcdctl.run("put", "a", "1");
    Process watch =
        etcdctl.start(ProcessBuilder.Redirect.INHERIT, "watch", "--prefix", "a", "--rev=1");
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(watch.getInputStream(), UTF_8))) {
      assertThat(readLines(lines, 3)).containsExactly("PUT", "a", "1");
      etcdctl.run("put", "ab", "2");
      assertThat(readLines(lines, 3)).containsExactly("PUT", "ab", "2");
      etcdctl.run("del", "a");
      assertThat(readLines(lines, 2)).containsExactly("DELETE", "a");
    } finally {
      watch.destroy();
      watch.waitFor(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void compaction_isSeenByReadsAndWatches() {
    for (int i = 0; i < 5; i++) {
      etcdctl.run("put", "a", "" + i);
    }
    assertThat(etcdctl.run("compaction", "4")).isEqualTo("compacted revision 4");
    assertThat(etcdctl.tryRun("get", "a", "--rev=3").stderr())
        .contains("etcdserver: mvcc: required revision has been compacted");
    assertThat(etcdctl.tryRun("compaction", "99").stderr())
        .contains("etcdserver: mvcc: required revision is a future revision");
    assertThat(etcdctl.tryRun("watch", "a", "--rev=2").stderr())
        .contains("required revision has been compacted");
  }

  @Test
  void cluster_describesItself() {
    assertThat(etcdctl.run("member", "list"))
        .contains("started", "devserver", "http://" + server.endpoint());
    assertThat(etcdctl.run("endpoint", "status")).contains(server.endpoint(), "+devserver", "true");
    assertThat(etcdctl.tryRun("endpoint", "health").exitCode()).isZero();
    assertThat(etcdctl.run("alarm", "list")).isEmpty();
    assertThat(etcdctl.as("joe", "secret").tryRun("get", "a").stderr())
        .contains("authentication is not enabled");
  }

  @Test
  void transaction_withoutItsGuards_takesTheOtherBranch() {
    etcdctl.run("put", "a", "1");
    String request = "mod(\"a\") > \"9\"\n\nput b 2\n\nput c 3\ndel a\n\n";
    Etcdctl.Result result = etcdctl.tryRun(request.getBytes(UTF_8), "txn");
    assertThat(result.stdout()).isEqualTo("FAILURE\n\nOK\n\n1\n");
    assertThat(etcdctl.run("get", "--prefix", "")).isEqualTo("c\n3");
  }

  @Test
  void lease_isKeptAliveUntilItIsRevoked() throws IOException, InterruptedException {
    String granted = etcdctl.run("lease", "grant", "2");
    String id = granted.substring("lease ".length(), granted.indexOf(" granted"));
    etcdctl.run("put", "--lease=" + id, "a", "1");
    Process keeper = etcdctl.start(ProcessBuilder.Redirect.INHERIT, "lease", "keep-alive", id);
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(keeper.getInputStream(), UTF_8))) {
      String kept = "lease " + id + " keepalived with TTL(2)";
      assertThat(readLines(lines, 5)).containsOnly(kept); // for longer than its TTL
      assertThat(etcdctl.run("get", "a", "--print-value-only")).isEqualTo("1");
      etcdctl.run("lease", "revoke", id);
      String last = lines.readLine();
      while (last.equals(kept)) {
        last = lines.readLine();
      }
      assertThat(last).isEqualTo("lease " + id + " expired or revoked.");
    } finally {
      keeper.destroy();
      keeper.waitFor(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void endpoint_isHealthyAndSaysWhatItIs() {
    etcdctl.run("put", "a", "1");
    Etcdctl.Result health = etcdctl.tryRun("endpoint", "health");
    assertThat(health.stdout() + health.stderr()).contains(server.endpoint() + " is healthy");
    assertThat(etcdctl.run("endpoint", "status", "--write-out=json"))
        .contains("\"version\":\"3.5.", "\"raftIndex\":");
    assertThat(etcdctl.run("member", "list", "--write-out=json"))
        .contains("\"name\":\"devserver\"");
  }

  @Test
  void makeMirror_fromAndToARealEtcd() throws Exception {
    try (EtcdServer etcd = EtcdServer.start()) {
      etcdctl.run("put", "before", "1");
      mirrors(etcdctl, etcd.etcdctl(), etcd.address());
    }
    try (EtcdServer etcd = EtcdServer.start()) {
      etcd.etcdctl().run("put", "before", "1");
      mirrors(etcd.etcdctl(), etcdctl, server.endpoint());
    }
  }

  /** Has {@code make-mirror} copy one server to another, what is there and what comes. */
  private static void mirrors(Etcdctl from, Etcdctl to, String destination) throws Exception {
    Process mirror =
        from.start(ProcessBuilder.Redirect.DISCARD, "make-mirror", "--no-dest-prefix", destination);
    try {
      awaitValue(to, "before", "1");
      from.run("put", "after", "2");
      awaitValue(to, "after", "2");
      from.run("put", "after", "3");
      awaitValue(to, "after", "3");
      from.run("del", "after");
      awaitValue(to, "after", "");
    } finally {
      mirror.destroy();
      mirror.waitFor(10, TimeUnit.SECONDS);
    }
  }

  private static void awaitValue(Etcdctl etcdctl, String key, String value) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> etcdctl.run("get", key, "--print-value-only").equals(value));
  }

  @Test
  void whatIsNotServed_isRefusedWithASentence() {
    assertThat(etcdctl.tryRun("user", "add", "joe:secret").stderr())
        .contains("UserAdd is not served by the development server; use a real etcd for it");
    assertThat(etcdctl.tryRun("defrag").stderr()).contains("use a real etcd for it");
  }

  /** The one request that a real etcd does not survive; the page on testing says so. */
  @Test
  void keepingTheValueOfWhatTheSameTransactionDeleted_endsEtcd_andNotThis() {
    byte[] request = "\ndel --from-key a\nput --ignore-value a\n\n\n".getBytes(UTF_8);
    try (EtcdServer etcd = EtcdServer.start()) {
      etcd.etcdctl().run("put", "a", "1");
      assertThat(etcd.etcdctl().with("--command-timeout=5s").tryRun(request, "txn").exitCode())
          .isNotZero();
      await().atMost(Duration.ofSeconds(30)).until(() -> !etcd.isAlive());
      assertThat(etcd.log()).contains("unexpected error during txn");
    }
    etcdctl.run("put", "a", "1");
    assertThat(etcdctl.tryRun(request, "txn").stdout()).isEqualTo("SUCCESS\n\n1\n\nOK\n");
    assertThat(etcdctl.run("get", "a")).isEqualTo("a");
  }

  @Test
  void lock_worksOnIt() {
    assertThat(etcdctl.run("lock", "mutex", "echo", "mine")).isEqualTo("mine");
    assertThat(etcdctl.run("get", "--prefix", "mutex")).isEmpty();
  }

  private static List<String> readLines(BufferedReader lines, int count) throws IOException {
    String[] read = new String[count];
    for (int i = 0; i < count; i++) {
      read[i] = lines.readLine();
    }
    return List.of(read);
  }
}
