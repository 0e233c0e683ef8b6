package io.etcdregistry.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.it.harness.Ports;
import io.etcdregistry.it.harness.TcpProxy;
import io.etcdregistry.it.harness.TcpProxy.Direction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What each switch of the proxy does, seen from both of its ends. */
class TcpProxyIT {
  private static final int SILENCE_MILLIS = 200;

  private final List<AutoCloseable> open = new ArrayList<>();
  private ServerSocket target;
  private TcpProxy proxy;

  @BeforeEach
  void start() throws IOException {
    target = closing(new ServerSocket(Ports.free(), 100, InetAddress.getLoopbackAddress()));
    target.setSoTimeout(10_000);
    proxy = closing(TcpProxy.to(target.getLocalPort()));
  }

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

  private Socket connect() throws IOException {
    Socket socket = closing(new Socket(InetAddress.getLoopbackAddress(), proxy.port()));
    socket.setSoTimeout(10_000);
    return socket;
  }

  private Socket accept() throws IOException {
    Socket socket = closing(target.accept());
    socket.setSoTimeout(10_000);
    return socket;
  }

  /** Both ends of a connection through the proxy. */
  private record Ends(Socket client, Socket server) {}

  private Ends pair() throws IOException {
    Socket client = connect();
    Socket server = accept();
    return new Ends(client, server);
  }

  private static void send(Socket from, String text) throws IOException {
    from.getOutputStream().write(text.getBytes(US_ASCII));
  }

  private static String receive(Socket at, int length) throws IOException {
    return new String(at.getInputStream().readNBytes(length), US_ASCII);
  }

  private static void assertPasses(Socket from, Socket to) throws IOException {
    send(from, "hello");
    assertThat(receive(to, 5)).isEqualTo("hello");
  }

