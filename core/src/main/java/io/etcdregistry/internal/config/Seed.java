package io.etcdregistry.internal.config;

import io.etcdregistry.internal.net.Ip;
import java.net.InetAddress;
import java.util.Locale;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Where an etcd is said to be.
 *
 * @param host a name or an address, an IPv6 one without brackets
 * @param port empty for 2379, or 4001 where 2379 refuses
 */
public record Seed(String host, OptionalInt port) {
  /** Whether this can only be the machine we are on; decided without asking DNS. */
  public boolean loopback() {
    return host.toLowerCase(Locale.ROOT).equals("localhost")
        || Ip.parse(host).filter(InetAddress::isLoopbackAddress).isPresent();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Seed seed && host.equals(seed.host) && port.equals(seed.port);
  }

  @Override
  public int hashCode() {
    return 31 * host.hashCode() + port.hashCode();
  }

  @Override
  public String toString() {
    String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return port.isPresent() ? shown + ":" + port.getAsInt() : shown;
  }
}
