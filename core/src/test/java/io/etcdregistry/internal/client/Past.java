package io.etcdregistry.internal.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.etcdregistry.Instance;
import io.etcdregistry.Snapshot;
import io.etcdregistry.internal.codec.Keys;
import io.etcdregistry.internal.codec.Records;
import io.etcdregistry.internal.store.WatchStream.Event;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything a cluster ever held, revision by revision, through all its incarnations: it begins
 * another one whenever it is wiped or restored.
 */
final class Past {
  private final Keys keys;
  private final Records records;
  private final List<Incarnation> incarnations = new ArrayList<>();
  private final Set<String> written = new HashSet<>();

  Past(Keys keys, Records records) {
    this.keys = keys;
    this.records = records;
    incarnations.add(new Incarnation(0));
  }

  /** The state after a revision, and when it came about. */
  private record State(long at, SortedMap<String, Instance> content) {}

  private static final class Incarnation {
    final long begun;
    final NavigableMap<Long, State> states = new TreeMap<>();

    /** What operators said after a revision, by the keys of the records. */
    final NavigableMap<Long, SortedMap<String, Instance>> overrides = new TreeMap<>();

    Incarnation(long begun) {
      this.begun = begun;
      states.put(0L, new State(begun, new TreeMap<>()));
      overrides.put(0L, new TreeMap<>());
    }

    SortedMap<String, Instance> now() {
      return states.lastEntry().getValue().content();
    }
  }

  /** The cluster was wiped or restored, and has this history from now on. */
  void begin(List<Event> history, long now) {
    incarnations.add(new Incarnation(now));
    add(history, now);
  }

  /** Something changed. */
  void add(List<Event> events, long now) {
    Incarnation incarnation = incarnations.get(last());
    for (Event event : events) {
      if (keys.overrides().all().contains(event.pair().key())) {
        override(incarnation, event);
        continue;
      }
      TreeMap<String, Instance> content = new TreeMap<>(incarnation.now());
      content.remove(event.pair().key());
      if (!event.deleted()) {
        written.add(text(event.pair().key(), new String(event.pair().value(), UTF_8)));
        records
            .read(event.pair(), complaint -> {})
            .ifPresent(record -> content.put(record.key(), record));
      }
      incarnation.states.put(event.pair().modRevision(), new State(now, content));
    }
  }

  private void override(Incarnation incarnation, Event event) {
    String record = Keys.recordOf(event.pair().key());
    TreeMap<String, Instance> content = new TreeMap<>(incarnation.overrides.lastEntry().getValue());
    content.remove(record);
    if (!event.deleted()) {
      records.read(event.pair(), complaint -> {}).ifPresent(one -> content.put(record, one));
    }
    incarnation.overrides.put(event.pair().modRevision(), content);
  }

  /**
   * A moment in the past.
   *
   * @param incarnation of the cluster
   * @param revision within it
   */
  record Moment(int incarnation, long revision) {}

  /** The first moment from one on at which operators said what a snapshot shows of them. */
  Optional<Moment> overridden(Moment from, Snapshot snapshot) {
    for (int i = from.incarnation(); i <= last(); i++) {
      NavigableMap<Long, SortedMap<String, Instance>> all = incarnations.get(i).overrides;
      long begin = i == from.incarnation() ? all.floorKey(from.revision()) : 0;
      for (var state : all.tailMap(begin, true).entrySet()) {
        if (isOverridden(snapshot, state.getValue())) {
          return Optional.of(new Moment(i, state.getKey()));
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isOverridden(Snapshot snapshot, Map<String, Instance> overrides) {
    return snapshot.instances().stream()
        .allMatch(
            shown -> {
              Instance said = overrides.get(shown.key());
              return shown.override().equals(said == null ? Map.of() : said.fields());
            });
  }

  /** Whether a snapshot shows what operators say at present. */
  boolean isOverridden(Snapshot snapshot) {
    return isOverridden(snapshot, incarnations.get(last()).overrides.lastEntry().getValue());
  }

  private static String text(String key, String document) {
    return key + " " + document;
  }

  /** The number of the incarnation that the cluster is in. */
  int last() {
    return incarnations.size() - 1;
  }

  /** When an incarnation began. */
  long begun(int incarnation) {
    return incarnations.get(incarnation).begun;
  }

  /** Whether a document was ever written at its key. */
  boolean wasThere(Instance instance) {
    return written.contains(text(instance.key(), instance.json()));
  }

  /** Whether a snapshot is what an incarnation held at the revision it claims. */
  boolean agrees(int incarnation, Snapshot snapshot) {
    NavigableMap<Long, State> states = incarnations.get(incarnation).states;
    Map<String, Instance> content = states.floorEntry(snapshot.revision()).getValue().content();
    List<Instance> held =
        content.values().stream().filter(instance -> isOf(snapshot.service(), instance)).toList();
    return same(held, snapshot.instances());
  }

  /** When something that a snapshot does not know of first happened; far away if nothing did. */
  long outdated(int incarnation, Snapshot snapshot) {
    SortedMap<Long, State> later =
        incarnations.get(incarnation).states.tailMap(snapshot.revision() + 1);
    for (State state : later.values()) {
      List<Instance> held =
          state.content().values().stream()
              .filter(instance -> isOf(snapshot.service(), instance))
              .toList();
      if (!same(held, snapshot.instances())) {
        return state.at();
      }
    }
    return incarnation == last() ? Long.MAX_VALUE : begun(incarnation + 1);
  }

  private boolean isOf(String service, Instance instance) {
    boolean inRange = keys.service(service.isEmpty() ? "x" : service).contains(instance.key());
    return service.isEmpty() || (inRange && instance.name().equals(service));
  }

  private static boolean same(List<Instance> held, List<Instance> shown) {
    if (held.size() != shown.size()) {
      return false;
    }
    for (int i = 0; i < held.size(); i++) {
      Instance one = held.get(i);
      Instance other = shown.get(i);
      if (one.revision() != other.revision()
          || !one.key().equals(other.key())
          || !one.json().equals(other.json())) {
        return false;
      }
    }
    return true;
  }

  /** What a service has at present. */
  List<Instance> now(String service) {
    return incarnations.get(last()).now().values().stream()
        .filter(instance -> isOf(service, instance))
        .toList();
  }
}
