package io.etcdregistry.internal.net;

import java.net.InetAddress;
import java.util.Optional;

/**
 * A block of addresses, such as {@code 10.0.0.0/8} or {@code fd00::/8}.
 *
 * @param address any address in it
 * @param bits how many leading bits all of them share
 */
public record Cidr(InetAddress address, int bits) {
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
    return Ip.parse(text.substring(0, slash))
        .filter(address -> bits <= 8 * address.getAddress().length)
        .map(address -> new Cidr(address, bits));
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
    return Ip.text(address) + "/" + bits;
  }
}
