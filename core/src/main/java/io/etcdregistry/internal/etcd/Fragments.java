package io.etcdregistry.internal.etcd;

import io.etcdregistry.internal.store.WatchStream;
import io.etcdregistry.protocol.WatchResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts answers that etcd sent in pieces together again, one at a time for each watch, within a
 * bound for all of them.
 */
final class Fragments {
  /** A joined answer is refused above this: listing again is cheaper than holding it. */
  static final long MOST_BYTES = 64L << 20;

  private static final class Pieces {
    private final List<WatchStream.Event> events = new ArrayList<>();
    private long bytes;
  }

  /** What a piece made. */
  enum Joint {
    /** More pieces follow. */
    PARTIAL,
    /** All pieces are there. */
    WHOLE,
    /** Too much: the pieces are given up. */
    OVERFLOW
  }

  /**
   * What a piece made, and of what.
   *
   * @param joint how far it is
   * @param events all of them, if it is whole
   */
  record Joined(Joint joint, List<WatchStream.Event> events) {}

  private final Map<Long, Pieces> partial = new HashMap<>();
  private final long most;
  private long held;

  Fragments(long most) {
    this.most = most;
  }

  /** Takes an answer with events of a watch. */
  Joined add(long id, WatchResponse piece) {
    Pieces pieces = Optional.ofNullable(partial.get(id)).orElseGet(Pieces::new);
    piece.getEventsList().forEach(event -> pieces.events.add(Messages.event(event)));
    if (!piece.getFragment()) {
      forget(id);
      return new Joined(Joint.WHOLE, pieces.events);
    }
    int size = piece.getSerializedSize();
    pieces.bytes += size;
    held += size;
    partial.put(id, pieces);
    if (held > most) {
      forget(id);
      return new Joined(Joint.OVERFLOW, List.of());
    }
    return new Joined(Joint.PARTIAL, List.of());
  }

  /** Drops what has come for a watch. */
  void forget(long id) {
    Pieces dropped = partial.remove(id);
    if (dropped != null) {
      held -= dropped.bytes;
    }
  }
}
