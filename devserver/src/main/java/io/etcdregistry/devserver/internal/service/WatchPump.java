package io.etcdregistry.devserver.internal.service;

import io.etcdregistry.devserver.internal.engine.Change;
import io.etcdregistry.devserver.internal.engine.Commit;
import io.etcdregistry.devserver.internal.engine.Engine;
import io.etcdregistry.devserver.internal.engine.Slice;
import io.etcdregistry.protocol.Event;
import io.etcdregistry.protocol.WatchResponse;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/*
 * Each watch is in one of two groups:
 *
 *   late   it started in the past and reads the history at a place of its own (watch.next);
 *   live   it shares one place in the history (position) with the other live ones, which is read once
 *          for all of them. A live watch may wait for a revision in the future.
 *
 * A watch goes from late to live when it reaches the position, never back: a reader too slow for the
 * history loses its place and is cancelled with the compact revision, like one that started too far
 * back.
 *
 * What a piece of history yields waits in `outbox`. A step fills it only when it is empty, and sends
 * one response, so that a slow reader costs one piece of history at most.
 */
/** The watches of one stream and what they have to say next. Not thread-safe. */
final class WatchPump {
  /** Revisions that one answer covers at most, as in etcd. */
  private static final int MAX_REVISIONS = 1000;

  /** Where a piece of history ends before that; as large a response as any client takes. */
  static final long MAX_PIECE_BYTES = 16 << 20;

  /** The id in answers that concern the whole stream. */
  static final long NO_WATCH = -1;

  private final Engine engine;
  private final Map<Long, ActiveWatch> watches = new LinkedHashMap<>();
  private final Set<ActiveWatch> late = new LinkedHashSet<>();
  private final WatchGroup live = new WatchGroup();
  private final Queue<WatchResponse> outbox = new ArrayDeque<>();
  private long position;
  private long progressWanted;

  WatchPump(Engine engine) {
    this.engine = engine;
  }

  boolean has(long id) {
    return watches.containsKey(id);
  }

  Collection<ActiveWatch> watches() {
    return watches.values();
  }

  /** Adds a watch, whose id MUST be free. */
  void add(ActiveWatch watch, long present) {
    watches.put(watch.id(), watch);
    if (live.isEmpty()) {
      position = present + 1;
    }
    if (watch.next() < position) {
      late.add(watch);
    } else {
      live.add(watch);
    }
  }

  /** Drops a watch and what it had still to say; whether there was one. */
  boolean remove(long id) {
    ActiveWatch watch = watches.remove(id);
    if (watch == null) {
      return false;
    }
    late.remove(watch);
    live.remove(watch);
    outbox.removeIf(response -> response.getWatchId() == id);
    return true;
  }

  /** Bytes of what is ready to be said, for tests of the bound. */
  long waitingBytes() {
    return outbox.stream().mapToLong(WatchResponse::getSerializedSize).sum();
  }

  /** Asks for one sign that everything up to some revision has been said. */
  void wantProgress() {
    progressWanted++;
  }

  /** Has a watch say how far it is, unless it is late: then it has more to say than that. */
  void sayProgress(ActiveWatch watch) {
    if (!late.contains(watch)) {
      outbox.add(answer(watch.id(), position - 1).build());
    }
  }

  /** The next response; null if there is nothing to say until the engine commits again. */
  @Nullable WatchResponse next() {
    boolean more = true;
    while (more && outbox.isEmpty()) {
      // Both in turn, so that neither a long past nor a busy present starves the other.
      boolean late = readLate();
      more = readLive() || late;
    }
    if (outbox.isEmpty() && progressWanted > 0) {
      progressWanted--;
      return answer(NO_WATCH, live.isEmpty() ? present() : position - 1).build();
    }
    return outbox.poll();
  }

  /** Reads on for one of the late watches; whether there was one. */
  private boolean readLate() {
    Iterator<ActiveWatch> first = late.iterator();
    if (!first.hasNext()) {
      return false;
    }
    ActiveWatch watch = first.next();
    first.remove();
    Slice slice = engine.slice(watch.next(), MAX_REVISIONS, MAX_PIECE_BYTES);
    if (watch.next() < slice.compactRevision()) {
      cancelCompacted(watch, slice);
      return true;
    }
    for (Commit commit : slice.commits()) {
      for (Change change : commit.changes()) {
        if (commit.revision() < position && watch.span().contains(change.key())) {
          watch.gather(change, commit.revision(), slice.compactRevision());
        }
      }
    }
    // A watch that catches up is told the present revision, even if more pieces are to come.
    say(watch, slice.present());
    watch.moveTo(Math.min(slice.through(watch.next()) + 1, position));
    if (watch.next() < position) {
      late.add(watch);
    } else {
      live.add(watch);
    }
    return true;
  }

  /** Reads on for all live watches; whether there was something to read. */
  private boolean readLive() {
    if (live.isEmpty()) {
      return false;
    }
    Slice slice = engine.slice(position, MAX_REVISIONS, MAX_PIECE_BYTES);
    if (position < slice.first()) {
      cancelLost(slice);
      position = slice.first();
      return true;
    }
    Set<ActiveWatch> concerned = new LinkedHashSet<>();
    for (Commit commit : slice.commits()) {
      for (Change change : commit.changes()) {
        live.of(
            change.key(),
            watch -> {
              if (watch.gather(change, commit.revision(), slice.compactRevision())) {
                concerned.add(watch);
              }
            });
      }
    }
    long through = slice.through(position);
    concerned.forEach(watch -> say(watch, through));
    position = through + 1;
    return !slice.commits().isEmpty();
  }

  private void say(ActiveWatch watch, long revision) {
    Collection<Event> events = watch.take();
    if (events.isEmpty()) {
      return;
    }
    WatchResponse response = answer(watch.id(), revision).addAllEvents(events).build();
    outbox.addAll(watch.fragmented() ? Fragments.split(response) : List.of(response));
  }

  private void cancelLost(Slice slice) {
    for (ActiveWatch watch : List.copyOf(watches.values())) {
      if (!late.contains(watch) && watch.next() < slice.first()) {
        cancelCompacted(watch, slice);
      }
    }
  }

  /** As etcd: the header's revision is 0, and the compact revision is all there is of a reason. */
  private void cancelCompacted(ActiveWatch watch, Slice slice) {
    remove(watch.id());
    outbox.add(
        answer(watch.id(), 0)
            .setCanceled(true)
            .setCompactRevision(slice.compactRevision())
            .build());
  }

  private WatchResponse.Builder answer(long id, long revision) {
    return WatchResponse.newBuilder().setHeader(engine.identity().header(revision)).setWatchId(id);
  }

  private long present() {
    return engine.currentHeader().getRevision();
  }
}
