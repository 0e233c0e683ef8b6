package io.etcdregistry;

import io.etcdregistry.RegistryException.Reason;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the fields of a record that this library understands may hold when we write them. */
final class Fields {
  static final String NAME = "name";
  static final String PORT = "port";
  static final String HOSTNAME = "hostname";
  static final String HOST = "host";
  static final String URL = "url";
  static final String PROTOCOL = "protocol";
  static final String VERSION = "version";
  static final String ZONE = "zone";
  static final String WEIGHT = "weight";
  static final String STATUS = "status";

  /** How many UTF-16 units a name may have. */
  static final int MAX_NAME = 255;

  /** The largest weight, so that sums of weights stay exact. */
  static final double MAX_WEIGHT = 1_000_000;

  static final int MAX_PORT = 65_535;

  private static final Set<String> UNDERSTOOD =
      Set.of(NAME, PORT, HOSTNAME, HOST, URL, PROTOCOL, VERSION, ZONE, WEIGHT, STATUS);

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");
  private static final Pattern DNS_NAME = Pattern.compile("[A-Za-z0-9._-]{1,253}");
  private static final Pattern AUTHORITY = Pattern.compile("[!-~&&[^/?#@\\\\\"<>]]{1,300}");
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]{0,31}");
  private static final int MAX_LABEL = 255;
  private static final int MAX_URL = 2048;
  private static final int SHOWN = 60;

  private Fields() {}

  /**
   * Checks a member that is about to be written.
   *
   * @param name the name of the service whose document it is
   * @param field which member
   * @param member what it holds
   * @return what to write, which is {@code member} for every field that is the user's
   * @throws RegistryException {@code INVALID} if the library understands the field and this is none
   *     of its values
   */
  static Member check(String name, String field, Member member) {
    if (!UNDERSTOOD.contains(field)) {
      return member;
    }
    String json = member.json();
    Object value = member.value();
    switch (field) {
      case PORT -> {
        int port = portOrZero(value);
        expect(PORT, json, port > 0, "a whole number from 1 to " + MAX_PORT);
        return Member.number(Integer.toString(port));
      }
      case WEIGHT -> expect(field, json, weight(value), "a number from 0 to " + (int) MAX_WEIGHT);
      case STATUS -> expect(field, json, status(value), "starting, up, draining or down");
      case NAME -> {
        if (!name.equals(value)) {
          throw invalid(field, printable(json), shown(name) + ", as the instance is named");
        }
      }
      default -> text(field, json, value instanceof String text ? text : "");
    }
    return member;
  }

  private static void text(String field, String json, String text) {
    switch (field) {
      case HOSTNAME ->
          expect(
              field, json, hostname(text), "a DNS name in ASCII, or an IP address without a zone");
      case HOST ->
          expect(field, json, AUTHORITY.matcher(text).matches(), "host:port or a host alone");
      case URL ->
          expect(field, json, url(text), "an absolute URI of at most " + MAX_URL + " characters");
      case PROTOCOL ->
          expect(field, json, SCHEME.matcher(text).matches(), "a URI scheme such as http");
      default ->
          expect(
              field,
              json,
              !text.isBlank() && text.length() <= MAX_LABEL && !control(text),
              "a text of 1 to " + MAX_LABEL + " characters without control characters");
    }
  }

  /** Checks the name of a service. */
  static String name(String name) {
    if (name.isBlank() || name.length() > MAX_NAME || !wellFormed(name) || control(name)) {
      String expected =
          "1 to " + MAX_NAME + " characters, not only blanks, without control characters";
      throw invalid(NAME, shown(name), expected);
    }
    return name;
  }

  /** Checks an id that the user gives. */
  static String id(String id) {
    if (!ID.matcher(id).matches()) {
      throw invalid("id", shown(id), "1 to 128 of A-Z a-z 0-9 . _ : -");
    }
    return id;
  }

  /** Checks a hostname that is given outside a document. */
  static String checkHostname(String hostname) {
    Member unused = check("", HOSTNAME, Member.of(HOSTNAME, hostname));
    return hostname;
  }

  /** Checks the name of a member. */
  static String field(String field) {
    if (!wellFormed(field)) {
      throw invalid("field", shown(field), "text without half a surrogate pair");
    }
    return field;
  }

  /**
   * Whether a name belongs under a name part of keys: every UTF-16 unit but ASCII letters, digits
   * and {@code -} stands there as {@code -}.
   */
  static boolean folds(String name, String part) {
    if (name.length() != part.length()) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (part.charAt(i) != (kept ? c : '-')) {
        return false;
      }
    }
    return true;
  }

  /** A port as anybody may have written it, 0 if it is none. */
  static int portOrZero(@Nullable Object value) {
    if (value instanceof BigDecimal number
        && number.signum() > 0
        && number.compareTo(BigDecimal.valueOf(MAX_PORT)) <= 0
        && number.stripTrailingZeros().scale() <= 0) {
      return number.intValueExact();
    }
    return 0;
  }

  /** Whether a value is a weight. */
  static boolean weight(@Nullable Object value) {
    return value instanceof BigDecimal number
        && number.signum() >= 0
        && number.compareTo(BigDecimal.valueOf(MAX_WEIGHT)) <= 0;
  }

  private static boolean status(@Nullable Object value) {
    for (Instance.Status status : Instance.Status.values()) {
      if (word(status).equals(value)) {
        return true;
      }
    }
    return false;
  }

  /** How many of the fields that decide who is chosen are there, but hold none of their values. */
  static int odd(Map<String, @Nullable Object> fields) {
    Object status = fields.get(STATUS);
    Object weight = fields.get(WEIGHT);
    Object zone = fields.get(ZONE);
    return (status == null || status(status) ? 0 : 1)
        + (weight == null || weight(weight) ? 0 : 1)
        + (zone == null || zone instanceof String ? 0 : 1);
  }

  /** How a status stands in a document. */
  static String word(Instance.Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  private static boolean hostname(String hostname) {
    if (hostname.indexOf(':') < 0) {
      return DNS_NAME.matcher(hostname).matches();
    }
    boolean bracketed = hostname.startsWith("[") && hostname.endsWith("]");
    String address = bracketed ? hostname.substring(1, hostname.length() - 1) : hostname;
    if (address.indexOf('%') >= 0) {
      return false; // a zone means something on one machine only
    }
    try {
      // In brackets it is read as an address or refused, never asked of DNS.
      InetAddress.getByName("[" + address + "]");
      return true;
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static boolean url(String url) {
    try {
      return url.length() <= MAX_URL && new URI(url).isAbsolute();
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static void expect(String field, String json, boolean fits, String expected) {
    if (!fits) {
      throw invalid(field, printable(json), expected);
    }
  }

  private static RegistryException invalid(String field, String found, String expected) {
    return new RegistryException(
        Reason.INVALID, field + ": " + found + " (expected: " + expected + ")");
  }

  /** Whether every surrogate has its other half. */
  static boolean wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (!Character.isHighSurrogate(text.charAt(i))
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  private static boolean control(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  /** A text as a message may show it: quoted, short, and harmless on a terminal. */
  static String shown(String text) {
    return '"' + printable(text) + '"';
  }

  private static String printable(String text) {
    StringBuilder printable = new StringBuilder();
    text.codePoints().limit(SHOWN).forEach(c -> append(printable, c));
    return text.codePointCount(0, text.length()) > SHOWN ? printable + "…" : printable.toString();
  }

  private static void append(StringBuilder printable, int codePoint) {
    switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          printable.append(String.format("\\u%04x", codePoint));
      default -> printable.appendCodePoint(codePoint);
    }
  }
}
