package io.etcdregistry.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.etcd.EtcdClient;
import io.etcdregistry.internal.etcd.EtcdConfig;
import io.etcdregistry.internal.etcd.EtcdConfig.Login;
import io.etcdregistry.internal.etcd.EtcdConfig.Tls;
import io.etcdregistry.internal.store.KeepAliveLog;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.internal.store.WatchLog;
import io.etcdregistry.internal.store.WatchStream;
import io.etcdregistry.internal.store.Write;
import io.etcdregistry.internal.store.Write.Guard;
import io.etcdregistry.it.harness.EtcdCluster;
import io.etcdregistry.it.harness.EtcdServer;
import io.etcdregistry.it.harness.OnEveryEtcd;
import io.etcdregistry.it.harness.Ports;
import io.etcdregistry.it.harness.TestCertificates;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client and what stands between it and etcd: certificates, passwords, rights, strangers. */
@OnEveryEtcd
class EtcdStoreSecurityIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(25);
  private static final KeyRange MINE = KeyRange.prefix("mine/");
  private static final KeyRange OTHERS = KeyRange.prefix("others/");

  private final List<AutoCloseable> open = new ArrayList<>();

  @TempDir private Path folder;

  @AfterEach
  void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private <T extends AutoCloseable> T closing(T resource) {
    open.add(resource);
    return resource;
  }

  private EtcdClient client(EtcdConfig config) {
    return closing(new EtcdClient(config));
  }

  private static Tls tls(Path authority) {
    return new Tls(Optional.of(authority), Optional.empty(), Optional.empty());
  }

  private static Tls tls(Path authority, TestCertificates.Pair pair) {
    return new Tls(
        Optional.of(authority), Optional.of(pair.certificate()), Optional.of(pair.key()));
  }

  private static StoreException failure(CompletableFuture<?> call) {
    try {
      throw new AssertionError("succeeded with " + call.join());
    } catch (CompletionException e) {
      return StoreException.of(e);
    }
  }

  /** A failure that is certain: told long before the timeout. */
  private static StoreException promptFailure(EtcdClient client) {
    long start = System.nanoTime();
    StoreException failure = failure(client.list(MINE, Duration.ofMinutes(2)));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMinutes(1));
    return failure;
  }

  private static boolean reads(EtcdClient client) {
    return client.list(MINE, TIMEOUT).handle((listing, failed) -> failed == null).join();
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(60));
  }

  private static void put(EtcdClient client, String key) {
    var unused =
        client.commit(List.of(Write.put(key, Guard.ALWAYS, 0, new byte[] {1}, 0)), TIMEOUT).join();
  }

  @Test
  void tls_withAndWithoutTheRightCertificates() {
    TestCertificates ours = TestCertificates.create(folder, "ours");
    TestCertificates strangers = TestCertificates.create(folder, "strangers");
    EtcdServer etcd =
        closing(
            EtcdServer.builder()
                .tls(ours.issue("server", "127.0.0.1"))
                .clientCertificates(ours.authority())
                .start());
    EtcdConfig config = EtcdClient.config(etcd.port());
    TestCertificates.Pair me = ours.issue("me");
    assertThat(reads(client(config.with(tls(ours.authority(), me))))).isTrue();

    String at = "read failed; " + etcd.address() + ": ";
    StoreException noTls = promptFailure(client(config));
    assertThat(noTls.failure()).isEqualTo(Failure.UNREACHABLE);
    assertThat(noTls).hasMessageStartingWith(at + "expects TLS (use https://");
    assertThat(promptFailure(client(config.with(tls(strangers.authority(), me)))))
        .hasMessage(at + "its certificate is not signed by a CA we trust (set ca= to etcd's CA)");
    assertThat(promptFailure(client(config.with(tls(ours.authority())))))
        .hasMessage(at + "it refuses our client certificate, or wants one (set cert= and key=)");
  }

  @Test
  void tls_forAnotherName_isRefused() {
    TestCertificates ours = TestCertificates.create(folder, "ours");
    EtcdServer etcd =
        closing(EtcdServer.builder().tls(ours.issue("server", "elsewhere.example")).start());
    assertThat(promptFailure(client(EtcdClient.config(etcd.port()).with(tls(ours.authority())))))
        .hasMessageContaining("its certificate is for another name: ");
  }

  @Test
  void tls_toPlainText_isToldApart() {
    TestCertificates ours = TestCertificates.create(folder, "ours");
    EtcdServer etcd = closing(EtcdServer.start());
    assertThat(promptFailure(client(EtcdClient.config(etcd.port()).with(tls(ours.authority())))))
        .hasMessageContaining(": speaks plain text, not TLS (use http://)");
  }

  @Test
  void tls_filesReplaced_areReadAgain() throws IOException {
    TestCertificates before = TestCertificates.create(folder, "before");
    TestCertificates after = TestCertificates.create(folder, "after");
    Path authority = folder.resolve("ca.pem");
    TestCertificates.Pair mine =
        new TestCertificates.Pair(folder.resolve("me.pem"), folder.resolve("me.key"));
    Files.copy(before.authority(), authority);
    copy(before.issue("me"), mine);
    EtcdServer old =
        closing(
            EtcdServer.builder()
                .tls(before.issue("server", "127.0.0.1"))
                .clientCertificates(before.authority())
                .start());
    EtcdServer renewed =
        closing(
            EtcdServer.builder()
                .tls(after.issue("server", "127.0.0.1"))
                .clientCertificates(after.authority())
                .start());
    EtcdClient toOld = client(EtcdClient.config(old.port()).with(tls(authority, mine)));
    EtcdClient toRenewed = client(EtcdClient.config(renewed.port()).with(tls(authority, mine)));
    assertThat(reads(toOld)).isTrue();
    assertThat(reads(toRenewed)).isFalse();
    Files.copy(after.authority(), authority, StandardCopyOption.REPLACE_EXISTING);
    copy(after.issue("me"), mine);
    await().until(() -> reads(toRenewed));
  }

  private static void copy(TestCertificates.Pair from, TestCertificates.Pair to)
      throws IOException {
    Files.copy(from.key(), to.key(), StandardCopyOption.REPLACE_EXISTING);
    Files.copy(from.certificate(), to.certificate(), StandardCopyOption.REPLACE_EXISTING);
  }

  private static final String PLAIN_HTTP =
      "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

  @Test
  void strangerOnThePort_isNotEtcd() throws IOException {
    ServerSocket http =
        closing(new ServerSocket(Ports.free(), 5, InetAddress.getLoopbackAddress()));
    Thread serving =
        new Thread(
            () -> {
              try {
                while (true) {
                  try (Socket socket = http.accept()) {
                    socket.getInputStream().readNBytes(1);
                    socket.getOutputStream().write(PLAIN_HTTP.getBytes(StandardCharsets.UTF_8));
                    socket.shutdownOutput();
                    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                  }
                }
              } catch (IOException closed) {
                // the test is over
              }
            });
    serving.setDaemon(true);
    serving.start();
    StoreException failure =
        promptFailure(client(EtcdConfig.of(EtcdConfig.Seed.at("127.0.0.1", http.getLocalPort()))));
    assertThat(failure)
        .hasMessage(
            "read failed; 127.0.0.1:"
                + http.getLocalPort()
                + ": something answers, but it does not speak HTTP/2: not etcd");
    assertThat(failure.failure()).isEqualTo(Failure.INVALID);
  }

  @Test
  void hostThatDoesNotExist_isSaid() {
    assertThat(promptFailure(client(EtcdConfig.of(EtcdConfig.Seed.at("nowhere.invalid", 2379)))))
        .hasMessage("read failed; nowhere.invalid:2379: no such host");
  }

  @Test
  void password_wrongThenRight_andRights() {
    EtcdServer etcd = closing(EtcdServer.start());
    etcd.etcdctl().addUser("me", "secret", "mine/");
    var unused = etcd.etcdctl().enableAuth("root-secret");
    EtcdConfig config = EtcdClient.config(etcd.port());

    StoreException nobody = promptFailure(client(config));
    assertThat(nobody.failure()).isEqualTo(Failure.UNAUTHENTICATED);
    assertThat(nobody).hasMessageContaining("give a user and a password");

    AtomicReference<String> password = new AtomicReference<>("wrong-one");
    EtcdClient client = client(config.with(new Login("me", password::get)));
    StoreException wrong = promptFailure(client);
    assertThat(wrong.failure()).isEqualTo(Failure.UNAUTHENTICATED);
    assertThat(wrong)
        .hasMessageContaining("check user and password")
        .hasMessageNotContaining("wrong-one");
    password.set("secret");
    await().until(() -> reads(client));

    put(client, "mine/a");
    StoreException denied = failure(client.list(OTHERS, TIMEOUT));
    assertThat(denied.failure()).isEqualTo(Failure.DENIED);
    Write write = Write.put("others/a", Guard.ALWAYS, 0, new byte[0], 0);
    assertThat(failure(client.commit(List.of(write), TIMEOUT)).failure()).isEqualTo(Failure.DENIED);

    WatchLog log = new WatchLog();
    WatchStream stream = client.watch(log);
    stream.create(1, OTHERS, 0);
    stream.create(2, MINE, 0);
    await().until(() -> log.canceled(1).isPresent() && log.created(2).isPresent());
    assertThat(log.canceled(1).orElseThrow().cause().failure()).isEqualTo(Failure.DENIED);
    put(client, "mine/b");
    await().until(() -> log.events(2).size() == 1);
    log.verify();
  }

  @Test
  void tokens_expireAndAreForgotten_andNoCallFails() {
    EtcdServer.Builder settings = EtcdServer.builder().flag("--auth-token-ttl=1");
    EtcdCluster cluster = closing(EtcdCluster.start(3, settings));
    cluster.etcdctl().addUser("me", "secret", "mine/");
    var unused = cluster.etcdctl().enableAuth("root-secret");
    EtcdClient client =
        client(EtcdClient.config(cluster.ports()).with(new Login("me", () -> "secret")));
    long lease = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
    var granted = client.grant(lease, Duration.ofMinutes(5), TIMEOUT).join();
    assertThat(granted.lease()).isEqualTo(lease);
    for (EtcdServer member : cluster.members()) {
      put(client, "mine/before");
      member.restart(); // what it knew of tokens is gone
      put(client, "mine/after");
      Awaitility.await().pollDelay(Duration.ofSeconds(3)).until(() -> true); // they expire
      put(client, "mine/later");
      await().until(() -> renews(client, lease));
      await().until(() -> watches(client));
    }
  }

  private static boolean renews(EtcdClient client, long lease) {
    KeepAliveLog log = new KeepAliveLog();
    var stream = client.keepAlive(log);
    stream.renew(lease);
    await().until(() -> !log.renewed(lease).isEmpty() || log.broken().isPresent());
    stream.close(false);
    log.broken().ifPresent(cause -> assertThat(cause.failure().passing()).isTrue());
    return log.broken().isEmpty();
  }

  private static boolean watches(EtcdClient client) {
    WatchLog log = new WatchLog();
    WatchStream stream = client.watch(log);
    stream.create(1, MINE, 0);
    await().until(() -> log.created(1).isPresent() || log.broken().isPresent());
    stream.close(false);
    assertThat(log.canceled(1)).isEmpty();
    return log.broken().isEmpty();
  }
}
