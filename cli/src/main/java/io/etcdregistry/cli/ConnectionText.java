package io.etcdregistry.cli;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A connection string taken apart as text, to add what the environment says and to take secrets
 * out. Says nothing about its validity: that is for the registry to judge.
 *
 * @param userInfo {@code user:password}, still percent-encoded; empty if there is none
 * @param hosts everything between user and namespace, with the protocol in front
 * @param namespace with its leading {@code /}; empty if there is none
 * @param options {@code name=value} as they stand, in order
 */
record ConnectionText(String userInfo, String hosts, String namespace, List<String> options) {
  ConnectionText {
    options = List.copyOf(options);
  }

  static ConnectionText parse(String text) {
    int query = text.indexOf('?');
    String before = query < 0 ? text : text.substring(0, query);
    List<String> options =
        query < 0 ? List.of() : List.of(text.substring(query + 1).split("&", -1));

    int protocolEnd = before.indexOf("://");
    String protocol = protocolEnd < 0 ? "" : before.substring(0, protocolEnd + 3);
    String rest = before.substring(protocol.length());
    int at = rest.lastIndexOf('@');
    String userInfo = at < 0 ? "" : rest.substring(0, at);
    String hosts = rest.substring(at + 1);
    int slash = namespaceStart(hosts);
    return new ConnectionText(
        userInfo, protocol + hosts.substring(0, slash), hosts.substring(slash), options);
  }

  /** The first slash that is not part of a repeated {@code protocol://}. */
  private static int namespaceStart(String hosts) {
    for (int i = 0; i < hosts.length(); i++) {
      if (hosts.startsWith("://", i)) {
        i += 2;
      } else if (hosts.charAt(i) == '/') {
        return i;
      }
    }
    return hosts.length();
  }

  boolean isHttps() {
    return hosts.startsWith("https://");
  }

  boolean hasOption(String name) {
    return options.stream()
        .anyMatch(option -> option.equals(name) || option.startsWith(name + "="));
  }

  boolean hasUser() {
    return !userInfo.isEmpty() || hasOption("user");
  }

  /** The name in front of an option's {@code =}. */
  static String name(String option) {
    int equals = option.indexOf('=');
    return equals < 0 ? option : option.substring(0, equals);
  }

  /** An option's value, for a person; as it stands if it is not encoded as it should be. */
  static String value(String option) {
    String raw = option.substring(Math.min(option.length(), name(option).length() + 1));
    return decode(raw);
  }

  private static String decode(String raw) {
    try {
      return URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return raw;
    }
  }

  /** The user in front of the hosts, for a person. */
  String user() {
    int colon = userInfo.indexOf(':');
    return decode(colon < 0 ? userInfo : userInfo.substring(0, colon));
  }

  /** With a user who has no password as an option: in front of the hosts it must have one. */
  ConnectionText withUserAsOption() {
    return userInfo.isEmpty() || userInfo.contains(":") || hasOption("user")
        ? this
        : withoutPassword();
  }

  /** For a person: with stars for the password. */
  String masked() {
    List<String> shown =
        options.stream()
            .map(option -> option.startsWith("password=") ? "password=***" : option)
            .toList();
    int colon = userInfo.indexOf(':');
    String info = colon < 0 ? userInfo : userInfo.substring(0, colon) + ":***";
    return new ConnectionText(info, hosts, namespace, shown).toString();
  }

  /** With an option added whose value is not encoded yet. */
  ConnectionText with(String name, String value) {
    List<String> more = new ArrayList<>(options);
    more.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20"));
    return new ConnectionText(userInfo, hosts, namespace, more);
  }

  /** With the user named as an option, without the password. */
  ConnectionText withoutPassword() {
    List<String> rest = new ArrayList<>(options);
    rest.removeIf(option -> option.startsWith("password="));
    int colon = userInfo.indexOf(':');
    String user = colon < 0 ? userInfo : userInfo.substring(0, colon);
    if (!user.isEmpty()) {
      rest.add("user=" + user);
    }
    return new ConnectionText("", hosts, namespace, rest);
  }

  /** Without user and password. */
  ConnectionText withoutCredentials() {
    List<String> rest = new ArrayList<>(options);
    rest.removeIf(option -> option.startsWith("password=") || option.startsWith("user="));
    return new ConnectionText("", hosts, namespace, rest);
  }

  /** The encoded password, empty if the string holds none. */
  String encodedPassword() {
    int colon = userInfo.indexOf(':');
    if (colon >= 0) {
      return userInfo.substring(colon + 1);
    }
    return options.stream()
        .filter(option -> option.startsWith("password="))
        .map(option -> option.substring("password=".length()))
        .findFirst()
        .orElse("");
  }

  /** The connection string. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    int protocolEnd = hosts.indexOf("://");
    String protocol = protocolEnd < 0 ? "" : hosts.substring(0, protocolEnd + 3);
    text.append(protocol);
    if (!userInfo.isEmpty()) {
      text.append(userInfo).append('@');
    }
    text.append(hosts, protocol.length(), hosts.length()).append(namespace);
    String separator = "?";
    for (String option : options) {
      text.append(separator).append(option);
      separator = "&";
    }
    return text.toString();
  }
}
