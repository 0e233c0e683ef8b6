package io.etcdregistry.internal.store;

/**
 * A range of keys: from {@code first}, up to and without {@code end}; a single key if {@code end}
 * is empty.
 *
 * @param first the first key, not empty
 * @param end the key after the last, or empty
 */
public record KeyRange(String first, String end) {
  /** One key alone. */
  public static KeyRange key(String key) {
    return new KeyRange(key, "");
  }

  /** All keys that begin with a prefix, which MUST end in a char below 0xff. */
  public static KeyRange prefix(String prefix) {
    int last = prefix.length() - 1;
    return new KeyRange(prefix, prefix.substring(0, last) + (char) (prefix.charAt(last) + 1));
  }

  /** Whether this is a single key. */
  public boolean single() {
    return end.isEmpty();
  }

  /** Whether a key lies within. */
  public boolean contains(String key) {
    return single() ? key.equals(first) : key.compareTo(first) >= 0 && key.compareTo(end) < 0;
  }
}
