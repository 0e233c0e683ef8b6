package io.etcdregistry.devserver.internal.engine;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A queue of commits that can be read at any place: {@link java.util.ArrayDeque} cannot. */
final class CommitRing {
  private @Nullable Commit[] slots = new Commit[64];
  private int head;
  private int size;

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  Commit get(int index) {
    return Objects.requireNonNull(slots[slot(Objects.checkIndex(index, size))]);
  }

  void addLast(Commit commit) {
    if (size == slots.length) {
      grow();
    }
    slots[slot(size++)] = commit;
  }

  Commit removeFirst() {
    Commit first = get(0);
    slots[head] = null;
    head = slot(1);
    size--;
    return first;
  }

  /** The length of the array stays a power of two, so that a mask wraps around. */
  private int slot(int index) {
    return (head + index) & (slots.length - 1);
  }

  private void grow() {
    @Nullable Commit[] larger = new Commit[slots.length * 2];
    for (int i = 0; i < size; i++) {
      larger[i] = slots[slot(i)];
    }
    slots = larger;
    head = 0;
  }
}
