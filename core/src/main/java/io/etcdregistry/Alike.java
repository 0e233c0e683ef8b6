package io.etcdregistry;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a record has alike with others that were read, so that they share it. A cache: what it
 * has forgotten is made anew. Thread-safe: of a race comes nothing worse than two of the same.
 */
final class Alike {
  private static final int PLACES = 1024;
  private static final int TRAITS = 256;

  private final @Nullable Place[] places = new @Nullable Place[PLACES];
  private final @Nullable Traits[] traits = new @Nullable Traits[TRAITS];

  /**
   * The place of a record.
   *
   * @param key where it stands
   * @param end where its id begins in the key
   * @param document knows the name
   */
  Place place(String key, int end, Skim document) {
    int hash = 0;
    for (int i = 0; i < end; i++) {
      hash = 31 * hash + key.charAt(i);
    }
    int slot = (hash ^ hash >>> 15) & PLACES - 1;
    Place known = places[slot];
    if (known != null
        && known.prefix().length() == end
        && key.startsWith(known.prefix())
        && document.isNamed(known.name())) {
      return known;
    }
    Place place = new Place(true, key.substring(0, end), name(key, end, document.name()));
    if (place.equals(known)) {
      return known;
    }
    places[slot] = place;
    return place;
  }

  /** The document's name if it belongs where the record stands, else the name part of the key. */
  static String name(String key, int end, @Nullable Object given) {
    int part = key.lastIndexOf('/', end - 2) + 1;
    String folded = key.substring(part, Math.max(part, end - 1));
    return given instanceof String name && Fields.folds(name, folded) ? name : folded;
  }

  /** The same traits, if possible those of another. */
  Traits traits(Traits own) {
    int hash = Objects.hash(own.status(), own.weight(), own.zone());
    int slot = (hash ^ hash >>> 15) & TRAITS - 1;
    Traits known = traits[slot];
    if (own.equals(known)) {
      return known;
    }
    traits[slot] = own;
    return own;
  }
}
