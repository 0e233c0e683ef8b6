package io.etcdregistry;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.internal.codec.Keys;
import io.etcdregistry.internal.codec.Records;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadyCheckTest {
  private static final Records RECORDS = RecordsForTests.of(Keys.of(""));

  private static Instance at(int port) {
    return RECORDS.complete(Instance.named("orders").hostname("127.0.0.1").port(port));
  }

  private static Predicate<Instance> check(JoinOptions options) {
    return options.readiness().orElseThrow();
  }

  @Test
  void listening() throws IOException {
    Predicate<Instance> listening = check(JoinOptions.defaults().readyWhenListening());
    int port;
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = server.getLocalPort();
      assertThat(listening.test(at(port))).isTrue();
    }
    assertThatThrownBy(() -> listening.test(at(port))).hasMessageStartingWith("127.0.0.1:" + port);
  }

  @Test
  void listening_withoutAPort_saysSo() {
    Predicate<Instance> listening = check(JoinOptions.defaults().readyWhenListening());
    Instance portless = RECORDS.complete(Instance.named("orders").hostname("127.0.0.1"));
    assertThatThrownBy(() -> listening.test(portless)).hasMessage("it has no port");
  }

  @ParameterizedTest
  @CsvSource({"200, true", "204, true", "302, true", "404, false", "503, false"})
  void http(int status, boolean passes) throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Instance instance = at(server.getLocalPort());
      CompletableFuture<Void> answered = CompletableFuture.runAsync(() -> answer(server, status));
      Predicate<Instance> healthy = check(JoinOptions.defaults().readyWhenHttp("/health"));
      if (passes) {
        assertThat(healthy.test(instance)).isTrue();
      } else {
        assertThatThrownBy(() -> healthy.test(instance))
            .hasMessage(instance.url() + "/health answers " + status);
      }
      answered.join();
    }
  }

  private static void answer(ServerSocket server, int status) {
    try (Socket client = server.accept()) {
      BufferedReader request =
          new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII));
      assertThat(request.readLine()).isEqualTo("GET /health HTTP/1.1");
      String answer = "HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
      client.getOutputStream().write(answer.getBytes(US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void http_pathWithoutASlash_isRefused() {
    assertThatThrownBy(() -> JoinOptions.defaults().readyWhenHttp("health"))
        .isInstanceOf(RegistryException.class)
        .hasMessage("path: \"health\" (expected: a path that begins with \"/\")");
  }
}
