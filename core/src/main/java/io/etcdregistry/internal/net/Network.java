package io.etcdregistry.internal.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * This machine's network as far as the choice of an address depends on it.
 *
 * @param interfaces those that are up, in any order
 * @param towardEtcd where packets to etcd would come from, if that is known
 * @param out where packets to the world would come from, IPv4 before IPv6; empty without a route
 */
record Network(
    List<Interface> interfaces, Optional<InetAddress> towardEtcd, List<InetAddress> out) {
  /**
   * Addresses for documentation (RFC 5737, RFC 3849), which nobody has: what a route to them tells
   * is the route to everybody. A connected datagram socket sends nothing.
   */
  private static final List<String> ANYBODY = List.of("192.0.2.1", "2001:db8::1");

  private static final int DISCARD = 9;

  /** Names of interfaces that lead to containers, guests or tunnels and not to other machines. */
  private static final Pattern INWARD =
      Pattern.compile(
          "(docker|br-|veth|virbr|vnet|vmnet|vboxnet|vethernet|podman|cni|flannel|cali|cilium|kube"
              + "|nodelocaldns|lxc|lxdbr|tun|tap|utun|wg|tailscale|zt|dummy|ifb|bridge).*");

  /** Freezes the lists. */
  Network {
    interfaces = List.copyOf(interfaces);
    out = List.copyOf(out);
  }

  /**
   * A network interface that is up.
   *
   * @param name its name in the system
   * @param index its number in the system, which says the order
   * @param inward whether it leads to containers, guests or tunnels of this machine
   * @param addresses its addresses, in the system's order
   */
  record Interface(String name, int index, boolean inward, List<InetAddress> addresses) {
    /** Freezes the list. */
    Interface {
      addresses = List.copyOf(addresses);
    }

    /** Whether a name is one of an interface that leads inward. */
    static boolean leadsInward(String name) {
      return INWARD.matcher(name.toLowerCase(Locale.ROOT)).matches();
    }
  }

  /** Looks at the machine. Sends nothing; takes some milliseconds. */
  static Network look(Collection<InetAddress> etcd) {
    Optional<InetAddress> towardEtcd =
        etcd.stream()
            .filter(address -> !address.isLoopbackAddress())
            .map(Network::sourceToward)
            .flatMap(Optional::stream)
            .findFirst();
    List<InetAddress> out =
        ANYBODY.stream()
            .map(Ip::parse)
            .flatMap(Optional::stream)
            .map(Network::sourceToward)
            .flatMap(Optional::stream)
            .toList();
    return new Network(thoseUp(), towardEtcd, out);
  }

  private static List<Interface> thoseUp() {
    List<Interface> found = new ArrayList<>();
    try {
      for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        if (each.isUp()) {
          boolean inward = each.isVirtual() || Interface.leadsInward(each.getName());
          List<InetAddress> addresses = Collections.list(each.getInetAddresses());
          found.add(new Interface(each.getName(), each.getIndex(), inward, addresses));
        }
      }
    } catch (SocketException e) {
      // An interface that went while it was looked at, or a system that does not tell.
    }
    return found;
  }

  private static Optional<InetAddress> sourceToward(InetAddress target) {
    boolean v4 = target instanceof Inet4Address;
    try (DatagramChannel channel =
        DatagramChannel.open(v4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6)) {
      channel.connect(new InetSocketAddress(target, DISCARD));
      return channel.getLocalAddress() instanceof InetSocketAddress local
          ? Optional.of(local.getAddress()).filter(address -> !address.isAnyLocalAddress())
          : Optional.empty();
    } catch (IOException | UncheckedIOException | UnsupportedOperationException e) {
      return Optional.empty(); // no route, or no IPv6 at all
    }
  }
}
