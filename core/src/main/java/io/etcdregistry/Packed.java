package io.etcdregistry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * An id and a document in one array, because a view may hold a hundred thousand: as texts they
 * would be half as long again. Of an id that is all hexadecimal, as the default one is, each two
 * digits are a byte.
 *
 * @param bytes the id, a byte for each char or two, then the document in UTF-8
 * @param id how many bytes the id takes; below 0 if they hold two digits each
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a record
record Packed(byte[] bytes, short id) {
  /** How many chars an id has at most: far more than ours have, but strangers write keys, too. */
  static final int MOST_ID = Short.MAX_VALUE;

  private static final String DIGITS = "0123456789abcdef";

  /** Packs the end of a key, or a whole id: chars of one byte each. */
  static Packed of(String key, int from, byte[] document) {
    int length = key.length() - from;
    boolean hex = length % 2 == 0 && isHex(key, from);
    int own = hex ? length / 2 : length;
    byte[] bytes = new byte[own + document.length];
    if (hex) {
      for (int i = 0; i < own; i++) {
        bytes[i] = (byte) (digit(key, from + 2 * i) << 4 | digit(key, from + 2 * i + 1));
      }
    } else {
      System.arraycopy(key.substring(from).getBytes(ISO_8859_1), 0, bytes, 0, own);
    }
    System.arraycopy(document, 0, bytes, own, document.length);
    return new Packed(bytes, (short) (hex ? -own : own));
  }

  private static boolean isHex(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      if (digit(text, i) < 0) {
        return false;
      }
    }
    return true;
  }

  private static int digit(String text, int at) {
    char c = text.charAt(at);
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  }

  /** The id. */
  static String id(byte[] bytes, int id) {
    if (id >= 0) {
      return new String(bytes, 0, id, ISO_8859_1);
    }
    byte[] digits = new byte[-2 * id];
    for (int i = 0; i < digits.length; i++) {
      digits[i] = (byte) at(bytes, id, i);
    }
    return new String(digits, ISO_8859_1);
  }

  /** How many chars the id has. */
  static int length(int id) {
    return id < 0 ? -2 * id : id;
  }

  /** A char of the id. */
  static char at(byte[] bytes, int id, int i) {
    return id < 0
        ? DIGITS.charAt(bytes[i / 2] >> (i % 2 == 0 ? 4 : 0) & 0xf)
        : (char) (bytes[i] & 0xff);
  }

  /** The document. */
  static String document(byte[] bytes, int id) {
    int from = Math.abs(id);
    return new String(bytes, from, bytes.length - from, UTF_8);
  }

  /** Whether the document is that. */
  static boolean holds(byte[] bytes, int id, byte[] document) {
    return Arrays.equals(bytes, Math.abs(id), bytes.length, document, 0, document.length);
  }
}
