package io.etcdregistry.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** etcd's gRPC proxy in front of an etcd; it may need a moment to answer. */
final class EtcdProxy implements AutoCloseable {
  private final Process process;
  private final String endpoint;

  private EtcdProxy(Process process, String endpoint) {
    this.process = process;
    this.endpoint = endpoint;
  }

  /**
   * Starts one.
   *
   * @param home has {@code bin/etcd}
   * @param behind where the etcd listens
   */
  static EtcdProxy start(Path home, String behind) {
    try {
      String address = "127.0.0.1:" + freePort();
      Path unused = Files.createTempDirectory("etcd-proxy-"); // it wants one, and writes nothing
      unused.toFile().deleteOnExit();
      Process process =
          new ProcessBuilder(
                  List.of(
                      home.resolve("bin/etcd").toString(),
                      "grpc-proxy",
                      "start",
                      "--endpoints=" + behind,
                      "--listen-addr=" + address,
                      "--data-dir=" + unused))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      return new EtcdProxy(process, address);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  String endpoint() {
    return endpoint;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
