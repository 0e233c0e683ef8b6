package io.etcdregistry.it.faults;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What etcd says has happened below {@code services/}, revision by revision. A cluster that is
 * wiped or restored begins a new epoch, in which revisions count again. Thread-safe.
 */
final class History {
  private final List<Epoch> epochs = new ArrayList<>();

  History(long now) {
    epochs.add(new Epoch(now));
  }

  /** The cluster lost its data or was given older data, and serves again from this moment. */
  synchronized void beginEpoch(long now) {
    epochs.add(new Epoch(now));
  }

  synchronized int epochs() {
    return epochs.size();
  }

  /** Takes in what one member told; others may have told it before. */
  synchronized void add(int epoch, Event event) {
    epochs.get(epoch).add(event);
  }

  /** Whether this key was written in the present epoch. */
  synchronized boolean has(String key) {
    return present().events.values().stream().anyMatch(at -> at.containsKey(key));
  }

  /** The latest revision that any member told of in the present epoch. */
  synchronized long revision() {
    return present().events.isEmpty() ? 0 : present().events.lastKey();
  }

  private Epoch present() {
    return epochs.get(epochs.size() - 1);
  }

  /** What was there at a revision, by key. */
  synchronized Map<String, Event> state(int epoch, long revision) {
    Map<String, Event> state = new TreeMap<>();
    for (Map<String, Event> at : epochs.get(epoch).events.headMap(revision, true).values()) {
      for (Event event : at.values()) {
        if (event.deleted()) {
          state.remove(event.key());
        } else {
          state.put(event.key(), event);
        }
      }
    }
    return state;
  }

  /** What is there now, as far as told. */
  synchronized Map<String, Event> state() {
    return state(epochs.size() - 1, Long.MAX_VALUE);
  }

  /** The stretches of time in which a key was not there after it had been, open ones up to now. */
  synchronized List<Interval> absences(String key, long now) {
    List<Interval> absences = new ArrayList<>();
    long goneAt = -1;
    boolean present = false;
    for (Epoch epoch : epochs) {
      if (present) {
        goneAt = epoch.begun;
        present = false;
      }
      for (Map<String, Event> at : epoch.events.values()) {
        Event event = at.get(key);
        if (event == null || event.deleted() != present) {
          continue;
        }
        if (event.deleted()) {
          goneAt = event.nanos();
        } else if (goneAt >= 0) {
          absences.add(new Interval(goneAt, event.nanos()));
        }
        present = !event.deleted();
      }
    }
    if (goneAt >= 0 && !present) {
      absences.add(new Interval(goneAt, now));
    }
    return absences;
  }

  /** When each revision that changed a record since some moment was told of first. */
  synchronized Map<Point, Long> changes(long since) {
    Map<Point, Long> changes = new TreeMap<>(Point.ORDER);
    for (int epoch = 0; epoch < epochs.size(); epoch++) {
      for (Map<String, Event> at : epochs.get(epoch).events.values()) {
        for (Event event : at.values()) {
          if (event.nanos() >= since && event.key().startsWith("services/")) {
            changes.put(new Point(epoch, event.revision()), event.nanos());
          }
        }
      }
    }
    return changes;
  }

  /** A revision of an epoch. */
  record Point(int epoch, long revision) {
    static final Comparator<Point> ORDER =
        Comparator.comparingInt(Point::epoch).thenComparingLong(Point::revision);
  }

  /** A put or a delete, and when the first member told of it. */
  record Event(String key, String value, long revision, boolean deleted, long nanos) {}

  /** A stretch of time, by the monotonic clock. */
  record Interval(long from, long to) {
    long nanos() {
      return Math.max(0, to - from);
    }
  }

  private static final class Epoch {
    private final long begun;
    private final NavigableMap<Long, Map<String, Event>> events = new TreeMap<>();

    Epoch(long begun) {
      this.begun = begun;
    }

    void add(Event event) {
      events
          .computeIfAbsent(event.revision(), revision -> new LinkedHashMap<>())
          .merge(event.key(), event, Epoch::first);
    }

    private static Event first(Event one, Event other) {
      if (!one.value().equals(other.value()) || one.deleted() != other.deleted()) {
        throw new IllegalStateException("members differ: " + one + " and " + other);
      }
      return one.nanos() <= other.nanos() ? one : other;
    }
  }
}
