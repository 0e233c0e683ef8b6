package io.etcdregistry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;

/** The usual ways to find out whether an instance serves. Each blocks for a few seconds at most. */
final class ReadyCheck {
  private static final int LIMIT = (int) Duration.ofSeconds(2).toMillis();
  private static final int FIRST_FAILURE = 400;

  private ReadyCheck() {}

  /** Whether its port accepts a TCP connection. */
  static boolean listens(Instance instance) {
    int port = instance.port().orElseThrow(() -> new IllegalStateException("it has no port"));
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(instance.hostname(), port), LIMIT);
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(instance.host() + ": " + e.getMessage(), e);
    }
  }

  /** Whether a GET is answered by a status below 400. */
  static boolean answers(Instance instance, String path) {
    URI uri = URI.create(instance.url()).resolve(path);
    try {
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setConnectTimeout(LIMIT);
      connection.setReadTimeout(LIMIT);
      connection.setInstanceFollowRedirects(false);
      connection.setUseCaches(false);
      try {
        int status = connection.getResponseCode();
        if (status >= FIRST_FAILURE) {
          throw new IllegalStateException(uri + " answers " + status);
        }
        return status > 0;
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(uri + ": " + e.getMessage(), e);
    }
  }
}
