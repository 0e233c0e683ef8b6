package io.etcdregistry.internal.store;

import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.internal.store.WatchStream.Event;
import java.util.ArrayList;
import java.util.List;

/**
 * One watch, as the cluster keeps it.
 *
 * <p>It begins behind, with the past to tell; once it has, it follows every commit. Guarded by its
 * cluster.
 */
final class FakeWatch {
  /** How many revisions of the past etcd tells in one message. */
  private static final int BATCH = 1000;

  private final FakeCluster cluster;
  private final FakeWatchStream stream;
  private final long id;
  private final KeyRange range;
  private long next;
  private boolean caughtUp;

  FakeWatch(FakeCluster cluster, FakeWatchStream stream, long id, KeyRange range, long next) {
    this.cluster = cluster;
    this.stream = stream;
    this.id = id;
    this.range = range;
    this.next = next;
  }

  /** Tells the past, or that it is compacted; follows from then on. */
  void catchUp() {
    synchronized (cluster) {
      if (next < cluster.compactedTo()) {
        cluster.remove(this);
        stream.sendCanceled(
            id,
            cluster.compactedTo(),
            new StoreException(Failure.COMPACTED, "revision " + next + " has been compacted"));
        return;
      }
      caughtUp = true;
      tell();
    }
  }

  boolean caughtUp() {
    return caughtUp;
  }

  /** Tells what was committed just now. */
  void follow() {
    if (caughtUp) {
      tell();
    }
  }

  private void tell() {
    List<Event> events = cluster.events(range, next);
    next = Math.max(next, cluster.header().revision() + 1);
    List<Event> batch = new ArrayList<>();
    long last = 0;
    int revisions = 0;
    for (Event event : events) {
      long revision = event.pair().modRevision();
      if (revision != last && ++revisions > BATCH) {
        stream.sendEvents(id, batch);
        batch = new ArrayList<>();
        revisions = 1;
      }
      last = revision;
      batch.add(event);
    }
    if (!batch.isEmpty()) {
      stream.sendEvents(id, batch);
    }
  }
}
