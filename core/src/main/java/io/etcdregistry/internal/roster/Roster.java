package io.etcdregistry.internal.roster;

import io.etcdregistry.Instance;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.Spliterator;
import java.util.Spliterators;

/**
 * Instances as they were at one moment, ordered by key. Immutable and thread-safe.
 *
 * <p>It is made of chunks that lists share which a {@link RosterEditor} makes one after the other.
 * So the next list costs a copy of what is near the change, and a pointer for each chunk; and the
 * {@link #difference} of two is found without looking into the chunks that both have.
 */
public final class Roster extends AbstractList<Instance> implements RandomAccess {
  /** Nobody. */
  public static final Roster EMPTY = new Roster(new Chunk[0]);

  /** Hears what differs between two rosters, in the order of keys. */
  public interface Difference {
    /** Is in the second only. */
    void added(Instance instance);

    /** Is in the first only. */
    void removed(Instance instance);

    /** Other objects stand at the same key; they may be equal. */
    void replaced(Instance before, Instance after);
  }

  private final Chunk[] chunks;
  private final int[] starts; // the index of the first of each chunk
  private final int size;

  /**
   * A roster of chunks that nobody changes any more.
   *
   * @param chunks in the order of keys; the array is its own from now on
   */
  Roster(Chunk[] chunks) {
    this.chunks = chunks;
    this.starts = new int[chunks.length];
    int start = 0;
    for (int i = 0; i < chunks.length; i++) {
      starts[i] = start;
      start += chunks[i].size();
    }
    this.size = start;
  }

  Chunk[] chunks() {
    return chunks.clone();
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Instance get(int index) {
    Objects.checkIndex(index, size);
    int found = Arrays.binarySearch(starts, index);
    int chunk = found < 0 ? -found - 2 : found;
    return chunks[chunk].get(index - starts[chunk]);
  }

  /** How many are up. */
  public int up() {
    int up = 0;
    for (Chunk chunk : chunks) {
      up += chunk.up();
    }
    return up;
  }

  /** Tells what differs. */
  @SuppressWarnings("ReferenceEquality") // what is the same object is not looked into
  public static void difference(Roster before, Roster after, Difference found) {
    Cursor old = new Cursor(before.chunks);
    Cursor now = new Cursor(after.chunks);
    while (old.hasNext() && now.hasNext()) {
      if (old.skips(now)) {
        continue;
      }
      Instance was = old.peek();
      Instance is = now.peek();
      int order = was == is ? 0 : was.key().compareTo(is.key());
      if (order <= 0) {
        old.next();
      }
      if (order >= 0) {
        now.next();
      }
      if (order < 0) {
        found.removed(was);
      } else if (order > 0) {
        found.added(is);
      } else if (was != is) {
        found.replaced(was, is);
      }
    }
    old.forEachRemaining(found::removed);
    now.forEachRemaining(found::added);
  }

  @Override
  public Iterator<Instance> iterator() {
    return new Cursor(chunks);
  }

  @Override
  public Spliterator<Instance> spliterator() {
    int known = Spliterator.ORDERED | Spliterator.IMMUTABLE | Spliterator.NONNULL;
    return Spliterators.spliterator(iterator(), size, known);
  }

  /** A place in a roster. */
  private static final class Cursor implements Iterator<Instance> {
    private final Chunk[] chunks;
    private int chunk;
    private int place;

    Cursor(Chunk[] chunks) {
      this.chunks = chunks;
    }

    @Override
    public boolean hasNext() {
      return chunk < chunks.length;
    }

    Instance peek() {
      return chunks[chunk].get(place);
    }

    @Override
    public Instance next() {
      if (chunk == chunks.length) {
        throw new NoSuchElementException();
      }
      Instance next = chunks[chunk].get(place++);
      if (place == chunks[chunk].size()) {
        chunk++;
        place = 0;
      }
      return next;
    }

    /** Goes on behind a chunk that both stand at the beginning of, if so; neither is at its end. */
    boolean skips(Cursor other) {
      boolean same = place == 0 && other.place == 0 && chunks[chunk] == other.chunks[other.chunk];
      if (same) {
        chunk++;
        other.chunk++;
      }
      return same;
    }
  }
}
