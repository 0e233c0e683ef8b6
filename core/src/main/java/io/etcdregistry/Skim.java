package io.etcdregistry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.etcdregistry.Instance.Status;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads of a document what decides who is chosen, in one pass, without making objects of the rest:
 * a first load may bring a hundred thousand. It takes only what {@link Json#parse} takes, and
 * leaves to that what is out of the ordinary: escapes, exponents, deep nesting, and all that is no
 * JSON.
 */
final class Skim {
  private static final int MAX_DEPTH = 16;
  private static final int MAX_NUMBER = 18;

  private static final byte[] NAME = Fields.NAME.getBytes(UTF_8);
  private static final byte[] PORT = Fields.PORT.getBytes(UTF_8);
  private static final byte[] STATUS = Fields.STATUS.getBytes(UTF_8);
  private static final byte[] WEIGHT = Fields.WEIGHT.getBytes(UTF_8);
  private static final byte[] ZONE = Fields.ZONE.getBytes(UTF_8);
  private static final byte[][] LITERALS = {
    "true".getBytes(UTF_8), "false".getBytes(UTF_8), "null".getBytes(UTF_8)
  };
  private static final Map<Status, byte[]> STATUSES =
      Arrays.stream(Status.values())
          .collect(
              Collectors.toMap(
                  status -> status,
                  status -> Fields.word(status).getBytes(UTF_8),
                  (one, other) -> one,
                  () -> new EnumMap<>(Status.class)));

  /** What a value is. */
  private enum Kind {
    TEXT,
    NUMBER,
    NULL,
    OTHER,
    /** Not to be told here. */
    UNUSUAL
  }

  private final byte[] text;
  private int at;

  // Where the value that was read last is, without quotes.
  private int from;
  private int to;

  // The last of each name counts.
  private int nameFrom = -1;
  private int nameTo;
  private int port;
  private Status status = Status.UP;
  private boolean oddStatus;
  private double weight = 1;
  private boolean oddWeight;
  private @Nullable String zone;
  private boolean oddZone;

  private Skim(byte[] text) {
    this.text = text;
  }

  /** Reads a document; null if it is to be read by {@link Json#parse}, to be refused perhaps. */
  static @Nullable Skim of(byte[] document) {
    if (document.length > Json.MAX_BYTES) {
      return null;
    }
    Skim skim = new Skim(document);
    return skim.document() && skim.isText() ? skim : null;
  }

  /** The name, or null if there is none or it is no text. */
  @Nullable String name() {
    return nameFrom < 0 ? null : new String(text, nameFrom, nameTo - nameFrom, UTF_8);
  }

  /**
   * Whether the name is that, told without making a text of it; may say no for one beyond ASCII.
   */
  boolean isNamed(String other) {
    int length = nameTo - nameFrom;
    if (nameFrom < 0 || other.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (other.charAt(i) != text[nameFrom + i]) {
        return false;
      }
    }
    return true;
  }

  /** The port, or 0. */
  int port() {
    return port;
  }

  Traits traits() {
    int odd = (oddStatus ? 1 : 0) + (oddWeight ? 1 : 0) + (oddZone ? 1 : 0);
    return new Traits(status, weight, zone, odd, 0, null);
  }

  /** Whether it is UTF-8. */
  private boolean isText() {
    for (byte each : text) {
      if (each < 0) {
        return isUtf8();
      }
    }
    return true;
  }

  private boolean isUtf8() {
    try {
      return !Json.decode(text).isEmpty();
    } catch (Json.Malformed e) {
      return false;
    }
  }

  private boolean document() {
    skipBlanks();
    if (!take('{')) {
      return false;
    }
    skipBlanks();
    boolean fine = take('}');
    while (!fine) {
      if (!member()) {
        return false;
      }
      if (!take(',')) {
        fine = take('}');
        if (!fine) {
          return false;
        }
      } else {
        skipBlanks();
      }
    }
    skipBlanks();
    return at == text.length;
  }

  /** A member of the document itself, and the blanks behind it. */
  private boolean member() {
    if (!string()) {
      return false;
    }
    int nameOfField = from;
    int endOfField = to;
    skipBlanks();
    if (!take(':')) {
      return false;
    }
    skipBlanks();
    Kind kind = value(1);
    skipBlanks();
    return kind != Kind.UNUSUAL && note(nameOfField, endOfField, kind);
  }

  private boolean note(int start, int end, Kind kind) {
    if (is(NAME, start, end)) {
      nameFrom = kind == Kind.TEXT ? from : -1;
      nameTo = to;
    } else if (is(PORT, start, end)) {
      return notePort(kind);
    } else if (is(STATUS, start, end)) {
      noteStatus(kind);
    } else if (is(WEIGHT, start, end)) {
      noteWeight(kind);
    } else if (is(ZONE, start, end)) {
      zone = kind == Kind.TEXT ? new String(text, from, to - from, UTF_8) : null;
      oddZone = kind != Kind.TEXT && kind != Kind.NULL;
    }
    return true;
  }

  private boolean notePort(Kind kind) {
    port = 0;
    if (kind != Kind.NUMBER) {
      return true;
    }
    int number = 0;
    for (int i = from; i < to; i++) {
      if (text[i] < '0' || i - from > 5) {
        return false; // signs, points and long ones are looked at properly
      }
      number = number * 10 + text[i] - '0';
    }
    port = number <= Fields.MAX_PORT ? number : 0;
    return true;
  }

  private void noteStatus(Kind kind) {
    status = Status.UP;
    oddStatus = kind != Kind.NULL;
    if (kind == Kind.TEXT) {
      STATUSES.forEach(
          (each, word) -> {
            if (is(word, from, to)) {
              status = each;
              oddStatus = false;
            }
          });
    }
  }

  private void noteWeight(Kind kind) {
    weight = 1;
    oddWeight = kind != Kind.NULL;
    if (kind == Kind.NUMBER) {
      BigDecimal number = new BigDecimal(new String(text, from, to - from, UTF_8));
      oddWeight = !Fields.weight(number);
      weight = oddWeight ? 1 : number.doubleValue();
    }
  }

  private Kind value(int depth) {
    if (at == text.length) {
      return Kind.UNUSUAL;
    }
    return switch (text[at]) {
      case '"' -> string() ? Kind.TEXT : Kind.UNUSUAL;
      case '{', '[' -> nested(depth) ? Kind.OTHER : Kind.UNUSUAL;
      case 't', 'f', 'n' -> literal();
      default -> number() ? Kind.NUMBER : Kind.UNUSUAL;
    };
  }

  /** An object or an array. */
  private boolean nested(int depth) {
    boolean object = text[at++] == '{';
    char close = object ? '}' : ']';
    skipBlanks();
    if (take(close)) {
      return true;
    }
    if (depth > MAX_DEPTH) {
      return false;
    }
    while (!object || string()) {
      skipBlanks();
      if (object && !take(':')) {
        return false;
      }
      skipBlanks();
      if (value(depth + 1) == Kind.UNUSUAL) {
        return false;
      }
      skipBlanks();
      if (!take(',')) {
        return take(close);
      }
      skipBlanks();
    }
    return false;
  }

  private boolean string() {
    if (!take('"')) {
      return false;
    }
    int start = at;
    for (; at < text.length; at++) {
      byte each = text[at];
      if (each == '"') {
        from = start;
        to = at++;
        return true;
      }
      if (each == '\\' || (each >= 0 && each < ' ')) {
        return false;
      }
    }
    return false;
  }

  private Kind literal() {
    for (byte[] literal : LITERALS) {
      if (is(literal, at, Math.min(text.length, at + literal.length))) {
        at += literal.length;
        return literal[0] == 'n' ? Kind.NULL : Kind.OTHER;
      }
    }
    return Kind.UNUSUAL;
  }

  private boolean number() {
    int start = at;
    take('-');
    if (!take('0') && !digits()) {
      return false;
    }
    if (take('.') && !digits()) {
      return false;
    }
    from = start;
    to = at;
    return to - from <= MAX_NUMBER;
  }

  private boolean digits() {
    int start = at;
    while (at < text.length && text[at] >= '0' && text[at] <= '9') {
      at++;
    }
    return at > start;
  }

  private boolean is(byte[] word, int start, int end) {
    return Arrays.equals(word, 0, word.length, text, start, end);
  }

  private boolean take(char expected) {
    boolean there = at < text.length && text[at] == expected;
    at += there ? 1 : 0;
    return there;
  }

  private void skipBlanks() {
    while (at < text.length
        && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t')) {
      at++;
    }
  }
}
