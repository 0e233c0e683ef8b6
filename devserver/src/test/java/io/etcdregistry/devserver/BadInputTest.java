package io.etcdregistry.devserver;

import static io.etcdregistry.devserver.TestClient.bytes;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.protocol.PutRequest;
import io.etcdregistry.protocol.RangeRequest;
import io.etcdregistry.protocol.RequestOp;
import io.etcdregistry.protocol.TxnRequest;
import io.etcdregistry.protocol.WatchCreateRequest;
import io.etcdregistry.protocol.WatchRequest;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever behaves badly, or is many, gets a clear answer, and the others are served. */
class BadInputTest {
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private static final MethodDescriptor.Marshaller<InputStream> RAW =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(InputStream message) {
          return message;
        }

        @Override
        public InputStream parse(InputStream message) {
          return message;
        }
      };

  private final DevServer server = DevServer.builder().manualTime().start();
  private final TestClient client = new TestClient(server);

  @AfterEach
  void othersAreServed_thenStop() {
    client.put("at the end", "1");
    client.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "GET /health HTTP/1.1\r\nHost: x\r\n\r\n", PREFACE})
  void frames_thatAreNone_endTheirConnectionOnly(String opening) throws IOException {
    byte[] noise = new byte[64 << 10];
    new Random(1).nextBytes(noise);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(TestClient.LIMIT_SECONDS * 1000);
      OutputStream out = socket.getOutputStream();
      try {
        out.write(opening.getBytes(US_ASCII));
        out.write(noise);
        out.flush();
        while (socket.getInputStream().read() >= 0) {
          // what it says before it hangs up
        }
      } catch (SocketException e) {
        // it hung up while we wrote
      }
    }
  }

  @Test
  void method_thatIsNotServed_saysWhereItIs() {
    assertThatThrownBy(() -> call("etcdserverpb.Auth/UserAdd", new byte[0]))
        .hasMessage(
            "UNIMPLEMENTED: etcdserverpb.Auth/UserAdd is not served by the development server;"
                + " use a real etcd for it");
    assertThatThrownBy(() -> call("no.such.Service/AtAll", new byte[] {1, 2, 3}))
        .hasMessageStartingWith("UNIMPLEMENTED: no.such.Service/AtAll is not served");
  }

  @Test
  void message_thatIsNone_isRefused() {
    assertThatThrownBy(() -> call("etcdserverpb.KV/Put", new byte[] {(byte) 0xFF, 1, 2, 3}))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e ->
                assertThat(e.getStatus().getCode())
                    .isIn(Status.Code.INTERNAL, Status.Code.UNKNOWN));
  }

  @Test
  void idleConnections_aThousand_leaveOthersAlone() throws IOException {
    List<Socket> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 1000; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        idle.add(socket);
        socket.getOutputStream().write(PREFACE.getBytes(US_ASCII));
      }
      try (TestClient late = new TestClient(server)) {
        late.put("a", "1");
        assertThat(late.keys()).containsExactly("a");
      }
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  @Test
  void watchers_aThousand_areAllTold() {
    TestClient.WatchCall stream = client.watch();
    for (int i = 0; i < 1000; i++) {
      stream.send(
          WatchRequest.newBuilder()
              .setCreateRequest(
                  WatchCreateRequest.newBuilder().setKey(bytes(i % 2 == 0 ? "a" : "b"))));
      assertThat(stream.take().getCreated()).isTrue();
    }
    long revision = client.put("a", "1");
    for (int i = 0; i < 500; i++) {
      assertThat(stream.take().getEvents(0).getKv().getModRevision()).isEqualTo(revision);
    }
    assertThat(stream.nothingTold()).isTrue();
  }

  @Test
  void keys_aHundredThousand_areKept() {
    for (int block = 0; block < 1000; block++) {
      TxnRequest.Builder txn = TxnRequest.newBuilder();
      for (int i = 0; i < 100; i++) {
        txn.addSuccess(
            RequestOp.newBuilder()
                .setRequestPut(
                    PutRequest.newBuilder()
                        .setKey(bytes("key-%06d".formatted(block * 100 + i)))
                        .setValue(bytes("value"))));
      }
      assertThat(client.kv().txn(txn.build()).getSucceeded()).isTrue();
    }
    RangeRequest.Builder all =
        RangeRequest.newBuilder().setKey(bytes("key-")).setRangeEnd(bytes("key."));
    assertThat(client.kv().range(all.setCountOnly(true).build()).getCount()).isEqualTo(100_000);
    assertThat(
            client
                .kv()
                .range(all.setCountOnly(false).setLimit(10).build())
                .getKvs(9)
                .getKey()
                .toStringUtf8())
        .isEqualTo("key-000009");
  }

  @Test
  void leases_tenThousand_endAtTheirTime() {
    for (int id = 1; id <= 10_000; id++) {
      client.grant(id, 5 + id % 10);
      client.put("lease " + id, "", id);
    }
    for (int second = 5; second < 15; second++) {
      server.faults().advance(Duration.ofSeconds(second == 5 ? 4 : 0).plusMillis(999));
      assertThat(client.keys()).as("just before %s s", second).hasSize((15 - second) * 1000);
      server.faults().advance(Duration.ofMillis(1));
      assertThat(client.keys()).as("after %s s", second).hasSize((14 - second) * 1000);
    }
  }

  @Test
  void grants_flood_isRefused_onceItTakesAllTheSpace() {
    try (DevServer small = DevServer.builder().quota(1 << 20).start();
        TestClient flood = new TestClient(small)) {
      flood.put("before", "1");
      int granted = 0;
      try {
        for (; granted < 10_000; granted++) {
          flood.grant(granted + 1, 600);
        }
      } catch (StatusRuntimeException e) {
        assertThat(e).hasMessage("RESOURCE_EXHAUSTED: etcdserver: mvcc: database space exceeded");
      }
      assertThat(granted).isBetween(4_000, 4_096);
      assertThat(flood.keys()).containsExactly("before");
      small.faults().expireAll();
      flood.put("after", "1");
    }
  }

  private InputStream call(String method, byte[] message) {
    return ClientCalls.blockingUnaryCall(
        client.channel(),
        MethodDescriptor.newBuilder(RAW, RAW)
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(method)
            .build(),
        CallOptions.DEFAULT.withDeadlineAfter(TestClient.LIMIT_SECONDS, TimeUnit.SECONDS),
        new ByteArrayInputStream(message));
  }
}
