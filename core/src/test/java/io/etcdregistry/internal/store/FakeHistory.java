package io.etcdregistry.internal.store;

import io.etcdregistry.internal.store.Commit.Outcome;
import io.etcdregistry.internal.store.WatchStream.Event;
import io.etcdregistry.internal.store.Write.Action;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an etcd holds: the pairs, and how they came to be, revision by revision. Knows nothing of
 * time or of clients; guarded by its cluster.
 */
final class FakeHistory {
  /** The revision of an etcd into which nothing was ever written. */
  private static final long FIRST = 1;

  private final NavigableMap<String, KeyValue> pairs = new TreeMap<>();
  private final Map<Long, TreeSet<String>> attached = new HashMap<>();
  private final List<Event> events = new ArrayList<>();
  private long revision = FIRST;
  private long compacted;

  FakeHistory() {}

  /** A copy that goes its own way, as a member restored from a snapshot does. */
  FakeHistory(FakeHistory origin) {
    pairs.putAll(origin.pairs);
    origin.attached.forEach((lease, keys) -> attached.put(lease, new TreeSet<>(keys)));
    events.addAll(origin.events);
    revision = origin.revision;
    compacted = origin.compacted;
  }

  long revision() {
    return revision;
  }

  /** The revision compacted to, or 0: what was overwritten or deleted up to it is forgotten. */
  long compacted() {
    return compacted;
  }

  Optional<KeyValue> pair(String key) {
    return Optional.ofNullable(pairs.get(key));
  }

  List<KeyValue> pairs(KeyRange range) {
    if (range.single()) {
      return pair(range.first()).stream().toList();
    }
    return range.first().compareTo(range.end()) < 0
        ? List.copyOf(pairs.subMap(range.first(), range.end()).values())
        : List.of();
  }

  /** The keys that hang on a lease. */
  List<String> keys(long lease) {
    return List.copyOf(attached.getOrDefault(lease, new TreeSet<>()));
  }

  /** Every event there ever was, also what is compacted. */
  List<Event> events() {
    return List.copyOf(events);
  }

  int eventCount() {
    return events.size();
  }

  List<Event> eventsFrom(int number) {
    return List.copyOf(events.subList(number, events.size()));
  }

  /**
   * What a watch from a revision gets, {@code from} not being compacted.
   *
   * @param forgets whether the deletes of the compacted revision itself are lost, as 3.4 loses them
   */
  List<Event> events(KeyRange range, long from, boolean forgets) {
    List<Event> found = new ArrayList<>();
    for (int i = firstAt(from); i < events.size(); i++) {
      Event event = events.get(i);
      boolean lost = forgets && event.deleted() && event.pair().modRevision() <= compacted;
      if (range.contains(event.pair().key()) && !lost) {
        found.add(event);
      }
    }
    return found;
  }

  private int firstAt(long from) {
    int low = 0;
    int high = events.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (events.get(middle).pair().modRevision() < from) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * Applies writes as one transaction: all guards are judged by the state before it, all changes
   * make one revision.
   *
   * @param leases the leases there are
   * @return what became of each
   * @throws StoreException if a put that would happen names a lease that is not there; nothing is
   *     changed then
   */
  List<Outcome> apply(List<Write> writes, Set<Long> leases) {
    refuseDuplicates(writes);
    for (Write write : writes) {
      if (write.action() == Action.PUT
          && write.lease() != 0
          && holds(write)
          && !leases.contains(write.lease())) {
        throw new StoreException(
            StoreException.Failure.LEASE_NOT_FOUND,
            "lease " + Long.toHexString(write.lease()) + " of " + write.key() + " does not exist");
      }
    }
    long next = revision + 1;
    List<Outcome> outcomes = new ArrayList<>(writes.size());
    for (Write write : writes) {
      boolean holds = holds(write);
      boolean tells = !holds || write.action() == Action.READ;
      outcomes.add(new Outcome(holds, tells ? pair(write.key()) : Optional.empty()));
      if (holds && write.action() == Action.PUT) {
        put(write, next);
      } else if (holds && write.action() == Action.DELETE) {
        delete(write.key(), next);
      }
    }
    return outcomes;
  }

  private static void refuseDuplicates(List<Write> writes) {
    Set<String> keys = new HashSet<>();
    for (Write write : writes) {
      if (!keys.add(write.key())) {
        throw new StoreException(
            StoreException.Failure.INVALID, "key twice in one commit: " + write.key());
      }
    }
  }

  private boolean holds(Write write) {
    Optional<KeyValue> found = pair(write.key());
    long lease = found.map(KeyValue::lease).orElse(0L);
    boolean held = write.holder() == 0 || write.holder() == lease;
    return held && guarded(write, found);
  }

  private static boolean guarded(Write write, Optional<KeyValue> found) {
    return switch (write.guard()) {
      case ALWAYS -> true;
      case ABSENT -> found.isEmpty();
      case REVISION -> found.map(KeyValue::modRevision).orElse(0L) == write.operand();
      case LEASE -> found.map(KeyValue::lease).orElse(0L) == write.operand();
    };
  }

  private void put(Write write, long at) {
    Optional<KeyValue> before = pair(write.key());
    before.ifPresent(this::detach);
    KeyValue pair =
        new KeyValue(
            write.key(),
            write.value(),
            before.map(KeyValue::createRevision).orElse(at),
            at,
            write.lease());
    pairs.put(pair.key(), pair);
    if (pair.lease() != 0) {
      attached.computeIfAbsent(pair.lease(), lease -> new TreeSet<>()).add(pair.key());
    }
    record(new Event(pair, false));
  }

  private void delete(String key, long at) {
    pair(key)
        .ifPresent(
            before -> {
              detach(before);
              pairs.remove(key);
              record(new Event(new KeyValue(key, new byte[0], 0, at, 0), true));
            });
  }

  private void record(Event event) {
    events.add(event);
    revision = event.pair().modRevision();
  }

  private void detach(KeyValue pair) {
    TreeSet<String> keys = attached.get(pair.lease());
    if (keys != null) {
      keys.remove(pair.key());
    }
  }

  /** Deletes the keys of a lease that ended, all at one revision. */
  void drop(long lease) {
    long next = revision + 1;
    for (String key : keys(lease)) {
      delete(key, next);
    }
    attached.remove(lease);
  }

  /** Forgets what was overwritten or deleted up to a revision. */
  void compact(long to) {
    if (to <= compacted || to > revision) {
      throw new IllegalArgumentException(
          "compact to " + to + " (expected: from " + (compacted + 1) + " to " + revision + ")");
    }
    compacted = to;
  }
}
