package io.etcdregistry.internal.etcd;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One place where an etcd is thought to be, with what is known of it. Of the loop, all of it.
 *
 * <p>A seed without a port has two addresses: the second is tried where the first refuses, and
 * given up for the first as soon as it fails.
 */
final class Endpoint {
  private final List<Address> addresses;
  private final boolean discovered;
  private int current;
  private @Nullable Link link;
  private long restsUntil;
  private @Nullable Fault trouble;
  private long troubledSince;
  private boolean troubleTold;
  private boolean everWell;

  private Endpoint(List<Address> addresses, boolean discovered, long now) {
    this.addresses = addresses;
    this.discovered = discovered;
    this.restsUntil = now;
  }

  static Endpoint seed(EtcdConfig.Seed seed, long now) {
    List<Address> addresses =
        seed.port().isPresent()
            ? List.of(new Address(seed.host(), seed.port().getAsInt()))
            : List.of(new Address(seed.host(), 2379), new Address(seed.host(), 4001));
    return new Endpoint(addresses, false, now);
  }

  static Endpoint discovered(Address address, long now) {
    return new Endpoint(List.of(address), true, now);
  }

  /** Whether the cluster told of it, not the configuration. */
  boolean discovered() {
    return discovered;
  }

  Address address() {
    return addresses.get(current);
  }

  /** Whether an address is one of this endpoint's. */
  boolean has(Address address) {
    return addresses.contains(address);
  }

  @Nullable Link link() {
    return link;
  }

  /** The link to use; opens it if there is none. */
  Link link(Dialer dialer, Loop loop) {
    Link open = link;
    if (open == null) {
      // Only what the configuration names outright is believed unseen.
      boolean believed = !discovered && current == 0;
      open = new Link(address(), dialer.dial(address()), loop, believed);
      link = open;
    }
    return open;
  }

  /** Gives the link up, if it is still this one: the next call opens another. */
  void drop(Link old) {
    if (link == old) {
      link = null;
      if (old.verified()) {
        old.retire();
      } else {
        old.kill(); // nothing but questions who is there
      }
    }
  }

  /** Ends everything at once. */
  void kill() {
    Link open = link;
    link = null;
    if (open != null) {
      open.kill();
    }
  }

  void rest(long now, Duration duration) {
    restsUntil = now + duration.toNanos();
  }

  /** The nanoseconds it has yet to rest; zero or less if it does not. */
  long rests(long now) {
    return restsUntil - now;
  }

  /** What is wrong with it, if anything. */
  @Nullable Fault trouble() {
    return trouble;
  }

  /** Notes what is wrong. */
  void trouble(Fault fault, long now) {
    if (trouble == null) {
      troubledSince = now;
    }
    trouble = fault;
  }

  /** When the trouble began. */
  long troubledSince() {
    return troubledSince;
  }

  /** Whether the trouble has been told; from now on it has. */
  boolean tellTrouble() {
    boolean told = troubleTold;
    troubleTold = true;
    return told;
  }

  /** Whether it ever answered. */
  boolean everWell() {
    return everWell;
  }

  /** Notes that it answers. Whether there was trouble that has been told. */
  boolean well(long now) {
    boolean told = troubleTold;
    trouble = null;
    troubleTold = false;
    everWell = true;
    restsUntil = now;
    return told;
  }

  /**
   * Turns to the other address where that makes sense after a fault.
   *
   * @return whether there is now one that this round has not tried
   */
  boolean turn(Link failed, Fault.Kind kind) {
    if (addresses.size() == 1 || link != failed) {
      return false;
    }
    if (current == 0 ? kind != Fault.Kind.REFUSED : !kind.connection()) {
      return false;
    }
    drop(failed);
    current = 1 - current;
    return current == 1;
  }

  @Override
  public String toString() {
    return address().toString();
  }
}
