package io.etcdregistry.internal.roster;

import io.etcdregistry.Instance;
import io.etcdregistry.Instance.Status;
import java.util.Arrays;
import java.util.function.ToIntBiFunction;

/**
 * A piece of a {@link Roster}: neighbours, ordered by key, at least one. Changed only by the editor
 * that made it, and only until there is a roster of it. Not thread-safe before.
 */
final class Chunk {
  /** How many instances there are at most: as much is copied for a change. */
  static final int MOST = 256;

  private static final int ROOM = 8;

  private final Object owner;
  private Instance[] items;
  private int size;
  private int up = -1; // not counted yet

  /**
   * A chunk of neighbours.
   *
   * @param owner who may change it
   * @param items holds them; its own from now on
   * @param size how many there are in it
   */
  Chunk(Object owner, Instance[] items, int size) {
    this.owner = owner;
    this.items = items;
    this.size = size;
  }

  /** This one, if it is the owner's, else a copy that is. */
  Chunk of(Object owner) {
    return this.owner == owner ? this : part(owner, 0, size);
  }

  /** A copy of some of it. */
  Chunk part(Object owner, int from, int to) {
    return new Chunk(owner, Arrays.copyOfRange(items, from, to), to - from);
  }

  int size() {
    return size;
  }

  Instance get(int place) {
    return items[place];
  }

  Instance last() {
    return items[size - 1];
  }

  /** How many are up. */
  int up() {
    if (up < 0) {
      int counted = 0;
      for (int place = 0; place < size; place++) {
        counted += items[place].status() == Status.UP ? 1 : 0;
      }
      up = counted;
    }
    return up;
  }

  /** Where a key stands, or as {@link Arrays#binarySearch(int[], int)} has it where it would. */
  int find(String key, ToIntBiFunction<Instance, String> order) {
    int low = 0;
    int high = size - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int compared = order.applyAsInt(items[middle], key);
      if (compared == 0) {
        return middle;
      }
      if (compared < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -(low + 1);
  }

  void set(int place, Instance instance) {
    items[place] = instance;
    up = -1;
  }

  void insert(int place, Instance instance) {
    if (size == items.length) {
      items = Arrays.copyOf(items, Math.min(MOST, size + size / 2 + ROOM));
    }
    System.arraycopy(items, place, items, place + 1, size - place);
    items[place] = instance;
    size++;
    up = -1;
  }

  void remove(int place) {
    items = without(place);
    size--;
    up = -1;
  }

  private Instance[] without(int place) {
    Instance[] rest = Arrays.copyOf(items, size - 1);
    System.arraycopy(items, place + 1, rest, place, size - 1 - place);
    return rest;
  }

  /** This and the next one together. */
  Chunk and(Chunk next, Object owner) {
    Instance[] both = Arrays.copyOf(items, size + next.size);
    System.arraycopy(next.items, 0, both, size, next.size);
    return new Chunk(owner, both, both.length);
  }
}
