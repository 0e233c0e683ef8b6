package io.etcdregistry.devserver;

import static io.etcdregistry.devserver.TestClient.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.protocol.AlarmRequest;
import io.etcdregistry.protocol.AuthGrpc;
import io.etcdregistry.protocol.AuthenticateRequest;
import io.etcdregistry.protocol.ClusterGrpc;
import io.etcdregistry.protocol.LeaseGrpc;
import io.etcdregistry.protocol.LeaseKeepAliveRequest;
import io.etcdregistry.protocol.LeaseKeepAliveResponse;
import io.etcdregistry.protocol.LeaseTimeToLiveRequest;
import io.etcdregistry.protocol.MaintenanceGrpc;
import io.etcdregistry.protocol.Member;
import io.etcdregistry.protocol.MemberListRequest;
import io.etcdregistry.protocol.PutRequest;
import io.etcdregistry.protocol.RangeRequest;
import io.etcdregistry.protocol.StatusRequest;
import io.etcdregistry.protocol.StatusResponse;
import io.etcdregistry.protocol.WatchCreateRequest;
import io.etcdregistry.protocol.WatchRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server as a whole: where it listens, its other services, its hooks, its end. */
class DevServerTest {
  @Test
  void start_listensOnLoopbackOnly() throws IOException {
    try (DevServer server = DevServer.start()) {
      assertThat(server.endpoint()).isEqualTo("127.0.0.1:" + server.port());
      for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        for (InetAddress address : Collections.list(network.getInetAddresses())) {
          if (!address.isLoopbackAddress()) {
            assertThat(accepts(address, server.port())).as("%s", address).isFalse();
          }
        }
      }
      assertThat(accepts(InetAddress.getLoopbackAddress(), server.port())).isTrue();
    }
  }

  @Test
  void start_portTaken_saysWhere() {
    try (DevServer server = DevServer.start()) {
      DevServer.Builder second = DevServer.builder().port(server.port());
      assertThatThrownBy(second::start)
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("cannot listen on " + server.endpoint());
    }
    assertThat(ownThreads()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "198.51.100.1", "no-such-host.invalid"})
  void start_elsewhere_isRefused(String host) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DevServer.builder().host(host).start())
        .withMessageContaining("host: " + host);
  }

  /** An address for documentation, which no machine has: nothing is listened on. */
  @Test
  void start_exposed_warnsLoudly() {
    List<String> warned = new CopyOnWriteArrayList<>();
    Logger logger = Logger.getLogger("io.etcdregistry.devserver");
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord entry) {
            warned.add(entry.getLevel() + ": " + new SimpleFormatter().formatMessage(entry));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    logger.addHandler(handler);
    try {
      DevServer.Builder builder = DevServer.builder().host("198.51.100.1").exposed();
      assertThatThrownBy(builder::start).isInstanceOf(UncheckedIOException.class);
    } finally {
      logger.removeHandler(handler);
    }
    assertThat(warned)
        .singleElement()
        .asString()
        .startsWith("WARNING: ")
        .contains("198.51.100.1, which OTHERS CAN REACH");
  }

  @Test
  void builder_badValues_areNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DevServer.builder().port(65536))
        .withMessage("port: 65536 (expected: 0 to 65535)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DevServer.builder().history(0))
        .withMessage("history: 0 (expected: at least 1)");
  }

  @Test
  void close_leavesNoThreadAndFreesThePort() {
    DevServer server = DevServer.start();
    try (TestClient client = new TestClient(server)) {
      client.watch();
      client.grant(1, 60);
      client.put("a", "1", 1);
      assertThat(ownThreads()).isNotEmpty();
      server.close();
      server.close();
      assertThat(ownThreads()).isEmpty();
    }
    DevServer.builder().port(server.port()).start().close();
  }

  @Test
  void restart_atTheSamePlace_isTheSameClusterWithoutItsData() {
    int port;
    long cluster;
    try (DevServer probe = DevServer.start()) {
      port = probe.port();
    }
    try (DevServer first = DevServer.builder().port(port).start();
        TestClient client = new TestClient(first)) {
      client.put("a", "1");
      cluster = status(client).getHeader().getClusterId();
    }
    try (DevServer second = DevServer.builder().port(port).start();
        TestClient client = new TestClient(second)) {
      assertThat(status(client).getHeader().getClusterId()).isEqualTo(cluster).isNotZero();
      assertThat(client.keys()).isEmpty();
      assertThat(second.revision()).isEqualTo(1);
    }
  }

  @Test
  void services_otherThanData_answer() {
    try (DevServer server = DevServer.start();
        TestClient client = new TestClient(server)) {
      StatusResponse status = status(client);
      assertThat(status.getVersion()).startsWith("3.5.");
      assertThat(status.getLeader()).isEqualTo(status.getHeader().getMemberId());
      Member member =
          TestClient.limited(ClusterGrpc.newBlockingStub(client.channel()))
              .memberList(MemberListRequest.getDefaultInstance())
              .getMembers(0);
      assertThat(member.getID()).isEqualTo(status.getLeader());
      assertThat(member.getClientURLsList()).containsExactly("http://" + server.endpoint());
      MaintenanceGrpc.MaintenanceBlockingStub maintenance =
          TestClient.limited(MaintenanceGrpc.newBlockingStub(client.channel()));
      assertThat(maintenance.alarm(AlarmRequest.getDefaultInstance()).getAlarmsList()).isEmpty();
      assertThatThrownBy(
              () ->
                  TestClient.limited(AuthGrpc.newBlockingStub(client.channel()))
                      .authenticate(AuthenticateRequest.getDefaultInstance()))
          .hasMessage("FAILED_PRECONDITION: etcdserver: authentication is not enabled");
    }
  }

  @Test
  void leases_endByThemselves() {
    try (DevServer server = DevServer.start();
        TestClient client = new TestClient(server)) {
      TestClient.WatchCall watch = client.watch();
      watch.send(
          WatchRequest.newBuilder()
              .setCreateRequest(WatchCreateRequest.newBuilder().setKey(bytes("a"))));
      watch.take();
      client.grant(2, 600);
      long begun = System.nanoTime();
      assertThat(client.grant(1, 1)).isEqualTo(2);
      client.put("a", "1", 1);
      watch.take();
      watch.take();
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofSeconds(2));
      assertThat(client.keys()).isEmpty();
    }
  }

  @Test
  void manualTime_onlyAdvanceEndsLeases() {
    try (DevServer server = DevServer.builder().manualTime().start();
        TestClient client = new TestClient(server)) {
      client.grant(1, 10);
      client.put("a", "1", 1);
      server.faults().advance(Duration.ofMillis(9_999));
      assertThat(client.keys()).containsExactly("a");
      assertThat(timeToLive(client, 1)).isZero();
      server.faults().advance(Duration.ofMillis(1));
      assertThat(client.keys()).isEmpty();
      assertThat(timeToLive(client, 1)).isEqualTo(-1);
    }
  }

  /** A client renews after two fifths of the time at the latest. */
  @Test
  void overdueLeases_areThoseThatAClientHadTimeToRenew() {
    try (DevServer server = DevServer.builder().manualTime().start();
        TestClient client = new TestClient(server)) {
      client.grant(1, 10);
      client.grant(2, 60);
      assertThat(server.overdueLeases(Duration.ofSeconds(6))).isZero();
      assertThat(server.overdueLeases(Duration.ofMillis(6_001))).isEqualTo(1);
      server.faults().advance(Duration.ofMillis(6_001));
      assertThat(server.overdueLeases(Duration.ZERO)).isEqualTo(1);
    }
  }

  @Test
  void expire_endsOneLeaseNow() {
    try (DevServer server = DevServer.start();
        TestClient client = new TestClient(server)) {
      client.grant(1, 600);
      client.put("a", "1", 1);
      assertThat(server.faults().expire(1)).isTrue();
      assertThat(server.faults().expire(1)).isFalse();
      assertThat(client.keys()).isEmpty();
    }
  }

  @Test
  void keepAlive_manyLeasesOnOneStream() throws InterruptedException {
    try (DevServer server = DevServer.builder().manualTime().start();
        TestClient client = new TestClient(server)) {
      client.grant(1, 10);
      client.grant(2, 20);
      BlockingQueue<LeaseKeepAliveResponse> answers = new ArrayBlockingQueue<>(10);
      CompletableFuture<Boolean> end = new CompletableFuture<>();
      StreamObserver<LeaseKeepAliveRequest> stream =
          LeaseGrpc.newStub(client.channel()).leaseKeepAlive(observer(answers, end));
      for (long id : List.of(1L, 2L, 3L)) {
        stream.onNext(LeaseKeepAliveRequest.newBuilder().setID(id).build());
        LeaseKeepAliveResponse answer = answers.poll(TestClient.LIMIT_SECONDS, TimeUnit.SECONDS);
        assertThat(answer.getID()).isEqualTo(id);
        assertThat(answer.getTTL()).isEqualTo(id == 3 ? 0 : id * 10);
      }
      stream.onCompleted();
      assertThat(end.orTimeout(TestClient.LIMIT_SECONDS, TimeUnit.SECONDS).join()).isTrue();
    }
  }

  @Test
  void pause_holdsEveryAnswer_resumeGivesThem() {
    try (DevServer server = DevServer.start();
        TestClient client = new TestClient(server)) {
      client.put("a", "1");
      server.faults().pause();
      assertThatThrownBy(
              () ->
                  client
                      .kv()
                      .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
                      .put(PutRequest.newBuilder().setKey(bytes("late")).build()))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
      server.faults().heal();
      assertThat(client.keys()).contains("a");
    }
  }

  @Test
  void compact_outside_isRefused() {
    try (DevServer server = DevServer.start();
        TestClient client = new TestClient(server)) {
      client.put("a", "1");
      server.faults().compact(2);
      assertThatThrownBy(
              () ->
                  client
                      .kv()
                      .range(RangeRequest.newBuilder().setKey(bytes("a")).setRevision(1).build()))
          .hasMessage("OUT_OF_RANGE: etcdserver: mvcc: required revision has been compacted");
      assertThatIllegalArgumentException().isThrownBy(() -> server.faults().compact(3));
    }
  }

  @Test
  void request_tooLarge_isRefusedAndTheConnectionGoesOn() {
    try (DevServer server = DevServer.start();
        TestClient client = new TestClient(server)) {
      assertThatThrownBy(() -> client.put("a", "x".repeat(1600 << 10)))
          .hasMessage("INVALID_ARGUMENT: etcdserver: request is too large");
      assertThatThrownBy(() -> client.put("a", "x".repeat(3 << 20)))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
      client.put("a", "1");
    }
  }

  private static <T> StreamObserver<T> observer(
      BlockingQueue<T> answers, CompletableFuture<Boolean> end) {
    return new StreamObserver<>() {
      @Override
      public void onNext(T answer) {
        answers.add(answer);
      }

      @Override
      public void onError(Throwable cause) {
        end.completeExceptionally(cause);
      }

      @Override
      public void onCompleted() {
        end.complete(true);
      }
    };
  }

  private static StatusResponse status(TestClient client) {
    return TestClient.limited(MaintenanceGrpc.newBlockingStub(client.channel()))
        .status(StatusRequest.getDefaultInstance());
  }

  private static long timeToLive(TestClient client, long lease) {
    return client
        .leases()
        .leaseTimeToLive(LeaseTimeToLiveRequest.newBuilder().setID(lease).build())
        .getTTL();
  }

  private static boolean accepts(InetAddress address, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static List<String> ownThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("etcd-dev-"))
        .toList();
  }
}
