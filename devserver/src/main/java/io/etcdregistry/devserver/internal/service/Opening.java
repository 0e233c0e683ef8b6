package io.etcdregistry.devserver.internal.service;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.regex.Pattern;

/**
 * The first bytes of a connection, which tell what its client speaks. A bounded number of them is
 * kept. Not thread-safe.
 */
final class Opening {
  /** What a client may say before it is known what it wants. */
  static final int MAX_BYTES = 8 << 10;

  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final Pattern REQUEST_LINE = Pattern.compile("[A-Z]{1,20} \\S+ HTTP/1\\.[01]\r?");
  private static final Pattern HEAD_END = Pattern.compile("\r?\n\r?\n");

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  /** What a client speaks, as far as it has said so. */
  enum Language {
    /** It has to say more. */
    OPEN,
    /** It has said the whole preface of HTTP/2. */
    HTTP_2,
    /** It has said the whole head of a request. */
    HTTP_1,
    /** Nothing that is served here. */
    NONE
  }

  /** Takes what was said next, and judges all of it. */
  Language add(byte[] bytes) {
    said.writeBytes(bytes);
    String text = said.toString(ISO_8859_1);
    if (text.startsWith(PREFACE)) {
      return Language.HTTP_2;
    }
    if (PREFACE.startsWith(text)) {
      return Language.OPEN;
    }
    int line = text.indexOf('\n');
    if (line > MAX_BYTES || (line < 0 ? !mayBeRequest(text) : !isRequestLine(text, line))) {
      return Language.NONE;
    }
    if (HEAD_END.matcher(text).find()) {
      return Language.HTTP_1;
    }
    return text.length() > MAX_BYTES ? Language.NONE : Language.OPEN;
  }

  private static boolean mayBeRequest(String text) {
    return text.length() <= MAX_BYTES && text.charAt(0) >= 'A' && text.charAt(0) <= 'Z';
  }

  private static boolean isRequestLine(String text, int end) {
    return REQUEST_LINE.matcher(text).region(0, end).matches();
  }

  /** All that was said. */
  byte[] said() {
    return said.toByteArray();
  }

  /** The head of a request: its first line and its fields. */
  String head() {
    return HEAD_END.split(said.toString(ISO_8859_1), 2)[0];
  }
}
