package io.etcdregistry.internal.balance;

import io.etcdregistry.Instance;
import java.util.Optional;

/**
 * At which place of an array each of many instances is: a hash table with linear probing, of
 * numbers only, because there may be a hundred thousand. Instances are told apart by identity. Not
 * thread-safe.
 */
final class Places {
  private static final int GOLDEN = 0x9e3779b9;

  private final int[] slots; // a place plus one, or 0
  private final int most;

  /** An empty table with room for so many, and a quarter more. */
  Places(int members) {
    this.most = members + members / 4 + 8;
    this.slots = new int[most + most / 2];
  }

  boolean hasRoomFor(int members) {
    return members <= most;
  }

  /** Notes who is at a place of the array. */
  void put(int place, Optional<Instance>[] array) {
    int slot = home(array[place].orElseThrow());
    while (slots[slot] != 0) {
      slot = next(slot);
    }
    slots[slot] = place + 1;
  }

  /** Forgets one that is there; gives its place. */
  @SuppressWarnings("ReferenceEquality") // of equal ones it is this one
  int take(Instance instance, Optional<Instance>[] array) {
    int slot = home(instance);
    while (array[slots[slot] - 1].orElseThrow() != instance) {
      slot = next(slot);
    }
    int place = slots[slot] - 1;
    close(slot, array);
    return place;
  }

  /** Moves up who stands behind a gap because it was taken. */
  private void close(int gap, Optional<Instance>[] array) {
    int free = gap;
    for (int slot = next(gap); slots[slot] != 0; slot = next(slot)) {
      int home = home(array[slots[slot] - 1].orElseThrow());
      boolean between = free < slot ? home > free && home <= slot : home > free || home <= slot;
      if (!between) {
        slots[free] = slots[slot];
        free = slot;
      }
    }
    slots[free] = 0;
  }

  private int home(Instance instance) {
    long hash = Integer.toUnsignedLong(System.identityHashCode(instance) * GOLDEN);
    return (int) ((hash * slots.length) >>> Integer.SIZE);
  }

  private int next(int slot) {
    return slot + 1 == slots.length ? 0 : slot + 1;
  }
}
