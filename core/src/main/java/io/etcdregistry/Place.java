package io.etcdregistry;

import org.jspecify.annotations.Nullable;

/**
 * What the instances of one service have alike.
 *
 * @param stored whether they stand in etcd
 * @param prefix the beginning of their keys, up to the last {@code /}; empty if they do not stand
 *     in etcd
 * @param name see {@link Instance#name}
 */
record Place(boolean stored, String prefix, String name) {
  // Written out, as in Traits and Seed: a command that lives for a moment would spend milliseconds
  // on what the JVM links for a record's own on first use.

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Place place
        && stored == place.stored
        && prefix.equals(place.prefix)
        && name.equals(place.name);
  }

  @Override
  public int hashCode() {
    return 31 * prefix.hashCode() + name.hashCode();
  }

  /** Of those that do not stand in etcd. */
  static Place nowhere(String name) {
    return new Place(false, "", name);
  }
}
