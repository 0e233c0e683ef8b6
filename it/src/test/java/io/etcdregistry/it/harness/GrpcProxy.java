package io.etcdregistry.it.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * etcd's own gRPC proxy in front of a server, of the same version: it gathers the watches of its
 * clients into few. It listens on loopback, and dies with this JVM.
 */
public final class GrpcProxy implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final MemberFolder folder = MemberFolder.create();
  private final int port = Ports.free();
  private final List<String> command = new ArrayList<>();
  private EtcdProcess process;

  private GrpcProxy(EtcdServer server, List<String> flags) {
    command.add(EtcdHome.binary("etcd").toString());
    command.addAll(List.of("grpc-proxy", "start"));
    command.add("--endpoints=" + server.address());
    command.add("--listen-addr=" + address());
    command.add("--advertise-client-url=" + address()); // 3.5 ends if it cannot be reached there
    command.add("--data-dir=" + folder.data());
    command.addAll(flags);
    process = EtcdProcess.start(command, folder.log());
  }

  /**
   * Starts one; returns when it accepts connections.
   *
   * @param server what it is in front of
   * @param flags further flags of its
   */
  public static GrpcProxy start(EtcdServer server, String... flags) {
    GrpcProxy proxy = new GrpcProxy(server, List.of(flags));
    try {
      proxy.awaitStart();
      return proxy;
    } catch (RuntimeException e) {
      proxy.close();
      throw e;
    }
  }

  private void awaitStart() {
    Awaitility.await("the proxy")
        .atMost(START_LIMIT)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> accepts() || !process.isAlive());
    if (!process.isAlive()) {
      throw new IllegalStateException("the proxy does not start:\n" + folder.readLog());
    }
  }

  private boolean accepts() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Host and port that it listens on. */
  public String address() {
    return "127.0.0.1:" + port;
  }

  /** The port that it listens on. */
  public int port() {
    return port;
  }

  /** SIGKILL; returns when it has gone. */
  public void kill() {
    process.kill();
  }

  /** Starts it again where it was; returns when it accepts connections. */
  public void restart() {
    process.kill();
    process = EtcdProcess.start(command, folder.log());
    awaitStart();
  }

  /** Kills it; may be called again. */
  @Override
  public void close() {
    kill();
    folder.delete();
  }
}
