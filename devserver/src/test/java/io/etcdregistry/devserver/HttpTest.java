package io.etcdregistry.devserver;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.devserver.Faults.Refusal;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What probes and {@code curl} find on the port that gRPC is served on. */
class HttpTest {
  private static final String HEALTHY = "{\"health\":\"true\",\"reason\":\"\"}";

  private final DevServer server = DevServer.builder().manualTime().start();
  private final TestClient client = new TestClient(server);
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void grpcIsServed_thenStop() {
    client.put("at the end", "1");
    client.close();
    server.close();
  }

  @Test
  void probes_areAnsweredAsByEtcd() throws Exception {
    HttpResponse<String> health = send("GET", "/health").get(20, TimeUnit.SECONDS);
    assertThat(health.statusCode()).isEqualTo(200);
    assertThat(health.body()).isEqualTo(HEALTHY);
    HttpResponse<String> version = send("GET", "/version").get(20, TimeUnit.SECONDS);
    assertThat(version.statusCode()).isEqualTo(200);
    assertThat(version.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(version.body())
        .isEqualTo("{\"etcdserver\":\"3.5.0+devserver\",\"etcdcluster\":\"3.5.0\"}");
    assertThat(send("GET", "/health?serializable=true").join().body()).isEqualTo(HEALTHY);
  }

  @Test
  void anythingElse_isRefusedWithASentence() {
    for (String path : List.of("/", "/metrics", "/health/", "/v3/kv/range")) {
      HttpResponse<String> answer = send("GET", path).join();
      assertThat(answer.statusCode()).as(path).isEqualTo(404);
      assertThat(answer.body()).endsWith("; use a real etcd for the rest.\n");
    }
    for (String method : List.of("POST", "HEAD", "BREW")) {
      HttpResponse<String> answer = send(method, "/health").join();
      assertThat(answer.statusCode()).as(method).isEqualTo(405);
      assertThat(answer.headers().firstValue("Allow")).hasValue("GET");
      assertThat(answer.body()).isEqualTo(method.equals("HEAD") ? "" : "Method Not Allowed\n");
    }
  }

  @Test
  void rawRequests_ofOtherShapes_areUnderstood() throws IOException {
    assertThat(say("GET /version HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.0 200 OK\r\n");
    assertThat(say("GET /health HTTP/1.1\nHost: x\n\n")).endsWith("\r\n\r\n" + HEALTHY);
    assertThat(say("GET http://x/health HTTP/1.1\r\nHOST: x\r\n\r\n")).endsWith(HEALTHY);
    assertThat(say("GET /health HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400 Bad Request\r\n");
    assertThat(say("GET % HTTP/1.1\r\nHost: x\r\n\r\n")).startsWith("HTTP/1.1 404 Not Found\r\n");
    assertThat(say("POST /health HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"))
        .startsWith("HTTP/1.1 405 Method Not Allowed\r\n");
  }

  @Test
  void request_inSmallPieces_isUnderstood() throws IOException {
    try (Socket socket = connect()) {
      socket.setTcpNoDelay(true);
      for (byte piece : "GET /health HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII)) {
        socket.getOutputStream().write(piece);
      }
      assertThat(rest(socket)).endsWith(HEALTHY);
    }
  }

  @Test
  void whatIsNoRequest_isHungUpOn_afterABoundedNumberOfBytes() throws IOException {
    assertThat(say("hello\r\n\r\n")).isEmpty();
    assertThat(say("HELLO\r\n\r\n")).isEmpty();
    assertThat(say("PRI * HTTP/1.1x\r\n\r\n")).isEmpty();
    assertThat(say("\u0016\u0003\u0001 a client with TLS")).isEmpty();
    assertThat(say("GET /" + "a".repeat(3_000_000))).isEmpty();
    assertThat(say("GET / HTTP/1.1\r\n" + "Field: a\r\n".repeat(300_000))).isEmpty();
  }

  @Test
  void whoSaysNothing_orHalf_isHungUpOn_afterABoundedTime() throws IOException {
    long begun = System.nanoTime();
    List<Socket> idle = new ArrayList<>();
    try {
      for (String half : List.of("", "PRI * HTTP/2.0\r\n", "GET /health HTTP/1.1\r\nHost: x\r\n")) {
        Socket socket = connect();
        idle.add(socket);
        socket.getOutputStream().write(half.getBytes(US_ASCII));
      }
      for (Socket socket : idle) {
        assertThat(rest(socket)).isEmpty();
      }
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(TestClient.LIMIT_SECONDS));
  }

  @Test
  void health_saysWhatTroublesIt() {
    server.faults().refuse(Refusal.NO_LEADER);
    assertThat(send("GET", "/health").join().statusCode()).isEqualTo(503);
    assertThat(send("GET", "/health").join().body())
        .isEqualTo("{\"health\":\"false\",\"reason\":\"RAFT NO LEADER\"}");
    assertThat(send("GET", "/version").join().statusCode()).isEqualTo(200);
    server.faults().refuse(Refusal.NO_SPACE);
    assertThat(send("GET", "/health").join().body()).contains("ALARM NOSPACE");
    server.faults().refuse(Refusal.TIMED_OUT);
    assertThat(send("GET", "/health").join().body())
        .contains("QGET ERROR:etcdserver: request timed out");
    server.faults().refuse(Refusal.PERMISSION_DENIED);
    assertThat(send("GET", "/health").join().body()).isEqualTo(HEALTHY);
    server.faults().heal();
    assertThat(send("GET", "/health").join().body()).isEqualTo(HEALTHY);
  }

  @Test
  void partition_holdsAnswers() {
    server.faults().partition();
    CompletableFuture<HttpResponse<String>> health = send("GET", "/health");
    assertThat(health.completeOnTimeout(null, 200, TimeUnit.MILLISECONDS).join()).isNull();
    health = send("GET", "/health");
    server.faults().heal();
    assertThat(health.join().body()).isEqualTo(HEALTHY);
  }

  private CompletableFuture<HttpResponse<String>> send(String method, String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.connectionString() + path))
            .timeout(Duration.ofSeconds(TestClient.LIMIT_SECONDS))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    return http.sendAsync(request, BodyHandlers.ofString());
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout(TestClient.LIMIT_SECONDS * 1000);
    return socket;
  }

  /** What a server says to this, until it hangs up. */
  private String say(String text) throws IOException {
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      try {
        out.write(text.getBytes(US_ASCII));
      } catch (SocketException e) {
        // it hung up while we wrote
      }
      return rest(socket);
    }
  }

  private static String rest(Socket socket) throws IOException {
    try {
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    } catch (SocketException e) {
      return "";
    }
  }
}
