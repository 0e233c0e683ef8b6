package io.etcdregistry.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.etcdregistry.Instance;
import io.etcdregistry.Registry;
import io.etcdregistry.devserver.DevServer;
import io.etcdregistry.it.PackagedCommand.Result;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a user of the Node.js original types does what it did there, or says what to type. */
class CommandLineNodeWaysIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final DevServer etcd = DevServer.start();

  /** Host and port, as the original's {@code -e} was given, such as {@code 127.0.0.1:4001}. */
  private final String address = "127.0.0.1:" + etcd.port();

  private Registry services;

  @BeforeEach
  void start() {
    services = Registry.connect(address + "?timeout=60s");
  }

  @AfterEach
  void stop() {
    services.close();
    etcd.close();
  }

  @Test
  void lookupAndList_findTheDocument() {
    services.join(
        Instance.named("my-service").port(8080).hostname("10.0.0.1").with("hello", "world"));
    String document =
        "{\"name\":\"my-service\",\"port\":8080,\"hostname\":\"10.0.0.1\",\"hello\":\"world\","
            + "\"host\":\"10.0.0.1:8080\",\"url\":\"http://10.0.0.1:8080\"}";
    new CommandRows(Map.of())
        .prints(document + "\n", "lookup my-service -e " + address)
        .prints(document + "\n", "lookup my-service --etcd " + address)
        .prints(document + "\n", "-e " + address + " lookup my-service")
        .prints(document + "\n", "lookup my-service -e http://" + address)
        .prints("[\n" + document + "\n]\n", "list -e " + address)
        .prints("[\n" + document + "\n]\n", "list my-service -e 127.0.0.1:1," + address)
        .fails(3, "no instance of 'other'", "lookup other -e " + address)
        .check();
  }

  @Test
  void join_optionsInMilliseconds_areTimes() {
    try (PackagedCommand joined =
        PackagedCommand.start(
            "join", "my-service", "-p", "8080", "-w", "2000", "-s", "1000", "-e", address)) {
      joined.awaitOut("\"port\":8080");
      long told = System.nanoTime();
      joined.signal("TERM");
      await("draining")
          .atMost(PATIENCE)
          .until(
              () ->
                  services.list("my-service").stream()
                      .anyMatch(one -> one.status() == Instance.Status.DRAINING));
      joined.awaitErr("living on for 1s");
      assertThat(services.list("my-service")).isEmpty();
      Result result = joined.await();
      assertThat(Duration.ofNanos(System.nanoTime() - told)).isGreaterThan(Duration.ofSeconds(3));
      assertThat(result.err()).contains("draining for 2s");
      assertThat(result.code()).isEqualTo(143);
    }
  }

  @Test
  void join_script_isToldWhatToType() {
    String e = " -e " + address;
    new CommandRows(Map.of())
        .fails(2, "etcd-registry join api -- node server.js", "join api server.js" + e)
        .fails(2, "etcd-registry join api -- node ./a.mjs", "join api ./a.mjs -p 8080" + e)
        .fails(2, "etcd-registry join api -- node a.js b c", "join api a.js b c -w 2000" + e)
        .fails(2, "etcd-registry join api -- ./start", "join api ./start -s 5000" + e)
        .check();
    assertThat(services.list()).isEmpty();
  }

  @Test
  void hostnameByH_isHelpAndSaysSo() {
    try (PackagedCommand asked =
        PackagedCommand.start("join", "api", "-p", "8080", "-h", "10.0.0.1", "-e", address)) {
      Result result = asked.await();
      assertThat(result.code()).isZero();
      assertThat(result.out()).contains("Usage: etcd-registry join", "--hostname");
      assertThat(result.err())
          .isEqualTo("-h is help; a hostname is given by --hostname 10.0.0.1\n");
    }
    assertThat(services.list()).isEmpty();
  }
}
