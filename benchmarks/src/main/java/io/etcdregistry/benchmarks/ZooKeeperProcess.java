package io.etcdregistry.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.curator.test.TestingServer;

/** A ZooKeeper in a JVM of its own, so that what it keeps is not counted with its clients. */
final class ZooKeeperProcess implements AutoCloseable {
  /** A ZooKeeper refuses answers over a megabyte unless both sides are told otherwise. */
  static final String LARGE_ANSWERS = "-Djute.maxbuffer=67108864";

  private final Process process;
  private final String connect;

  private ZooKeeperProcess(Process process, String connect) {
    this.process = process;
    this.connect = connect;
  }

  static ZooKeeperProcess start() {
    try {
      Process process =
          new ProcessBuilder(
                  List.of(
                      ProcessHandle.current().info().command().orElse("java"),
                      LARGE_ANSWERS,
                      "-cp",
                      System.getProperty("java.class.path"),
                      ZooKeeperProcess.class.getName()))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      BufferedReader out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      return new ZooKeeperProcess(process, out.readLine());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Serves until nobody holds its input open any more. */
  public static void main(String[] args) throws Exception {
    try (TestingServer server = new TestingServer()) {
      System.out.println(server.getConnectString());
      System.in.transferTo(java.io.OutputStream.nullOutputStream());
    }
  }

  String connect() {
    return connect;
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
