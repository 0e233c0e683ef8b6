package io.etcdregistry.cli;

/**
 * Text from records made fit for a terminal: what could move the cursor, change colours or reorder
 * what a person reads is shown as an escape.
 */
final class TerminalText {
  private TerminalText() {}

  /** The text with {@code \n}, {@code \t}, {@code \r} and {@code \}{@code uXXXX} for the unsafe. */
  static String escape(String text) {
    return escape(text, false);
  }

  /**
   * The same JSON value, with unsafe characters as JSON's own escapes. Line ends and tabs stay:
   * outside strings they are white space, and inside strings JSON does not allow them.
   */
  static String escapeJson(String json) {
    return escape(json, true);
  }

  private static String escape(String text, boolean keepWhitespace) {
    int first = firstUnsafe(text, keepWhitespace);
    if (first == text.length()) {
      return text;
    }
    StringBuilder escaped = new StringBuilder(text.length() + 16).append(text, 0, first);
    for (int i = first; i < text.length(); ) {
      int codePoint = text.codePointAt(i);
      int length = Character.charCount(codePoint);
      if (isSafe(codePoint) || (keepWhitespace && isWhitespace(codePoint))) {
        escaped.appendCodePoint(codePoint);
      } else {
        for (int unit = i; unit < i + length; unit++) {
          appendEscape(escaped, text.charAt(unit));
        }
      }
      i += length;
    }
    return escaped.toString();
  }

  private static int firstUnsafe(String text, boolean keepWhitespace) {
    int i = 0;
    while (i < text.length()) {
      int codePoint = text.codePointAt(i);
      if (!isSafe(codePoint) && !(keepWhitespace && isWhitespace(codePoint))) {
        break;
      }
      i += Character.charCount(codePoint);
    }
    return i;
  }

  private static boolean isWhitespace(int codePoint) {
    return codePoint == '\n' || codePoint == '\r' || codePoint == '\t';
  }

  /**
   * Whether a code point may be shown as it is. Of the invisible ones only the joiners may: emoji
   * and several scripts cannot be written without them, and they reorder nothing.
   */
  static boolean isSafe(int codePoint) {
    if (codePoint >= ' ' && codePoint < 0x7f) {
      return true;
    }
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      case Character.FORMAT -> codePoint == 0x200c || codePoint == 0x200d;
      default -> true;
    };
  }

  private static void appendEscape(StringBuilder to, char unit) {
    switch (unit) {
      case '\n' -> to.append("\\n");
      case '\r' -> to.append("\\r");
      case '\t' -> to.append("\\t");
      default -> to.append("\\u").append(String.format("%04x", (int) unit));
    }
  }

  /** How many columns a terminal gives to a text that was escaped: a close guess. */
  static int width(String text) {
    return text.codePoints().map(TerminalText::width).sum();
  }

  private static int width(int codePoint) {
    if (codePoint < 0x300) {
      return 1;
    }
    int type = Character.getType(codePoint);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    boolean wide =
        (codePoint >= 0x1100 && codePoint <= 0x115f)
            || (codePoint >= 0x2e80 && codePoint <= 0xa4cf)
            || (codePoint >= 0xac00 && codePoint <= 0xd7a3)
            || (codePoint >= 0xf900 && codePoint <= 0xfaff)
            || (codePoint >= 0xfe30 && codePoint <= 0xfe6f)
            || (codePoint >= 0xff00 && codePoint <= 0xff60)
            || (codePoint >= 0x1f300 && codePoint <= 0x1faff)
            || (codePoint >= 0x20000 && codePoint <= 0x3fffd);
    return wide ? 2 : 1;
  }
}
