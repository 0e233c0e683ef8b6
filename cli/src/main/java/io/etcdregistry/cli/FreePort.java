package io.etcdregistry.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A port of this machine that nobody uses at the moment. */
final class FreePort {
  private FreePort() {}

  /** Finds one by taking it for a moment, without listening on it. */
  static int find() {
    try (Socket socket = new Socket()) {
      socket.setReuseAddress(false);
      socket.bind(new InetSocketAddress(0));
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.FAILURE,
          "no port is free (" + String.valueOf(e.getMessage()) + "); name one with --port",
          e);
    }
  }
}
