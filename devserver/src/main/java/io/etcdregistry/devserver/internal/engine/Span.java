package io.etcdregistry.devserver.internal.engine;

import com.google.protobuf.ByteString;
import java.util.Comparator;

/**
 * A half-open range of keys, or a single key, in the order of unsigned bytes.
 *
 * @param from the first key
 * @param to the key after the last; empty in a span without an end
 * @param single whether it is the one key {@code from}
 */
public record Span(ByteString from, ByteString to, boolean single) {
  /** The order of keys. */
  public static final Comparator<ByteString> ORDER = ByteString.unsignedLexicographicalComparator();

  private static final ByteString ZERO = ByteString.copyFrom(new byte[] {0});

  /**
   * A span as requests say it.
   *
   * @param key the first key
   * @param rangeEnd the key after the last; empty means {@code key} alone, a single zero byte means
   *     every key from {@code key} on
   */
  public static Span of(ByteString key, ByteString rangeEnd) {
    if (rangeEnd.isEmpty()) {
      return new Span(key, ByteString.EMPTY, true);
    }
    return new Span(key, rangeEnd.equals(ZERO) ? ByteString.EMPTY : rangeEnd, false);
  }

  /** One key alone. */
  public static Span key(ByteString key) {
    return new Span(key, ByteString.EMPTY, true);
  }

  /** Whether the span goes on without an end. */
  public boolean endless() {
    return !single && to.isEmpty();
  }

  /** Whether no key can lie within. */
  public boolean empty() {
    return !single && !to.isEmpty() && ORDER.compare(from, to) >= 0;
  }

  /** Whether a key lies within. */
  public boolean contains(ByteString key) {
    if (single) {
      return key.equals(from);
    }
    return ORDER.compare(key, from) >= 0 && (to.isEmpty() || ORDER.compare(key, to) < 0);
  }
}
