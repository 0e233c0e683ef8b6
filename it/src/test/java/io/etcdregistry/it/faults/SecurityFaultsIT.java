package io.etcdregistry.it.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.it.harness.EtcdCluster;
import io.etcdregistry.it.harness.EtcdServer;
import io.etcdregistry.it.harness.Etcdctl;
import io.etcdregistry.it.harness.RequiresEtcd;
import io.etcdregistry.it.harness.TestCertificates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tokens that run out, passwords, rights and certificates that change: nobody restarts a client.
 */
@RequiresEtcd
class SecurityFaultsIT {
  private static final Duration TTL = Duration.ofSeconds(10);
  private static final String USER = "service";

  @TempDir private Path folder;

  private Scene scene(TestInfo test, String flag) {
    EtcdCluster cluster =
        EtcdCluster.builder().auth().flag(flag).service(USER, "first", "").start();
    write(passwordFile(), "first");
    String options = "?timeout=25s&user=" + USER + "&passwordFile=" + passwordFile();
    return new Scene(test, cluster, TTL).connection(cluster.connection() + options).begin();
  }

  private Path passwordFile() {
    return folder.resolve("password");
  }

  @Row(
      id = "14a",
      fault = "tokens run out after 3 s without use; the members forget them by restarting",
      sees = "nothing: the client logs in again, once for all its calls",
      guarantee = "no record absent, no call fails")
  @Test
  void tokensExpire(TestInfo test) {
    try (Scene scene = scene(test, "--auth-token-ttl=3")) {
      scene.pass(Duration.ofSeconds(8));
      for (EtcdServer member : scene.cluster().members()) {
        member.stop();
        member.restart();
        scene.pass(Duration.ofSeconds(2));
      }
      scene.served();
      scene.verifyNoCallFailed();
    }
  }

  @Row(
      id = "14b",
      fault = "the auth store changes all the time: users, roles and rights are added",
      sees = "nothing: \"auth: revision in header is old\" is answered by a new token",
      guarantee = "no record absent, no call fails")
  @Test
  void authStoreChanges(TestInfo test) {
    try (Scene scene = scene(test, "--auth-token-ttl=300")) {
      Etcdctl root = scene.cluster().etcdctl();
      scene.served();
      for (int i = 0; i < 20; i++) {
        root.run("role", "add", "role-" + i);
        root.run("role", "grant-permission", "role-" + i, "read", "/other-" + i);
        root.run("user", "grant-role", USER, "role-" + i);
        scene.pass(Duration.ofMillis(300));
      }
      scene.verifyNoCallFailed();
    }
  }

  @Row(
      id = "14c",
      fault = "the password is changed, and 3 s later in the file that clients read it from",
      sees = "calls fail with DENIED until the file is changed; what is joined stays",
      guarantee = "no record absent; nobody has to restart a client")
  @Test
  void passwordRotated(TestInfo test) {
    try (Scene scene = scene(test, "--auth-token-ttl=300")) {
      Etcdctl root = scene.cluster().etcdctl();
      root.tryRun("second\nsecond\n".getBytes(UTF_8), "user", "passwd", USER);
      scene.pass(Duration.ofSeconds(3));
      write(passwordFile(), "second");
      scene.served();
      scene.pass(TTL);
      scene.verify(Duration.ZERO);
      assertThat(scene.fleet().owners().get(0).calls().stream().filter(Client.Call::failed))
          .as("whatever failed says that it was denied")
          .allMatch(call -> call.answer().startsWith("DENIED"));
    }
  }

  @Row(
      id = "14d",
      fault = "the right to the records is withdrawn for 20 s",
      sees =
          "calls fail with DENIED; a watch that is open goes on, as etcd has it; etcd 3.5.30 renews"
              + " no lease whose records the user may not write, so that they end, 3.4.23 does",
      guarantee = "what is wanted is never dropped, and in etcd within 30 s of the right to it")
  @Test
  void rightWithdrawn(TestInfo test) {
    try (Scene scene = scene(test, "--auth-token-ttl=300")) {
      Etcdctl root = scene.cluster().etcdctl();
      String role = USER + "-role";
      root.run("role", "revoke-permission", role, "services/", "services0");
      scene.cutOff();
      Client owner = scene.fleet().owners().get(1);
      owner.say("announce meanwhile id 1 PT5S");
      scene.pass(Duration.ofSeconds(20));
      assertThat(owner.states()).containsEntry("services/meanwhile/id", "JOINING");
      root.run("role", "grant-permission", role, "readwrite", "services/", "services0");
      scene.reunited();
      scene.served();
      scene.verify(Duration.ofSeconds(60));
    }
  }

  @Row(
      id = "15",
      fault = "all certificates are replaced by those of another authority; members restart",
      sees = "nothing: the files are read again when they change",
      guarantee = "no record absent, no call fails")
  @Test
  void certificatesRotated(TestInfo test) {
    TestCertificates old = TestCertificates.create(folder, "old");
    TestCertificates fresh = TestCertificates.create(folder, "fresh");
    Path trust = folder.resolve("trust.pem");
    write(trust, read(old.authority()));
    TestCertificates.Pair server = old.issue("server", "localhost", "127.0.0.1");
    TestCertificates.Pair client = old.issue("client");
    String both = read(old.authority()) + read(fresh.authority());
    write(old.authority(), both); // members and etcdctl trust either from the start
    EtcdServer.Builder members =
        EtcdServer.builder().tls(server).clientCertificates(old.authority());
    EtcdCluster cluster = EtcdCluster.builder().tls(old).members(members).start();
    String options =
        "?timeout=25s&ca=%s&cert=%s&key=%s".formatted(trust, client.certificate(), client.key());
    try (Scene scene = new Scene(test, cluster, TTL)) {
      scene.connection(cluster.connection() + options).begin();
      write(trust, both);
      replace(client, fresh.issue("client"));
      scene.pass(Duration.ofSeconds(3));
      replace(server, fresh.issue("server", "localhost", "127.0.0.1"));
      restartEach(scene);
      write(trust, read(fresh.authority()));
      restartEach(scene);
      scene.served();
      scene.verifyNoCallFailed();
    }
  }

  private static void restartEach(Scene scene) {
    for (EtcdServer member : scene.cluster().members()) {
      member.stop();
      member.restart();
      scene.pass(Duration.ofSeconds(2));
    }
  }

  private static void replace(TestCertificates.Pair old, TestCertificates.Pair fresh) {
    move(fresh.certificate(), old.certificate());
    move(fresh.key(), old.key());
  }

  private static void move(Path from, Path to) {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
