package io.etcdregistry.it.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free ports of the loopback address. They lie below the range from which Linux serves outgoing
 * connections, so that nobody takes the port of a server while a test has it down.
 */
public final class Ports {
  private static final int LOWEST = 10_000;
  private static final int BEYOND_HIGHEST = 32_000;

  private Ports() {}

  /** A port that nobody listened on a moment ago. */
  public static int free() {
    for (int attempt = 0; attempt < 100; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, BEYOND_HIGHEST);
      try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return probe.getLocalPort();
      } catch (IOException e) {
        // taken: try another
      }
    }
    throw new IllegalStateException("no free port found");
  }
}
