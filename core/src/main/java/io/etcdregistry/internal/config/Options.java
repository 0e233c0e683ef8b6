package io.etcdregistry.internal.config;

import io.etcdregistry.RegistryException;
import io.etcdregistry.internal.config.ConnectionString.Files;
import io.etcdregistry.internal.config.ConnectionString.Login;
import io.etcdregistry.internal.config.ConnectionString.Security;
import io.etcdregistry.internal.config.ConnectionString.Self;
import io.etcdregistry.internal.config.ConnectionString.Timing;
import io.etcdregistry.internal.net.Cidr;
import io.etcdregistry.internal.net.Ip;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The options of a connection string, checked. */
final class Options {
  /** In the order in which messages name them. */
  private static final List<String> NAMES =
      List.of(
          "ttl",
          "timeout",
          "refresh",
          "ca",
          "cert",
          "key",
          "user",
          "password",
          "passwordFile",
          "zone",
          "hostname",
          "interface",
          "cidr",
          "insecure");

  /** What older or other clients know, and why it is not taken. */
  private static final Map<String, String> REFUSED =
      Map.of(
          "cache", "lookups are always answered from memory that etcd keeps current",
          "v2", "the v2 API is not spoken, only v3 of etcd 3.4 or newer",
          "api", "the v2 API is not spoken, only v3 of etcd 3.4 or newer",
          "discovery", "discovery.etcd.io has ended and its tokens are not asked for",
          "token", "discovery.etcd.io has ended and its tokens are not asked for");

