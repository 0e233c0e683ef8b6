package io.etcdregistry.internal.net;

import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import io.etcdregistry.internal.net.Network.Interface;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Finds the address under which others reach this machine. Stateless.
 *
 * <p>What the user says counts first. Else it is the source address of the packets to etcd, if etcd
 * is given by an address that is not loopback: whoever looks the service up speaks to the same
 * etcd, so that this network is the one that callers and services share, while the default route of
 * a machine with several networks often leads to another, a guest network or a tunnel. Host names
 * of etcd are not resolved for it, since a join must not wait for DNS. Where packets to etcd leave
 * through a container network, etcd runs on this machine and says nothing about others. Then it is
 * the source address of the route to the world, IPv4 before IPv6; then, on a machine without a
 * route, the first address of an interface, those of containers, guests and tunnels last; and
 * loopback only if there is nothing else.
 *
 * <p>Link-local addresses of IPv6 are never chosen unasked: they mean nothing without a zone, which
 * is another on each machine.
 */
public final class LocalAddress {
  private LocalAddress() {}

  /**
   * What the user says about the address.
   *
   * @param hostname the address itself
   * @param networkInterface the interface that has it
   * @param cidr the block it lies in
   * @param etcd where etcd is, as far as that is given by addresses
   */
  public record Wish(
      Optional<String> hostname,
      Optional<String> networkInterface,
      Optional<Cidr> cidr,
      List<InetAddress> etcd) {
    /** Freezes the list. */
    public Wish {
      etcd = List.copyOf(etcd);
    }

    /** The same, with the address itself if it is given. */
    public Wish or(Optional<String> given) {
      return given.isPresent() ? new Wish(given, Optional.empty(), Optional.empty(), etcd) : this;
    }
  }

  /**
   * An address and the reason for it.
   *
   * @param address a name or an IP address, IPv6 without brackets and zone
   * @param why the end of a sentence, "because …"
   * @param reachable whether other machines may reach it
   */
  public record Choice(String address, String why, boolean reachable) {}

  /**
   * Looks at the machine and decides. Sends nothing; takes some milliseconds.
   *
   * @param wish what the user says
   * @return the address to advertise
   * @throws RegistryException {@code INVALID} if the user asks for an interface or a block that has
   *     no address now
   */
  public static Choice find(Wish wish) {
    return wish.hostname().isPresent()
        ? choose(wish, new Network(List.of(), Optional.empty(), List.of()))
        : choose(wish, Network.look(wish.etcd()));
  }

  static Choice choose(Wish wish, Network network) {
    if (wish.hostname().isPresent()) {
      return new Choice(wish.hostname().get(), "it is configured", true);
    }
    List<Place> places = places(network);
    if (wish.networkInterface().isPresent() || wish.cidr().isPresent()) {
      return wished(wish, network, places);
    }
    Optional<Place> etcd =
        network
            .towardEtcd()
            .filter(LocalAddress::reachable)
            .flatMap(address -> find(places, address))
            .filter(place -> !place.on.inward());
    if (etcd.isPresent()) {
      return etcd.get().because("packets to etcd leave from it");
    }
    Optional<InetAddress> out = network.out().stream().filter(LocalAddress::reachable).findFirst();
    if (out.isPresent()) {
      return new Choice(Ip.text(out.get()), "packets to the world leave from it", true);
    }
    return places.stream()
        .filter(place -> reachable(place.address))
        .min(Comparator.comparing(place -> place.address.isLinkLocalAddress()))
        .map(place -> place.because("no route leads out and it is the first one"))
        .orElseGet(
            () ->
                new Choice(
                    "127.0.0.1",
                    "this machine has no other address; other machines cannot reach it",
                    false));
  }

  /** An address where it is. */
  private record Place(Interface on, InetAddress address) {
    Choice because(String why) {
      return new Choice(Ip.text(address), why + ", on interface " + on.name(), true);
    }
  }

  /** All addresses in the order in which they are considered; the sort keeps the system's. */
  private static List<Place> places(Network network) {
    List<Place> places = new ArrayList<>();
    for (Interface each : network.interfaces()) {
      each.addresses().forEach(address -> places.add(new Place(each, address)));
    }
    places.sort(
        Comparator.comparing((Place place) -> place.on.inward())
            .thenComparing(place -> place.address instanceof Inet6Address)
            .thenComparing(place -> place.on.index())
            .thenComparing(place -> place.on.name()));
    return places;
  }

  private static Choice wished(Wish wish, Network network, List<Place> places) {
    Predicate<Place> onIt =
        place -> wish.networkInterface().map(place.on.name()::equals).orElse(true);
    Predicate<Place> inIt = place -> wish.cidr().map(c -> c.contains(place.address)).orElse(true);
    List<Place> fitting = places.stream().filter(onIt.and(inIt)).toList();
    String asked =
        wish.networkInterface().map(name -> "interface " + name).orElse("")
            + (wish.networkInterface().isPresent() && wish.cidr().isPresent() ? " with " : "")
            + wish.cidr().map(cidr -> "cidr " + cidr).orElse("");
    return network.out().stream()
        .flatMap(address -> find(fitting, address).stream())
        .findFirst()
        .or(() -> fitting.stream().min(Comparator.comparing(p -> p.address.isLinkLocalAddress())))
        .map(place -> place.because(asked + " is configured"))
        .orElseThrow(() -> nothing(asked, places));
  }

  private static RegistryException nothing(String asked, List<Place> places) {
    String present =
        places.stream()
            .map(place -> place.on.name() + " with " + Ip.text(place.address))
            .collect(Collectors.joining(", "));
    return new RegistryException(
        Reason.INVALID, asked + ": no such address on this machine (expected: " + present + ")");
  }

  private static Optional<Place> find(List<Place> places, InetAddress address) {
    String text = Ip.text(address);
    return places.stream().filter(place -> Ip.text(place.address).equals(text)).findFirst();
  }

  private static boolean reachable(InetAddress address) {
    boolean needsZone = address instanceof Inet6Address && address.isLinkLocalAddress();
    return !address.isLoopbackAddress() && !address.isAnyLocalAddress() && !needsZone;
  }
}
