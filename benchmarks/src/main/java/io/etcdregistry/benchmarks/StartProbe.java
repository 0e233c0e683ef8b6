package io.etcdregistry.benchmarks;

import io.etcdregistry.Registry;
import org.apache.curator.x.discovery.ServiceCache;

/**
 * A program that makes a client, looks one service up, and says what that took. The client is open
 * while it looks.
 *
 * <p>Arguments: which client, where its server is, and the service's name.
 */
final class StartProbe {
  private StartProbe() {}

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    Probe.Client client =
        switch (args[0]) {
          case "own" -> own(args[1], args[2]);
          case "curator" -> curator(args[1], args[2]);
          default -> raw(args[1], args[2]);
        };
    Probe.report(client);
  }

  private static Probe.Client own(String endpoint, String name) {
    return () -> Registry.connect(endpoint).list(name).size();
  }

  private static Probe.Client curator(String connect, String name) {
    return () -> {
      CuratorFleet fleet = new CuratorFleet(connect);
      ServiceCache<Void> cache = fleet.cache(name, 1);
      return cache.getInstances().size();
    };
  }

  private static Probe.Client raw(String endpoint, String name) {
    return () -> (int) new RawFleet(endpoint).read(name)[0];
  }
}
