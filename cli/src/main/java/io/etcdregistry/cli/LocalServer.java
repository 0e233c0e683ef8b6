package io.etcdregistry.cli;

import io.etcdregistry.devserver.DevServer;
import java.io.UncheckedIOException;

/** Starts the in-memory etcd, and says what to do where that fails. */
final class LocalServer {
  private LocalServer() {}

  /**
   * @param port 0 for any free one
   */
  static DevServer start(int port) {
    return start(DevServer.builder(), "127.0.0.1", port);
  }

  /**
   * @param builder knows the rest
   */
  static DevServer start(DevServer.Builder builder, String host, int port) {
    try {
      return builder.host(host).port(port).start();
    } catch (UncheckedIOException e) {
      throw new CommandException(
          ExitCode.FAILURE,
          "cannot listen on "
              + host
              + ":"
              + port
              + " ("
              + String.valueOf(e.getMessage())
              + "); stop what listens there, or choose another with --port",
          e);
    }
  }
}
