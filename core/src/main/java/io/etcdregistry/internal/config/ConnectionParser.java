package io.etcdregistry.internal.config;

import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import io.etcdregistry.internal.config.ConnectionString.Login;
import io.etcdregistry.internal.net.Ip;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes a connection string apart. Not thread-safe; for one string.
 *
 * <p>A string that is wrong may hold a password anywhere: {@code root:s3cret} lacks its host, and
 * the part after an unescaped {@code /} looks like a namespace. So what is found is quoted only
 * where it cannot be part of a password; the {@code @} signs are looked at before anything else is.
 */
final class ConnectionParser {
  private static final int MAX_LENGTH = 8192;
  private static final int MAX_NAMESPACE = 512;
  private static final int MAX_PORT = 65_535;

  private static final Pattern PROTOCOL = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]{1,253}");
  private static final Pattern NUMERIC = Pattern.compile("(.*\\.)?\\d+\\.?");
  private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9._-]+");

  private final String text;
  private Optional<String> protocol = Optional.empty();
  private Optional<Login> login = Optional.empty();
  private String namespace = "";

  ConnectionParser(String text) {
    this.text = text.strip();
  }

  ConnectionString parse() {
    checkCharacters();
    int question = text.indexOf('?');
    String place = question < 0 ? text : text.substring(0, question);
    String query = question < 0 ? "" : text.substring(question + 1);
    checkAtSigns(place, query);
    List<Seed> seeds = seeds(afterLogin(place));
    boolean tls = protocol.orElse("http").equals("https");
    Options options = Options.of(question < 0 ? Optional.empty() : Optional.of(query));
    ConnectionString read =
        new ConnectionString(
            seeds, namespace, options.timing(), options.security(tls, login), options.self());
    checkPasswordStaysPrivate(read);
    return read;
  }

  private void checkCharacters() {
    if (text.isEmpty()) {
      throw refused("empty", "host[:port], such as 127.0.0.1:2379");
    }
    if (text.length() > MAX_LENGTH) {
      throw refused(text.length() + " characters", "at most " + MAX_LENGTH);
    }
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        throw refused(
            String.format(
                "the control character U+%04X at position %d", (int) text.charAt(i), i + 1),
            "a single line of text");
      }
    }
  }

  private static void checkAtSigns(String place, String query) {
    int at = place.indexOf('@');
    if (query.indexOf('@') >= 0) {
      throw refused("a raw @ after the ?", "%40 for an @, and in a password %3F for a ?");
    }
    if (at < 0) {
      return;
    }
    String before = PROTOCOL.matcher(place.substring(0, at)).replaceFirst("");
    if (before.indexOf('/') >= 0) {
      throw refused("user and password: a raw /", "%2F, and user:password@ before the first host");
    }
    if (before.indexOf(',') >= 0) {
      throw refused("user and password: a raw ,", "%2C, and user:password@ before the first host");
    }
    if (place.indexOf('@', at + 1) >= 0) {
      throw refused("user and password: more than one raw @", "%40 for an @ in them, given once");
    }
  }

  /** Reads the protocol and the login in front, and returns what follows them. */
  private String afterLogin(String place) {
    String rest = afterProtocol(place);
    int at = rest.indexOf('@');
    if (at < 0) {
      return rest;
    }
    String both = rest.substring(0, at);
    int colon = both.indexOf(':');
    if (colon <= 0 || colon + 1 == both.length()) {
      throw refused(
          colon < 0 ? "user: without a password" : "user and password: one of them is empty",
          "user:password@, or the options user and password or passwordFile");
    }
    String user = decoded("user", both.substring(0, colon));
    login = Optional.of(new Login(user, Secret.of(decoded("password", both.substring(colon + 1)))));
    if (PROTOCOL.matcher(rest.substring(at + 1)).lookingAt()) {
      throw refused("protocol: after the user", "https://user:password@host");
    }
    return rest.substring(at + 1);
  }

  private static String decoded(String part, String raw) {
    return Percent.decode(raw)
        .filter(value -> value.chars().noneMatch(Character::isISOControl))
        .orElseThrow(
            () -> refused(part + ": a % that begins no escape of UTF-8 text", "%25 for a %"));
  }

  private String afterProtocol(String segment) {
    Matcher matcher = PROTOCOL.matcher(segment);
    if (!matcher.lookingAt()) {
      return segment;
    }
    String found = matcher.group(1).toLowerCase(Locale.ROOT);
    if (!found.equals("http") && !found.equals("https")) {
      throw refused("protocol: " + Options.shown(found), "http or https");
    }
    protocol = Optional.of(found);
    return segment.substring(matcher.end());
  }

  private List<Seed> seeds(String rest) {
    String first = protocol.orElse("http");
    Set<Seed> seeds = new LinkedHashSet<>();
    List<String> segments = new ArrayList<>(List.of(rest.split(",", -1)));
    for (int i = 0; i < segments.size(); i++) {
      String segment = i == 0 ? segments.get(i) : afterProtocol(segments.get(i).stripLeading());
      if (!protocol.orElse("http").equals(first)) {
        throw refused(
            "protocol: " + protocol.get() + " for host " + (i + 1) + " after " + first,
            "one protocol for all hosts, named before the first");
      }
      int slash = segment.indexOf('/');
      String authority = slash < 0 ? segment : segment.substring(0, slash);
      checkDiscovery(authority);
      if (slash >= 0 && i + 1 < segments.size()) {
        throw refused(
            "host " + (i + 1) + ": a / after it", "the namespace once, after the last host");
      }
      seeds.add(seed(i + 1, authority));
      if (slash >= 0) {
        namespace = namespace(segment.substring(slash + 1));
      }
    }
    return List.copyOf(seeds);
  }

  private static void checkDiscovery(String authority) {
    if (authority.toLowerCase(Locale.ROOT).matches("discovery\\.etcd\\.io\\.?(:\\d*)?")) {
      throw refused(
          "a discovery.etcd.io token: that service has ended and is not asked",
          "the addresses of etcd itself, such as 10.0.0.1:2379,10.0.0.2:2379");
    }
  }

  private static Seed seed(int number, String authority) {
    String part = "host " + number;
    if (authority.isEmpty()) {
      throw refused(part + ": empty", "host[:port], separated by single commas");
    }
    if (authority.startsWith("[")) {
      int end = authority.indexOf(']');
      String address = end < 0 ? "" : authority.substring(1, end);
      if (Ip.parse(address).isEmpty() || address.indexOf(':') < 0) {
        throw refused(
            part + ": no IPv6 address in [ ]", "one without a zone, such as [fd00::1]:2379");
      }
      return new Seed(address, port(part, authority.substring(end + 1)));
    }
    int colon = authority.indexOf(':');
    if (colon != authority.lastIndexOf(':')) {
      throw refused(
          part + ": more than one :", "an IPv6 address in brackets, such as [fd00::1]:2379");
    }
    String host = colon < 0 ? authority : authority.substring(0, colon);
    if (!HOST.matcher(host).matches()) {
      throw refused(
          part + ": " + (host.isEmpty() ? "only a port" : stranger(host, HOST)),
          "letters, digits, dots, - and _, or an IP address");
    }
    if (NUMERIC.matcher(host).matches() && Ip.parse(host).isEmpty()) {
      throw refused(
          part + ": a number that is no IPv4 address", "host[:port], such as 127.0.0.1:2379");
    }
    return new Seed(host, port(part, colon < 0 ? "" : authority.substring(colon)));
  }

  private static OptionalInt port(String part, String suffix) {
    if (suffix.isEmpty()) {
      return OptionalInt.empty();
    }
    String port = suffix.substring(1);
    int number = suffix.matches(":\\d{1,5}") ? Integer.parseInt(port) : 0;
    if (number < 1 || number > MAX_PORT) {
      // Text may be a password whose host was forgotten, a number of a few digits hardly is.
      String found = suffix.matches(":\\d{1,5}") ? port : port.isEmpty() ? "nothing" : "no port";
      throw refused(
          "port of " + part + ": " + found, "1 to " + MAX_PORT + ", or no colon for 2379");
    }
    return OptionalInt.of(number);
  }

  private static String namespace(String raw) {
    String path = raw.endsWith("/") ? raw.substring(0, raw.length() - 1) : raw;
    if (path.isEmpty()) {
      if (!raw.isEmpty()) {
        throw refused("namespace: an empty segment", "segments joined by single /");
      }
      return "";
    }
    List<String> segments = new ArrayList<>();
    for (String segment : path.split("/", -1)) {
      if (segment.isEmpty()) {
        throw refused("namespace: an empty segment", "segments joined by single /");
      }
      String name = decoded("namespace", segment);
      if (!SEGMENT.matcher(name).matches()) {
        throw refused("namespace: " + stranger(name, SEGMENT), "only A-Z a-z 0-9 . _ - between /");
      }
      segments.add(name);
    }
    if (segments.size() > 1 && segments.get(0).equals("v2") && segments.get(1).equals("keys")) {
      throw refused(
          "namespace: v2/keys, the v2 API, which is not spoken", "etcd 3.4 or newer by its v3 API");
    }
    String namespace = String.join("/", segments);
    if (namespace.length() > MAX_NAMESPACE) {
      throw refused("namespace: " + namespace.length() + " characters", "at most " + MAX_NAMESPACE);
    }
    return namespace;
  }

  /** The first character that may not be there; not its surroundings, which may be a secret. */
  private static String stranger(String text, Pattern one) {
    return text.codePoints()
        .mapToObj(Character::toString)
        .filter(c -> !one.matcher(c).matches())
        .findFirst()
        .map(c -> "the character " + Options.shown(c))
        .orElse(text.length() + " characters");
  }

  private static void checkPasswordStaysPrivate(ConnectionString read) {
    if (read.security().login().isEmpty() || read.security().tls() || read.security().insecure()) {
      return;
    }
    for (Seed seed : read.seeds()) {
      if (!seed.loopback()) {
        throw refused(
            "password: it would go to " + seed.host() + " in the clear",
            "https, a loopback host, or insecure=true if the network is trusted");
      }
    }
  }

  static RegistryException refused(String found, String expected) {
    return new RegistryException(
        Reason.INVALID, "Connection string: " + found + " (expected: " + expected + ")");
  }
}
