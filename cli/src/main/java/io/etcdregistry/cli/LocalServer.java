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
    try {
      return DevServer.builder().port(port).start();
    } catch (UncheckedIOException e) {
      throw new CommandException(
          ExitCode.FAILURE,
          "cannot listen on 127.0.0.1:"
              + port
              + " ("
              + String.valueOf(e.getMessage())
              + "); stop what listens there, or choose another with --port",
          e);
    }
  }
}
