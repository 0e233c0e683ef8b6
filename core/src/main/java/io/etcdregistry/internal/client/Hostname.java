package io.etcdregistry.internal.client;

import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import io.etcdregistry.internal.config.ConnectionString;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Supplier;

/** Which address of this machine to advertise. */
final class Hostname {
  private Hostname() {}

  static Supplier<String> of(Optional<String> given, ConnectionString connection) {
    Optional<String> told = given.or(() -> connection.self().hostname());
    return () -> told.orElseGet(Hostname::sourceOfTheRouteOut);
  }

  private static String sourceOfTheRouteOut() {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress("192.0.2.1", 9)); // sends nothing
      return socket.getLocalAddress().getHostAddress();
    } catch (IOException e) {
      throw new RegistryException(Reason.INVALID, "hostname: none could be found", e);
    }
  }
}
