package io.etcdregistry.internal.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TransportTest {
  private static final long LIMIT_MILLIS = 60_000;
  private static final String PREFACE = "PRI * HTTP/2.0";

  @Test
  void channels_useItsThreadOnly_whichEndsWithIt() throws Exception {
    Set<Thread> before = threads();
    Transport transport = Transport.open();
    assertThat(saidTo(transport)).isEqualTo(PREFACE);

    Set<Thread> own = threads();
    own.removeAll(before);
    own.removeIf(thread -> !thread.getName().matches("(etcd-registry|grpc)-.*"));
    assertThat(own).extracting(Thread::getName).singleElement().isEqualTo("etcd-registry-io-1");
    transport.close();
    transport.close();
    for (Thread thread : own) {
      thread.join(LIMIT_MILLIS);
    }
    assertThat(own).noneMatch(Thread::isAlive);
    assertThatThrownBy(() -> transport.thread().execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void neverUsed_endsToo() throws InterruptedException {
    Transport transport = Transport.open();
    transport.close();
    assertThat(transport.thread().awaitTermination(LIMIT_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
  }

  @Test
  void contexts_letTheNetworkAndWhatCameLaterHaveTheirTurn() throws Exception {
    try (Transport transport = Transport.open()) {
      List<String> ran = new CopyOnWriteArrayList<>();
      CompletableFuture<Void> done = new CompletableFuture<>();
      transport
          .thread()
          .execute(
              () -> {
                transport
                    .contexts()
                    .execute(
                        () -> {
                          ran.add("context");
                          done.complete(null);
                        });
                transport.thread().execute(() -> ran.add("came later"));
              });
      done.get(LIMIT_MILLIS, TimeUnit.MILLISECONDS);
      assertThat(ran).containsExactly("came later", "context");
    }
  }

  @Test
  void smallAnswers_areReadWhereTheyCome() {
    Executor workers = Runnable::run;
    try (Transport netty = Transport.open();
        Transport any = new AnyTransport()) {
      assertThat(netty.readers(workers)).isSameAs(netty.thread());
      assertThat(any.readers(workers)).isSameAs(workers);
    }
  }

  @Test
  void anyTransport_connects_andRunsWhatIsDue() throws Exception {
    try (Transport any = new AnyTransport()) {
      assertThat(saidTo(any)).isEqualTo(PREFACE);

      CompletableFuture<String> due = new CompletableFuture<>();
      any.thread()
          .schedule(() -> due.complete(Thread.currentThread().getName()), 1, TimeUnit.NANOSECONDS);
      assertThat(due.get(LIMIT_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo("etcd-registry-timer-1");
    }
  }

  /** What a channel of its says first. */
  private static String saidTo(Transport transport) throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      server.setSoTimeout((int) LIMIT_MILLIS);
      ManagedChannel channel =
          transport
              .channel(
                  "dns:///127.0.0.1:" + server.getLocalPort(), InsecureChannelCredentials.create())
              .executor(transport.thread())
              .offloadExecutor(transport.thread())
              .build();
      channel.getState(true);
      try (Socket client = server.accept()) {
        client.setSoTimeout((int) LIMIT_MILLIS);
        byte[] said = client.getInputStream().readNBytes(PREFACE.length());
        return new String(said, StandardCharsets.US_ASCII);
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream().collect(Collectors.toSet());
  }
}