  private static final Duration MIN_TTL = Duration.ofSeconds(1);
  private static final Duration MAX_TTL = Duration.ofHours(24);
  private static final Duration MIN_TIMEOUT = Duration.ofMillis(100);
  private static final Duration MAX_TIMEOUT = Duration.ofMinutes(10);
  private static final Duration MIN_REFRESH = Duration.ofSeconds(1);
  private static final Duration MAX_REFRESH = Duration.ofHours(24);
  private static final int MAX_TEXT = 255;
  private static final int MAX_SHOWN = 60;

  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,39}");
  private static final Pattern HOSTNAME = Pattern.compile("[A-Za-z0-9._-]{1,253}");
  private static final Pattern INTERFACE = Pattern.compile("[^\\s/]{1,64}");

  private final Map<String, String> values = new LinkedHashMap<>();

  private Options() {}

  /** Reads what follows the {@code ?}, if there is one. */
  static Options of(Optional<String> query) {
    Options options = new Options();
    int number = 1;
    for (String option : query.map(text -> text.split("&", -1)).orElse(new String[0])) {
      options.add(number++, option);
    }
    return options;
  }

  private void add(int number, String option) {
    int equals = option.indexOf('=');
    String name = equals < 0 ? option : option.substring(0, equals);
    if (name.startsWith("x-")) {
      return;
    }
    // After a password with an unescaped & the rest of it stands here as if it were a name.
    boolean quotable = NAME.matcher(name).matches() && !values.containsKey("password");
    String part = quotable && equals >= 0 ? "option " + name : "option number " + number;
    if (option.isEmpty()) {
      throw refused(part + ": empty", "name=value, joined by single &");
    }
    if (equals < 0) {
      throw refused(part + ": without =", "name=value; a & in a value is %26");
    }
    if (REFUSED.containsKey(name)) {
      throw refused("option " + name, "none: " + REFUSED.get(name));
    }
    if (!NAMES.contains(name)) {
      throw refused(part + ": unknown", "one of " + String.join(", ", NAMES) + ", or x-…");
    }
    String value =
        Percent.decode(option.substring(equals + 1))
            .orElseThrow(
                () -> refused(part + ": a % that begins no escape of UTF-8 text", "%25 for a %"));
    if (value.chars().anyMatch(Character::isISOControl)) {
      throw refused("option " + name + ": a control character", "none");
    }
    if (value.isBlank()) {
      throw refused("option " + name + ": no value", "a value after the =");
    }
    if (values.putIfAbsent(name, value) != null) {
      throw refused("option " + name + ": given twice", "once");
    }
  }

  Timing timing() {
    return new Timing(
        duration("ttl", MIN_TTL, MAX_TTL, ChronoUnit.SECONDS).orElse(ConnectionString.DEFAULT_TTL),
        duration("timeout", MIN_TIMEOUT, MAX_TIMEOUT, ChronoUnit.MILLIS)
            .orElse(ConnectionString.DEFAULT_TIMEOUT),
        refresh());
  }

  private Optional<Duration> refresh() {
    return switch (values.getOrDefault("refresh", "true")) {
      case "true" -> Optional.of(ConnectionString.DEFAULT_REFRESH);
      case "false" -> Optional.empty();
      default -> duration("refresh", MIN_REFRESH, MAX_REFRESH, ChronoUnit.MILLIS);
    };
  }

  private Optional<Duration> duration(
      String name, Duration least, Duration most, ChronoUnit precision) {
    String text = values.get(name);
    if (text == null) {
      return Optional.empty();
    }
    String range = "from " + Durations.format(least) + " to " + Durations.format(most);
    if (text.matches("\\d+")) {
      throw refused(
          name + ": " + shown(text) + ", which has no unit",
          text.length() > 10 ? range : text + "s for seconds or " + text + "ms for milliseconds");
    }
    String also = name.equals("refresh") ? "true, false or " : "";
    String whole = precision == ChronoUnit.SECONDS ? "whole seconds " : "";
    Optional<Duration> found = Durations.parse(text);
    if (found.isEmpty()) {
      throw refused(
          name + ": " + shown(text),
          also + "a whole number with its unit, such as 500ms, 10s or 2m");
    }
    Duration value = found.get();
    if (value.compareTo(least) < 0
        || value.compareTo(most) > 0
        || !value.truncatedTo(precision).equals(value)) {
      throw refused(name + ": " + text, also + whole + range);
    }
    return found;
  }

  Security security(boolean tls, Optional<Login> before) {
    Files files = new Files(path("ca"), path("cert"), path("key"));
    if (!tls
        && (values.containsKey("ca") || values.containsKey("cert") || values.containsKey("key"))) {
      String named = values.containsKey("ca") ? "ca" : values.containsKey("cert") ? "cert" : "key";
      throw refused(named + ": without https", "https:// before the hosts");
    }
    if (files.cert().isPresent() != files.key().isPresent()) {
      String there = files.cert().isPresent() ? "cert" : "key";
      throw refused(
          there + ": without " + (there.equals("cert") ? "key" : "cert"), "both or neither");
    }
    return new Security(tls, files, login(before), flag("insecure"));
  }

  private Optional<String> value(String name) {
    return Optional.ofNullable(values.get(name));
  }

  private Optional<Path> path(String name) {
    try {
      return value(name).map(Path::of);
    } catch (InvalidPathException e) {
      throw refused(name + ": " + shown(e.getInput()), "the path of a file");
    }
  }

  private Optional<Login> login(Optional<Login> before) {
    boolean password = values.containsKey("password");
    boolean file = values.containsKey("passwordFile");
    if (before.isPresent()) {
      if (values.containsKey("user") || password || file) {
        throw refused(
            "user and password: before the host and as options", "one of both places, not both");
      }
      return before;
    }
    String user = values.get("user");
    if (user == null) {
      if (password || file) {
        throw refused((password ? "password" : "passwordFile") + ": without user", "user too");
      }
      return Optional.empty();
    }
    if (password == file) {
      throw refused(
          "user: with " + (password ? "password and passwordFile" : "no password"),
          "password or passwordFile with it, one of them");
    }
    Optional<Path> path = path("passwordFile");
    return path.map(Secret::in)
        .or(() -> value("password").map(Secret::of))
        .map(secret -> new Login(user, secret));
  }

  private boolean flag(String name) {
    String text = values.getOrDefault(name, "false");
    if (!text.equals("true") && !text.equals("false")) {
      throw refused(name + ": " + shown(text), "true or false");
    }
    return text.equals("true");
  }

  Self self() {
    Optional<Cidr> cidr =
        checked("cidr", t -> Cidr.parse(t).isPresent(), "such as 10.0.0.0/8 or fd00::/8")
            .flatMap(Cidr::parse);
    Self self =
        new Self(
            checked("zone", t -> t.length() <= MAX_TEXT, "1 to " + MAX_TEXT + " characters"),
            checked(
                "hostname",
                Options::hostname,
                "a DNS name in ASCII, or an IP address without a zone"),
            checked("interface", t -> INTERFACE.matcher(t).matches(), "its name, such as eth0"),
            cidr);
    if (self.hostname().isPresent() && (self.networkInterface().isPresent() || cidr.isPresent())) {
      throw refused(
          "hostname: together with " + (cidr.isPresent() ? "cidr" : "interface"),
          "the address itself or a way to find it, not both");
    }
    return self;
  }

  private static boolean hostname(String text) {
    return HOSTNAME.matcher(text).matches() || Ip.parse(text).isPresent();
  }

  private Optional<String> checked(String name, Predicate<String> fits, String expected) {
    String text = values.get(name);
    if (text != null && !fits.test(text)) {
      throw refused(name + ": " + shown(text), expected);
    }
    return Optional.ofNullable(text);
  }

  /** A text as a message may show it: quoted, short, and harmless on a terminal. */
  static String shown(String text) {
    StringBuilder shown = new StringBuilder("\"");
    text.codePoints()
        .limit(MAX_SHOWN)
        .forEach(
            c -> {
              int type = Character.getType(c);
              if (type == Character.FORMAT || type == Character.SURROGATE) {
                shown.append(String.format("\\u%04x", c));
              } else {
                shown.appendCodePoint(c);
              }
            });
    return shown.append(text.length() > MAX_SHOWN ? "…\"" : "\"").toString();
  }

  private static RegistryException refused(String found, String expected) {
    return ConnectionParser.refused(found, expected);
  }
}