  private static void assertSilent(Socket at) throws IOException {
    at.setSoTimeout(SILENCE_MILLIS);
    assertThatThrownBy(() -> at.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
    at.setSoTimeout(10_000);
  }

  private static void assertReset(Socket at) {
    assertThatThrownBy(() -> at.getInputStream().read())
        .isExactlyInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  private static Duration timed(Call call) throws IOException {
    long start = System.nanoTime();
    call.run();
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private interface Call {
    void run() throws IOException;
  }

  @Test
  void fair_passesMuchBothWays_andTheEnds() throws Exception {
    Ends ends = pair();
    byte[] much = new byte[20_000_000];
    new Random(7).nextBytes(much);
    CompletableFuture<Void> sent =
        CompletableFuture.runAsync(
            () -> {
              try {
                ends.client.getOutputStream().write(much);
                ends.client.shutdownOutput();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    byte[] got = ends.server.getInputStream().readAllBytes();
    sent.join();
    assertThat(Arrays.equals(got, much)).isTrue();
    assertPasses(ends.server, ends.client); // half-closed: the other way goes on
    ends.server.close();
    assertThat(ends.client.getInputStream().read()).isEqualTo(-1);
    Awaitility.await().until(() -> proxy.connections() == 0);
    assertThat(proxy.accepted()).isOne();
  }

  @Test
  void reader_thatDoesNotRead_stopsTheSender() throws Exception {
    Ends ends = pair();
    CompletableFuture<Void> sending =
        CompletableFuture.runAsync(
            () -> {
              try {
                ends.client.getOutputStream().write(new byte[50_000_000]);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    Thread.sleep(1_000);
    assertThat(sending).isNotDone(); // the rest waits in the sender, not in the proxy
    assertThat(ends.server.getInputStream().readNBytes(50_000_000)).hasSize(50_000_000);
    sending.join();
  }

  @Test
  void delay_bothWays_keepsOrderAndWidth() throws IOException {
    Ends ends = pair();
    proxy.delay(Duration.ofMillis(300));
    Duration roundTrip =
        timed(
            () -> {
              assertPasses(ends.client, ends.server);
              assertPasses(ends.server, ends.client);
            });
    assertThat(roundTrip).isGreaterThanOrEqualTo(Duration.ofMillis(600));
    Duration many =
        timed(
            () -> {
              for (int i = 0; i < 100; i++) {
                send(ends.client, String.format("%05d", i));
              }
              for (int i = 0; i < 100; i++) {
                assertThat(receive(ends.server, 5)).isEqualTo(String.format("%05d", i));
              }
            });
    assertThat(many).isBetween(Duration.ofMillis(300), Duration.ofSeconds(10)); // not 30 s
    proxy.delay(Duration.ofMinutes(1));
    send(ends.client, "late");
    assertSilent(ends.server);
    proxy.heal();
    assertThat(receive(ends.server, 4)).isEqualTo("late");
  }

  @Test
  void throttle_eachWay_isTheRate() throws IOException {
    Ends ends = pair();
    proxy.throttle(20_000);
    byte[] bytes = new byte[20_000];
    Duration one =
        timed(
            () -> {
              ends.client.getOutputStream().write(bytes);
              assertThat(ends.server.getInputStream().readNBytes(bytes.length)).hasSize(20_000);
            });
    assertThat(one).isBetween(Duration.ofMillis(900), Duration.ofSeconds(10));
    proxy.heal();
    Duration free =
        timed(
            () -> {
              ends.client.getOutputStream().write(bytes);
              assertThat(ends.server.getInputStream().readNBytes(bytes.length)).hasSize(20_000);
            });
    assertThat(free).isLessThan(one);
    assertThatThrownBy(() -> proxy.throttle(0)).hasMessageContaining("bytesPerSecond: 0");
  }

  @Test
  void drop_nothingPasses_andItArrivesLate() throws IOException {
    Ends before = pair();
    proxy.drop();
    send(before.client, "late");
    assertSilent(before.server);
    before.client.shutdownOutput();
    assertSilent(before.server);
    Socket client = connect(); // who listens is not told: a network cannot tell either
    send(client, "hello");
    assertSilent(client);
    target.setSoTimeout(SILENCE_MILLIS);
    assertThatThrownBy(this::accept).isInstanceOf(SocketTimeoutException.class);
    target.setSoTimeout(10_000);
    proxy.heal();
    assertThat(receive(before.server, 5)).isEqualTo("late"); // and the end after it
    assertThat(receive(accept(), 5)).isEqualTo("hello");
  }

  @Test
  void drop_senderReset_isLearntOnlyAfterwards() throws IOException {
    Ends ends = pair();
    proxy.drop();
    ends.client.setSoLinger(true, 0);
    ends.client.close();
    assertSilent(ends.server);
    proxy.heal();
    assertReset(ends.server);
  }

  @Test
  void halfOpen_oneWayOnly() throws IOException {
    Ends ends = pair();
    proxy.halfOpen(Direction.TO_CLIENT);
    assertPasses(ends.client, ends.server);
    send(ends.server, "hello");
    assertSilent(ends.client);
    Socket client = connect();
    assertPasses(client, accept());
    proxy.heal();
    assertThat(receive(ends.client, 5)).isEqualTo("hello");
    proxy.halfOpen(Direction.TO_TARGET);
    assertPasses(ends.server, ends.client);
    send(ends.client, "hello");
    assertSilent(ends.server);
  }

  @Test
  void forget_presentConnections_neverComeBack() throws IOException {
    Ends before = pair();
    proxy.forget();
    send(before.client, "lost");
    assertSilent(before.server);
    Ends after = pair();
    assertPasses(after.client, after.server);
    proxy.heal();
    assertSilent(before.server);
    before.server.close();
    assertSilent(before.client);
    before.client.close();
    Awaitility.await().until(() -> proxy.connections() == 1);
  }

  @Test
  void reset_bothEnds_andNewConnectionsPass() throws IOException {
    Ends ends = pair();
    proxy.reset();
    assertReset(ends.client);
    assertReset(ends.server);
    Ends next = pair();
    assertPasses(next.client, next.server);
  }

  @Test
  void reset_byOneEnd_reachesTheOther() throws IOException {
    Ends ends = pair();
    ends.server.setSoLinger(true, 0);
    ends.server.close();
    assertReset(ends.client);
  }

  @Test
  void refuse_asIfNobodyListened() throws IOException {
    Ends ends = pair();
    for (int i = 0; i < 20; i++) {
      proxy.refuse();
      assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
      proxy.heal();
      pair();
    }
    assertReset(ends.client);
    assertReset(ends.server);
  }

  @Test
  void target_gone_resets_andCanBeAnother() throws IOException {
    Ends before = pair();
    ServerSocket other =
        closing(new ServerSocket(Ports.free(), 100, InetAddress.getLoopbackAddress()));
    proxy.target(other.getLocalPort());
    Socket client = connect();
    assertPasses(client, closing(other.accept()));
    assertPasses(before.client, before.server);
    other.close();
    assertReset(connect());
  }

  @Test
  void close_freesThePort_andEndsAll() throws IOException {
    Ends ends = pair();
    proxy.close();
    proxy.close();
    assertReset(ends.client);
    assertReset(ends.server);
    assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
    assertThatThrownBy(proxy::drop).hasMessage("the proxy at " + proxy.port() + " is closed");
    new ServerSocket(proxy.port(), 1, InetAddress.getLoopbackAddress()).close();
  }

  @Test
  void thousandConnections_allServed() throws IOException {
    List<Ends> all = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      all.add(pair());
    }
    for (Ends ends : all) {
      assertPasses(ends.client, ends.server);
      assertPasses(ends.server, ends.client);
    }
    assertThat(proxy.connections()).isEqualTo(1000);
  }
}
