package io.etcdregistry.internal.roster;

import io.etcdregistry.Instance;
import java.util.Arrays;
import java.util.function.ToIntBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Instances by key, of which a {@link Roster} can be had at any time. What it costs to change one
 * hardly depends on how many there are, and putting many in the order of their keys is cheapest.
 * Not thread-safe.
 */
public final class RosterEditor {
  /** Neighbours that have no more in common are put together. */
  private static final int FEW = Chunk.MOST / 2;

  private final ToIntBiFunction<Instance, String> order;
  private Chunk[] chunks = {};
  private int count;
  private int size;
  private @Nullable Roster made;

  /** Marks the chunks that no roster has yet. */
  private Object mine = new Object();

  /**
   * Nobody.
   *
   * @param order how an instance's key compares with another
   */
  public RosterEditor(ToIntBiFunction<Instance, String> order) {
    this.order = order;
  }

  /**
   * Those of a roster.
   *
   * @param order how an instance's key compares with another
   */
  public RosterEditor(ToIntBiFunction<Instance, String> order, Roster roster) {
    this.order = order;
    this.chunks = roster.chunks();
    this.count = chunks.length;
    this.size = roster.size();
    this.made = roster;
  }

  /** How many there are. */
  public int size() {
    return size;
  }

  /** Who stands at a key. */
  public @Nullable Instance get(String key) {
    if (isBehind(key)) {
      return null;
    }
    Chunk chunk = chunks[chunk(key)];
    int place = chunk.find(key, order);
    return place < 0 ? null : chunk.get(place);
  }

  /**
   * Puts an instance at its key.
   *
   * @return who stood there
   */
  public @Nullable Instance put(String key, Instance instance) {
    made = null;
    if (isBehind(key)) {
      append(instance);
      return null;
    }
    int at = chunk(key);
    int place = chunks[at].find(key, order);
    if (place >= 0) {
      Instance before = chunks[at].get(place);
      own(at).set(place, instance);
      return before;
    }
    insert(at, -place - 1, instance);
    return null;
  }

  /**
   * Takes away who stands at a key.
   *
   * @return who stood there
   */
  public @Nullable Instance remove(String key) {
    if (isBehind(key)) {
      return null;
    }
    int at = chunk(key);
    int place = chunks[at].find(key, order);
    if (place < 0) {
      return null;
    }
    made = null;
    size--;
    Instance before = chunks[at].get(place);
    if (chunks[at].size() == 1) {
      drop(at);
    } else {
      own(at).remove(place);
      join(at);
    }
    return before;
  }

  /** Takes all away. */
  public void clear() {
    chunks = new Chunk[0];
    count = 0;
    size = 0;
    made = null;
  }

  /** All of them as they are now. */
  public Roster roster() {
    Roster now = made;
    if (now == null) {
      now = new Roster(Arrays.copyOf(chunks, count));
      made = now;
      mine = new Object();
    }
    return now;
  }

  /** Whether a key comes after all others. */
  private boolean isBehind(String key) {
    return count == 0 || order.applyAsInt(chunks[count - 1].last(), key) < 0;
  }

  /** The last chunk that does not begin after a key, or the first. */
  private int chunk(String key) {
    int low = 1;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (order.applyAsInt(chunks[middle].get(0), key) <= 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return low - 1;
  }

  private void append(Instance instance) {
    if (count == 0 || chunks[count - 1].size() == Chunk.MOST) {
      add(count, new Chunk(mine, new Instance[] {instance}, 1));
    } else {
      Chunk last = own(count - 1);
      last.insert(last.size(), instance);
    }
    size++;
  }

  private void insert(int at, int place, Instance instance) {
    Chunk chunk = chunks[at];
    int half = Chunk.MOST / 2;
    if (chunk.size() < Chunk.MOST) {
      own(at).insert(place, instance);
    } else {
      Chunk right = chunk.part(mine, half, Chunk.MOST);
      chunks[at] = chunk.part(mine, 0, half);
      add(at + 1, right);
      if (place <= half) {
        chunks[at].insert(place, instance);
      } else {
        right.insert(place - half, instance);
      }
    }
    size++;
  }

  /** Puts a chunk that has become small together with a neighbour, if both stay small. */
  private void join(int at) {
    if (at + 1 < count && chunks[at].size() + chunks[at + 1].size() <= FEW) {
      chunks[at] = chunks[at].and(chunks[at + 1], mine);
      drop(at + 1);
    } else if (at > 0 && chunks[at - 1].size() + chunks[at].size() <= FEW) {
      chunks[at - 1] = chunks[at - 1].and(chunks[at], mine);
      drop(at);
    }
  }

  private Chunk own(int at) {
    Chunk own = chunks[at].of(mine);
    chunks[at] = own;
    return own;
  }

  private void add(int at, Chunk chunk) {
    if (count == chunks.length) {
      chunks = Arrays.copyOf(chunks, count + count / 2 + 1);
    }
    System.arraycopy(chunks, at, chunks, at + 1, count - at);
    chunks[at] = chunk;
    count++;
  }

  private void drop(int at) {
    count--;
    System.arraycopy(chunks, at + 1, chunks, at, count - at);
    Arrays.fill(chunks, count, count + 1, null);
  }
}
