package io.etcdregistry.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.etcdregistry.it.harness.TestCertificates;
import io.grpc.util.AdvancedTlsX509KeyManager;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;

/** Stands before an etcd that has no TLS, and has it say a year long ago. */
final class LateServer implements AutoCloseable {
  private final ServerSocket server;
  private final int etcd;

  private LateServer(ServerSocket server, int etcd) {
    this.server = server;
    this.etcd = etcd;
    begin(this::accept);
  }

  static LateServer plain(int etcd) {
    try {
      return new LateServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), etcd);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One that shows this certificate. */
  static LateServer tls(int etcd, TestCertificates.Pair pair) {
    try {
      AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
      keys.updateIdentityCredentials(pair.certificate().toFile(), pair.key().toFile());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {keys}, null, null);
      SSLServerSocket socket =
          (SSLServerSocket)
              context
                  .getServerSocketFactory()
                  .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
      socket.setSSLParameters(parameters);
      return new LateServer(socket, etcd);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void begin(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // one of the two sides is gone
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = server.accept();
      Socket target = new Socket(InetAddress.getLoopbackAddress(), etcd);
      begin(() -> copy(client, target, false));
      begin(() -> copy(target, client, true));
    }
  }

  private static void copy(Socket from, Socket to, boolean late) throws IOException {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[65_536];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        String text = new String(buffer, 0, n, ISO_8859_1);
        String told = late ? text.replaceFirst("(\nDate: .{12})\\d{4}", "$12019") : text;
        out.write(told.getBytes(ISO_8859_1));
      }
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
