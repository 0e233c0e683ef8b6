package io.etcdregistry.cli;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Values as YAML that 1.1 and 1.2 parsers read alike: block style, and every text in double quotes
 * that could be taken for anything else.
 */
final class Yaml {
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z][A-Za-z0-9_./-]*(:[A-Za-z0-9_./-]+)*");

  private static final Set<String> RESERVED =
      Set.of("true", "false", "yes", "no", "on", "off", "y", "n", "null");

  /** Parsers may refuse longer keys in the short form {@code key: value}. */
  private static final int LONGEST_SIMPLE_KEY = 1000;

  private final StringBuilder out = new StringBuilder();

  private Yaml() {}

  /** A value of Map, List, String, BigDecimal, Long, Boolean or null, with a line end. */
  static String of(@Nullable Object value) {
    Yaml yaml = new Yaml();
    yaml.value(value, 0, false);
    return yaml.out.toString();
  }

  /**
   * @param inline whether the value stands behind a key or a dash on the same line
   */
  private void value(@Nullable Object value, int indent, boolean inline) {
    if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      map(map, indent, inline);
    } else if (value instanceof List<?> list && !list.isEmpty()) {
      list(list, indent, inline);
    } else {
      out.append(scalar(value)).append('\n');
    }
  }

  private void map(Map<?, ?> map, int indent, boolean inline) {
    boolean first = inline;
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!first) {
        indent(indent);
      }
      first = false;
      String key = text(String.valueOf(entry.getKey()));
      if (key.length() > LONGEST_SIMPLE_KEY) {
        out.append("? ").append(key).append('\n');
        indent(indent);
        key = "";
      }
      out.append(key).append(':');
      nested(entry.getValue(), indent + 2);
    }
  }

  private void nested(@Nullable Object value, int indent) {
    boolean block =
        (value instanceof Map<?, ?> map && !map.isEmpty())
            || (value instanceof List<?> list && !list.isEmpty());
    out.append(block ? '\n' : ' ');
    value(value, indent, false);
  }

  private void list(List<?> list, int indent, boolean inline) {
    boolean first = inline;
    for (Object element : list) {
      if (!first) {
        indent(indent);
      }
      first = false;
      out.append("- ");
      value(element, indent + 2, true);
    }
  }

  private void indent(int columns) {
    out.append(" ".repeat(columns));
  }

  private static String scalar(@Nullable Object value) {
    if (value instanceof Map<?, ?>) {
      return "{}";
    }
    if (value instanceof List<?>) {
      return "[]";
    }
    if (value instanceof BigDecimal number) {
      return number(number);
    }
    return value instanceof String string ? text(string) : String.valueOf(value);
  }

  /** YAML 1.1 takes an exponent only behind a fraction and with its sign. */
  private static String number(BigDecimal number) {
    String text = number.toString();
    int exponent = text.indexOf('E');
    return exponent < 0 || text.indexOf('.') >= 0
        ? text
        : text.substring(0, exponent) + ".0" + text.substring(exponent);
  }

  private static String text(String text) {
    boolean plain =
        PLAIN.matcher(text).matches() && !RESERVED.contains(text.toLowerCase(Locale.ROOT));
    return plain ? text : quoted(text);
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(
            codePoint -> {
              if (codePoint == '"' || codePoint == '\\') {
                quoted.append('\\').appendCodePoint(codePoint);
              } else {
                quoted.append(escaped(codePoint));
              }
            });
    return quoted.append('"').toString();
  }

  private static String escaped(int codePoint) {
    boolean printable = codePoint != 0xfffe && codePoint != 0xffff;
    if (!printable || !TerminalText.isSafe(codePoint)) {
      return switch (codePoint) {
        case '\n' -> "\\n";
        case '\r' -> "\\r";
        case '\t' -> "\\t";
        default ->
            codePoint > 0xffff
                ? String.format("\\U%08x", codePoint)
                : String.format("\\u%04x", codePoint);
      };
    }
    return Character.toString(codePoint);
  }
}
