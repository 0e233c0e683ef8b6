package io.etcdregistry.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.etcdregistry.Instance;
import io.etcdregistry.Registry;
import io.etcdregistry.ServiceView;
import io.etcdregistry.devserver.DevServer;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the programs of the quick start, each in a process of its own as a reader would, with
 * nothing changed in them but the port of etcd.
 */
@Timeout(300)
final class QuickStartTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final String PATIENCE = "?timeout=1m";
  private static final String SOURCES = "examples/src/main/java/io/etcdregistry/examples/";

  @TempDir Path classes;
  private final DevServer etcd = DevServer.start();
  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void compileForThisPort() throws IOException {
    for (String name : List.of("QuickStartService", "QuickStartClient", "Balancing")) {
      String source =
          Repository.read(Path.of(SOURCES + name + ".java"))
              .replaceAll("\"127\\.0\\.0\\.1:2379[^\"]*\"", '"' + etcd.endpoint() + PATIENCE + '"');
      assertThat(source).contains(etcd.endpoint());
      Path file = Files.writeString(classes.resolve(name + ".java"), source);
      int failed =
          ToolProvider.getSystemJavaCompiler()
              .run(null, null, null, "-d", classes.toString(), "-cp", classPath(), file.toString());
      assertThat(failed).isZero();
    }
  }

  @AfterEach
  void stop() {
    started.forEach(Process::destroyForcibly);
    etcd.close();
  }

  @Test
  void service_isFoundByTheClient_andLeavesWhenItIsStopped() throws Exception {
    try (Registry registry = Registry.connect(etcd.endpoint() + PATIENCE)) {
      ServiceView view = registry.service("my-service-name");
      Process service = run("QuickStartService");
      Instance instance = view.awaitAvailable(1, LONG).instances().get(0);
      String host = instance.hostname();
      String address = host.contains(":") ? "[" + host + "]:8080" : host + ":8080";
      assertThat(instance.json())
          .isEqualTo(
              "{\"name\":\"my-service-name\",\"port\":8080,\"hostname\":\""
                  + host
                  + "\",\"host\":\""
                  + address
                  + "\",\"url\":\"http://"
                  + address
                  + "\"}");

      Process client = run("QuickStartClient");
      String printed = new String(client.getInputStream().readAllBytes(), UTF_8);
      assertThat(client.waitFor(LONG.toSeconds(), SECONDS)).isTrue();
      assertThat(client.exitValue()).isZero();
      assertThat(printed).isEqualTo(instance.json() + System.lineSeparator());

      service.destroy(); // SIGTERM, as an init system sends it
      assertThat(service.waitFor(LONG.toSeconds(), SECONDS)).isTrue();
      try (Registry fresh = Registry.connect(etcd.endpoint() + PATIENCE)) {
        assertThat(fresh.list("my-service-name")).isEmpty(); // not only after its TTL
      }
    }
  }

  @Test
  void balancing_callsOnlyWhatFits() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", QuickStartTest::answerNoContent);
    server.start();
    try (Registry registry = Registry.connect(etcd.endpoint() + PATIENCE)) {
      int port = server.getAddress().getPort();
      Instance.Builder instance = Instance.named("my-service-name").hostname("127.0.0.1");
      registry.join(instance.port(port).version("2.1"));
      registry.join(instance.port(1).version("1.9")); // nobody listens there
      Process client = run("Balancing");
      String printed = new String(client.getInputStream().readAllBytes(), UTF_8);
      assertThat(client.waitFor(LONG.toSeconds(), SECONDS)).isTrue();
      assertThat(client.exitValue()).isZero();
      assertThat(printed.lines()).hasSize(10).containsOnly("204");
    } finally {
      server.stop(0);
    }
  }

  private static void answerNoContent(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(204, -1);
    exchange.close();
  }

  private Process run(String name) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classes + File.pathSeparator + classPath(),
                "io.etcdregistry.examples." + name)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    started.add(process);
    return process;
  }

  private static String classPath() {
    return System.getProperty("java.class.path");
  }
}
