package io.etcdregistry.internal.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A block of addresses, such as {@code 10.0.0.0/8} or {@code fd00::/8}.
 *
 * @param address any address in it
 * @param bits how many leading bits all of them share
 */
public record Cidr(InetAddress address, int bits) {
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

  /**
   * Reads a block.
   *
   * @param text an address, a slash and a number of bits
   * @return the block, or empty if it is none
   */
  public static Optional<Cidr> parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0 || !text.substring(slash + 1).matches("\\d{1,3}")) {
      return Optional.empty();
    }
    int bits = Integer.parseInt(text.substring(slash + 1));
    return literal(text.substring(0, slash))
        .filter(address -> bits <= 8 * address.getAddress().length)
        .map(address -> new Cidr(address, bits));
  }

  /**
   * Reads an IP address without a zone, never asking DNS.
   *
   * @param text an IPv4 address in four parts, or an IPv6 address without brackets
   * @return the address, or empty if it is none
   */
  public static Optional<InetAddress> literal(String text) {
    boolean v6 = text.indexOf(':') >= 0 && text.indexOf('%') < 0;
    if (!v6 && !IPV4.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      // What stands in brackets is never looked up, and four numbers are an address or refused.
      return Optional.of(InetAddress.getByName(v6 ? "[" + text + "]" : text));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  /** Whether an address lies in the block. */
  public boolean contains(InetAddress other) {
    byte[] here = address.getAddress();
    byte[] there = other.getAddress();
    if (here.length != there.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> (bit % 8);
      if ((here[bit / 8] & mask) != (there[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return address.getHostAddress() + "/" + bits;
  }
}
