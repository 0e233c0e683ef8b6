package io.etcdregistry.it.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;

/**
 * etcd's own gRPC proxy in front of a server: it gathers the watches of its clients into few, and
 * answers repeated reads from a cache unless they ask for what is current.
 */
public final class GrpcProxy implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(30);

  private final MemberFolder folder = MemberFolder.create();
  private final int port = Ports.free();
  private final EtcdProcess process;

  private GrpcProxy(EtcdServer server) {
    process =
        EtcdProcess.start(
            List.of(
                EtcdHome.binary("etcd").toString(),
                "grpc-proxy",
                "start",
                "--endpoints=" + server.address(),
                "--listen-addr=" + address(),
                "--data-dir=" + folder.data()),
            folder.log());
  }

  /** Starts one; returns when it accepts connections. */
  public static GrpcProxy start(EtcdServer server) {
    GrpcProxy proxy = new GrpcProxy(server);
    long begun = System.nanoTime();
    while (!proxy.accepts()) {
      if (!proxy.process.isAlive() || System.nanoTime() - begun > START_LIMIT.toNanos()) {
        String log = proxy.folder.readLog();
        proxy.close();
        throw new IllegalStateException("the proxy does not start:\n" + log);
      }
      EtcdServer.sleep(20);
    }
    return proxy;
  }

  private boolean accepts() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
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

  /** Kills it; may be called again. */
  @Override
  public void close() {
    process.kill();
    folder.delete();
  }
}
