package io.etcdregistry;

/** How host names, ports, hosts and URLs are made of each other. */
final class Address {
  private Address() {}

  /** {@code hostname:port}, or the hostname alone; an IPv6 address stands in brackets. */
  static String host(String hostname, int port) {
    boolean bare = hostname.indexOf(':') >= 0 && !hostname.startsWith("[");
    String host = bare ? "[" + hostname + "]" : hostname;
    return port == 0 || hostname.isEmpty() ? host : host + ":" + port;
  }

  /** The hostname in a host, without the brackets of an IPv6 address. */
  static String hostname(String host) {
    if (host.startsWith("[") && host.indexOf(']') > 0) {
      return host.substring(1, host.indexOf(']'));
    }
    int colon = host.indexOf(':');
    return colon >= 0 && colon == host.lastIndexOf(':') ? host.substring(0, colon) : host;
  }

  /** The host in a URL, or nothing if it has none. */
  static String hostOfUrl(String url) {
    int start = url.indexOf("://");
    if (start < 0) {
      return "";
    }
    int end = start + 3;
    int from = end;
    for (; end < url.length() && "/?#".indexOf(url.charAt(end)) < 0; end++) {
      if (url.charAt(end) == '@') {
        from = end + 1;
      }
    }
    return url.substring(from, end);
  }

  /** The scheme of a URL, or nothing if it has none. */
  static String schemeOfUrl(String url) {
    int colon = url.indexOf(':');
    return colon < 0 ? "" : url.substring(0, colon);
  }
}
