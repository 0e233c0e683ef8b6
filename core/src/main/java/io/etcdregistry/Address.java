package io.etcdregistry;

import static io.etcdregistry.Fields.HOST;
import static io.etcdregistry.Fields.HOSTNAME;
import static io.etcdregistry.Fields.PROTOCOL;
import static io.etcdregistry.Fields.URL;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an instance is reached, and how host names, ports, hosts and URLs are made of each other.
 *
 * @param hostname see {@link Instance#hostname()}
 * @param host see {@link Instance#host()}
 * @param url see {@link Instance#url()}
 * @param protocol see {@link Instance#protocol()}
 */
record Address(String hostname, String host, String url, String protocol) {
  /** What a document says, the one part concluded from the others where it is missing. */
  static Address of(Map<String, @Nullable Object> fields, int port) {
    String hostname = text(fields, HOSTNAME);
    String host = text(fields, HOST);
    String url = text(fields, URL);
    String protocol = text(fields, PROTOCOL);
    if (host.isEmpty()) {
      host = hostname.isEmpty() ? hostOfUrl(url) : host(hostname, port);
    }
    if (hostname.isEmpty()) {
      hostname = hostname(host);
    }
    if (protocol.isEmpty()) {
      protocol = schemeOfUrl(url).isEmpty() ? "http" : schemeOfUrl(url);
    }
    if (url.isEmpty() && !host.isEmpty()) {
      url = protocol + "://" + host;
    }
    return new Address(hostname, host, url, protocol);
  }

  private static String text(Map<String, @Nullable Object> fields, String field) {
    return fields.get(field) instanceof String text ? text : "";
  }

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
