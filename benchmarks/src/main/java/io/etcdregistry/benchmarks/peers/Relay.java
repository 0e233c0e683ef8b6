package io.etcdregistry.benchmarks.peers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;

/** Stands before a server on loopback and counts the bytes that go through, both ways. */
final class Relay implements AutoCloseable {
  private final ServerSocket front;
  private final LongAdder bytes = new LongAdder();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "relay");
            thread.setDaemon(true);
            return thread;
          });

  Relay() throws IOException {
    front = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
  }

  String endpoint() {
    return "127.0.0.1:" + front.getLocalPort();
  }

  /** Begins to let through. */
  void to(String endpoint) {
    int port = Integer.parseInt(endpoint.substring(endpoint.indexOf(':') + 1));
    threads.execute(() -> accept(port));
  }

  long bytes() {
    return bytes.sum();
  }

  private void accept(int port) {
    try {
      while (true) {
        connect(front.accept(), port);
      }
    } catch (IOException closed) {
      // the end
    }
  }

  /** An etcd that is not there yet hangs up, and its clients come again. */
  private void connect(Socket client, int port) throws IOException {
    try {
      Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      threads.execute(() -> copy(client, server));
      threads.execute(() -> copy(server, client));
    } catch (ConnectException notYet) {
      client.close();
    }
  }

  private void copy(Socket from, Socket to) {
    byte[] buffer = new byte[16 * 1024];
    try (from;
        to) {
      InputStream input = from.getInputStream();
      OutputStream output = to.getOutputStream();
      for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
        bytes.add(count);
        output.write(buffer, 0, count);
      }
    } catch (IOException closed) {
      // by the other direction
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    try {
      front.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
