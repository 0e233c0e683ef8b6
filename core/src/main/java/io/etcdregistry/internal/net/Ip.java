package io.etcdregistry.internal.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** IP addresses as text. */
public final class Ip {
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final int GROUPS = 8;

  private Ip() {}

  /**
   * Reads an address without a zone, never asking DNS.
   *
   * @param text an IPv4 address in four parts, or an IPv6 address without brackets
   * @return the address, or empty if it is none
   */
  public static Optional<InetAddress> parse(String text) {
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

  /** Writes an address in its one canonical form (RFC 5952), without a zone. */
  public static String text(InetAddress address) {
    return address instanceof Inet6Address v6 ? text(v6.getAddress()) : address.getHostAddress();
  }

  private static String text(byte[] octets) {
    int[] groups = new int[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
      groups[i] = (octets[2 * i] & 0xff) << 8 | (octets[2 * i + 1] & 0xff);
    }
    int from = 0;
    int length = 1; // a single zero is not left out
    for (int i = 0; i < GROUPS; i++) {
      int zeros = zerosAt(groups, i);
      if (zeros > length) {
        from = i;
        length = zeros;
      }
    }
    return length == 1
        ? join(groups, 0, GROUPS)
        : join(groups, 0, from) + "::" + join(groups, from + length, GROUPS);
  }

  private static int zerosAt(int[] groups, int from) {
    int to = from;
    while (to < GROUPS && groups[to] == 0) {
      to++;
    }
    return to - from;
  }

  private static String join(int[] groups, int from, int to) {
    StringBuilder joined = new StringBuilder();
    for (int i = from; i < to; i++) {
      joined.append(i == from ? "" : ":").append(Integer.toHexString(groups[i]));
    }
    return joined.toString();
  }
}
