package io.etcdregistry.internal.etcd;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * A host and a port.
 *
 * @param host a name or an address, an IPv6 one without brackets
 * @param port the TCP port
 */
record Address(String host, int port) {
  /**
   * Reads the URL of a member. Empty if it is not of the scheme wanted, or not a host with a port.
   */
  static Optional<Address> ofUrl(String url, String scheme) {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException unreadable) {
      return Optional.empty();
    }
    String host = uri.getHost();
    if (host == null || uri.getPort() <= 0 || !scheme.equalsIgnoreCase(uri.getScheme())) {
      return Optional.empty();
    }
    boolean bracketed = host.startsWith("[");
    return Optional.of(
        new Address(bracketed ? host.substring(1, host.length() - 1) : host, uri.getPort()));
  }

  /** Whether this can only be our own machine. */
  boolean loopback() {
    return host.equalsIgnoreCase("localhost")
        || host.equals("::1")
        || host.matches("127(\\.\\d{1,3}){3}");
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
