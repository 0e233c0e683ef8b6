package io.etcdregistry.it.faults;

import io.etcdregistry.it.faults.Client.View;
import io.etcdregistry.it.faults.History.Event;
import io.etcdregistry.it.faults.History.Interval;
import io.etcdregistry.it.faults.History.Point;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Holds what clients saw against what etcd says happened. Every snapshot must be what etcd held at
 * the revision that it claims; versions must rise; a record may not be absent while its owner is
 * well.
 */
final class Checker {
  private final History history;
  private final Predicate<String> isRecord;
  private final List<String> violations = new ArrayList<>();
  private Duration longestLag = Duration.ZERO;
  private int snapshots;

  /**
   * A checker.
   *
   * @param history complete up to the last revision that any client saw
   * @param isRecord whether what lies at a key is one that readers show
   */
  Checker(History history, Predicate<String> isRecord) {
    this.history = history;
    this.isRecord = isRecord;
  }

  /** What was wrong so far. */
  List<String> violations() {
    return List.copyOf(violations);
  }

  /** How many snapshots were compared. */
  int snapshots() {
    return snapshots;
  }

  /** How long any reader that was well took to see a change. */
  Duration longestLag() {
    return longestLag;
  }

  /**
   * Looks at everything that a reader was shown.
   *
   * @param since changes from this moment on count for the lag
   */
  void check(Client reader, long since) {
    Map<Integer, NavigableMap<Point, Long>> seen = check(reader.name(), reader.views());
    history
        .changes(since)
        .forEach(
            (change, nanos) -> seen.values().forEach(one -> checkLag(reader, one, change, nanos)));
  }

  /** Looks at snapshots in the order in which they were shown; when each reader saw each point. */
  Map<Integer, NavigableMap<Point, Long>> check(String who, List<View> views) {
    Map<String, View> last = new HashMap<>();
    Map<String, Integer> epochs = new HashMap<>();
    Map<Integer, NavigableMap<Point, Long>> seen = new HashMap<>();
    for (View view : views) {
      String label = who + " " + view.reader() + " " + view.label();
      View before = last.put(label, view);
      if (before != null && view.version() <= before.version()) {
        violations.add(label + ": version " + view.version() + " after " + before.version());
      }
      int known = epochs.getOrDefault(label, 0);
      int epoch = epochOf(view, known);
      if (epoch < 0) {
        violations.add(label + ": " + difference(view, known));
      } else {
        epochs.put(label, epoch);
        if (view.label().equals("*")) {
          seen.computeIfAbsent(view.reader(), reader -> new TreeMap<>(Point.ORDER))
              .putIfAbsent(new Point(epoch, view.revision()), view.nanos());
        }
      }
      snapshots++;
    }
    return seen;
  }

  private void checkLag(Client reader, NavigableMap<Point, Long> seen, Point change, long nanos) {
    Map.Entry<Point, Long> shown = seen.ceilingEntry(change);
    if (shown != null) { // else it came last, and changed nothing that is shown
      Duration lag = reader.wellDuring(new Interval(nanos, Math.max(nanos, shown.getValue())));
      longestLag = lag.compareTo(longestLag) > 0 ? lag : longestLag;
    }
  }

  /** The epoch from a first one on in which a view is right; -1 if there is none. */
  private int epochOf(View view, int first) {
    for (int epoch = first; epoch < history.epochs(); epoch++) {
      if (expected(view, epoch).equals(view.entries())) {
        return epoch;
      }
    }
    return -1;
  }

  private List<String> expected(View view, int epoch) {
    return entries(history.state(epoch, view.revision()), view.label());
  }

  /** The records of a state that a view has to show, each as {@link Readers#entry}. */
  List<String> entries(Map<String, Event> state, String label) {
    String prefix = Recorder.PREFIX + "/" + (label.equals("*") ? "" : label + "/");
    return state.values().stream()
        .filter(event -> event.key().startsWith(prefix) && isRecord.test(event.key()))
        .map(event -> Readers.entry(event.key(), event.revision(), event.value()))
        .toList();
  }

  private String difference(View view, int epoch) {
    List<String> missing = new ArrayList<>(expected(view, epoch));
    List<String> extra = new ArrayList<>(view.entries());
    missing.removeAll(view.entries());
    extra.removeAll(expected(view, epoch));
    return "version %d, revision %d, %s, %d resets: lacks %s, has %s, compared with epoch %d of %d"
        .formatted(
            view.version(),
            view.revision(),
            view.freshness(),
            view.resets(),
            missing,
            extra,
            epoch,
            history.epochs());
  }

  /** The longest time that a record of an owner was absent while the owner was well. */
  Duration longestAbsence(Client owner, long now) {
    Duration longest = Duration.ZERO;
    for (Map.Entry<String, Long> joined : owner.joinedAt().entrySet()) {
      for (Interval absence : history.absences(joined.getKey(), now)) {
        if (absence.to() > joined.getValue() && owner.states().containsKey(joined.getKey())) {
          Duration well = owner.wellDuring(absence);
          longest = well.compareTo(longest) > 0 ? well : longest;
        }
      }
    }
    return longest;
  }

  /** When the last absence of any record that owners want ended; 0 if none was ever absent. */
  static long lastBack(History history, List<Client> owners, long now) {
    return owners.stream()
        .flatMap(owner -> owner.states().keySet().stream())
        .flatMap(key -> history.absences(key, now).stream())
        .mapToLong(Interval::to)
        .max()
        .orElse(0);
  }
}
