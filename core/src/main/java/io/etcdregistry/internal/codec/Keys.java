package io.etcdregistry.internal.codec;

import io.etcdregistry.internal.store.KeyRange;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The keys of one namespace: {@code services/[<namespace>/]<name>/<id>}. Immutable.
 *
 * <p>Names are folded into keys, so that different names may share a part; the document tells them
 * apart. A key belongs to a namespace only if exactly two parts follow the namespace's own, a name
 * and an id: so the service {@code orders} and the namespace {@code orders}, which begin alike, are
 * never taken for each other. Operators' overrides stand under the same parts of another root.
 */
public final class Keys {
  private static final String ROOT = "services/";
  private static final String OVERRIDES = "services-overrides/";

  /**
   * The longest key that is read. Ours have at most 8 + 255 + 1 + 128 characters and the
   * namespace's.
   */
  private static final int MAX_KEY = 2048;

  private static final Pattern NAMESPACE = Pattern.compile("[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*");
  private static final Pattern PART = Pattern.compile("[A-Za-z0-9-]+");

  private final String prefix;

  private Keys(String prefix) {
    this.prefix = prefix;
  }

  /**
   * The keys of a namespace.
   *
   * @param namespace segments of {@code [A-Za-z0-9._-]+} joined by {@code /}; empty for none
   * @throws IllegalArgumentException if it is not so
   */
  public static Keys of(String namespace) {
    if (namespace.isEmpty()) {
      return new Keys(ROOT);
    }
    if (!NAMESPACE.matcher(namespace).matches()) {
      throw new IllegalArgumentException("namespace: " + namespace);
    }
    return new Keys(ROOT + namespace + "/");
  }

  /**
   * The part of the keys that a name becomes: every UTF-16 unit but ASCII letters, digits and
   * {@code -} turns into {@code -}.
   */
  public static String fold(String name) {
    StringBuilder part = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      part.append(kept ? c : '-');
    }
    return part.toString();
  }

  /**
   * Whether nothing of a name is left in its keys, so that it shares them with every such name of
   * its length: worth a warning.
   */
  public static boolean foldsAway(String name) {
    return fold(name).chars().allMatch(c -> c == '-');
  }

  /**
   * The keys of what operators say of the same namespace's instances: one part more at the root.
   */
  public Keys overrides() {
    return new Keys(OVERRIDES + prefix.substring(ROOT.length()));
  }

  /** The key of the record that an override is of. */
  public static String recordOf(String override) {
    return ROOT + override.substring(OVERRIDES.length());
  }

  /** The key of an instance. */
  public String key(String name, String id) {
    return prefix + fold(name) + "/" + id;
  }

  /** All keys of a name, those of other names that fold to the same among them. */
  public KeyRange service(String name) {
    return KeyRange.prefix(prefix + fold(name) + "/");
  }

  /** All keys of the namespace, those of namespaces within it among them. */
  public KeyRange all() {
    return KeyRange.prefix(prefix);
  }

  /**
   * Takes a key apart.
   *
   * @param key any key of etcd, a char for each byte
   * @return what it says, or empty if it is no instance of this namespace
   */
  public Optional<Place> parse(String key) {
    if (key.length() > MAX_KEY || !key.startsWith(prefix)) {
      return Optional.empty();
    }
    int slash = key.indexOf('/', prefix.length());
    if (slash < 0 || slash + 1 == key.length() || key.indexOf('/', slash + 1) >= 0) {
      return Optional.empty();
    }
    String part = key.substring(prefix.length(), slash);
    return PART.matcher(part).matches()
        ? Optional.of(new Place(part, key.substring(slash + 1)))
        : Optional.empty();
  }

  /** The beginning of all keys of the namespace, with its {@code /}. */
  @Override
  public String toString() {
    return prefix;
  }

  /**
   * Which record a key is.
   *
   * @param part the name, folded
   * @param id not empty; ours are plain, those of strangers may hold any byte but {@code /}
   */
  public record Place(String part, String id) {}
}
