package io.etcdregistry.internal.etcd;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Which watch of ours is which of the other side's, on one stream. In the stream's context.
 *
 * <p>etcd takes the ids that we choose. Its gRPC proxy takes no notice of them: it numbers the
 * watches of a stream from 0 on, and tells that they are created in any order, without a word on
 * what they watch. So the first watch of a stream is created alone, and its answer tells who
 * numbers; where the other side does, so is every other.
 */
final class WatchIds {
  /** The id of what was refused. */
  static final long NO_ID = -1;

  private enum Numbering {
    UNKNOWN,
    OURS,
    THEIRS
  }

  private final Map<Long, Long> oursByTheirs = new HashMap<>(0);
  private Numbering numbering = Numbering.UNKNOWN;

  /** Whether several watches may be created at a time. */
  boolean ours() {
    return numbering == Numbering.OURS;
  }

  /** Whether the other side numbers the watches: a proxy. */
  boolean theirs() {
    return numbering == Numbering.THEIRS;
  }

  /** Takes in under which id a watch was created. */
  void created(long ours, long theirs) {
    if (numbering == Numbering.UNKNOWN) {
      numbering = ours == theirs ? Numbering.OURS : Numbering.THEIRS;
    }
    if (theirs()) {
      oursByTheirs.put(theirs, ours);
    }
  }

  /** Our id of what the other side speaks of; {@link #NO_ID} if it is none of ours. */
  long ours(long theirs) {
    return theirs() ? oursByTheirs.getOrDefault(theirs, NO_ID) : theirs;
  }

  /** The other side's id of a watch of ours, if it is known; it is not asked for again. */
  OptionalLong forget(long ours) {
    if (!theirs()) {
      return ours() ? OptionalLong.of(ours) : OptionalLong.empty();
    }
    for (Map.Entry<Long, Long> entry : oursByTheirs.entrySet()) {
      if (entry.getValue() == ours) {
        oursByTheirs.remove(entry.getKey());
        return OptionalLong.of(entry.getKey());
      }
    }
    return OptionalLong.empty();
  }
}
