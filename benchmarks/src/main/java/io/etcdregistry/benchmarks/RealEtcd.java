package io.etcdregistry.benchmarks;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real etcd of one member on loopback, with its data in memory; ends with this JVM. */
public final class RealEtcd implements AutoCloseable {
  private static final Path MEMORY = Path.of("/dev/shm");

  private final Process process;
  private final Path folder;
  private final String endpoint;
  private final Thread hook = new Thread(this::remove);

  private RealEtcd(Process process, Path folder, String endpoint) {
    this.process = process;
    this.folder = folder;
    this.endpoint = endpoint;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Starts one; it may need a moment to answer.
   *
   * @param home has {@code bin/etcd}
   * @param flags further ones, of which the last of a kind is in force
   * @return the etcd
   */
  public static RealEtcd start(Path home, String... flags) {
    try {
      Path folder = Files.createTempDirectory(MEMORY, "etcd-benchmark-");
      String clients = "http://127.0.0.1:" + freePort();
      String peers = "http://127.0.0.1:" + freePort();
      File log = folder.resolve("log").toFile();
      List<String> command =
          new ArrayList<>(
              List.of(
                  home.resolve("bin/etcd").toString(),
                  "--data-dir=" + folder.resolve("data"),
                  "--listen-client-urls=" + clients,
                  "--advertise-client-urls=" + clients,
                  "--listen-peer-urls=" + peers,
                  "--initial-advertise-peer-urls=" + peers,
                  "--initial-cluster=default=" + peers,
                  "--logger=zap",
                  "--log-level=error"));
      command.addAll(List.of(flags));
      Process process =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
      return new RealEtcd(process, folder, clients.substring("http://".length()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Where it listens: host and port. */
  public String endpoint() {
    return endpoint;
  }

  /** The id of its process. */
  public long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(hook);
    remove();
  }

  private void remove() {
    process.destroyForcibly();
    try (Stream<Path> files = Files.walk(folder)) {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("etcd does not end");
      }
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
