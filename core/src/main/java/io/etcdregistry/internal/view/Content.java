package io.etcdregistry.internal.view;

import io.etcdregistry.Instance;
import io.etcdregistry.RegistryStats.Counter;
import io.etcdregistry.internal.codec.Records;
import io.etcdregistry.internal.roster.Roster;
import io.etcdregistry.internal.roster.RosterEditor;
import io.etcdregistry.internal.store.KeyValue;
import io.etcdregistry.internal.store.Listing;
import io.etcdregistry.internal.store.WatchStream.Event;
import io.etcdregistry.internal.telemetry.Telemetry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The records of a range, as lists, changes and this client's own writes tell of them, whatever
 * order they come in. Not thread-safe: a view keeps it in its serial context.
 *
 * <p>Own writes are shown before the watch tells of them, so that a client reads what it wrote;
 * until the watch has caught up they are kept apart, and what is older about their keys is dropped.
 */
final class Content {
  private final Records records;
  private final Predicate<String> isRecord;
  private final String name;
  private final Telemetry telemetry;
  private final RosterEditor instances;
  private final Map<String, Long> ahead = new HashMap<>();
  private final Set<String> skipped = new HashSet<>();
  private final Set<String> mended = new HashSet<>();
  private final List<Instance> vanished = new ArrayList<>();
  private long seen;

  /**
   * Empty content.
   *
   * @param records reads records
   * @param isRecord tells a record's key from others
   * @param name the only name to take in, or empty for all
   * @param telemetry told each key that holds no record, and of odd fields
   */
  Content(Records records, Predicate<String> isRecord, String name, Telemetry telemetry) {
    this.records = records;
    this.instances = new RosterEditor(records::compare);
    this.isRecord = isRecord;
    this.name = name;
    this.telemetry = telemetry;
  }

  /** The only name taken in, or empty for all. */
  String name() {
    return name;
  }

  /** All records, ordered by key. */
  Roster instances() {
    return instances.roster();
  }

  int size() {
    return instances.size();
  }

  boolean has(String key) {
    return instances.get(key) != null;
  }

  /** The records that have vanished since this was asked last, but for own writes. */
  List<Instance> takeVanished() {
    List<Instance> taken = List.copyOf(vanished);
    vanished.clear();
    return taken;
  }

  /** How many values were skipped because they are no records. */
  int skipped() {
    return skipped.size();
  }

  /** The keys that the last comparison put right. */
  Set<String> mended() {
    return Set.copyOf(mended);
  }

  /** Begins with what was known in an earlier run. */
  void restore(List<KeyValue> pairs) {
    pairs.forEach(this::take);
  }

  /** Replaces everything. */
  void replace(Listing listing, boolean reset) {
    long revision = listing.header().revision();
    if (reset) {
      ahead.clear();
      seen = 0;
    }
    caughtUp(revision);
    Roster before = instances.roster();
    List<Instance> written =
        ahead.keySet().stream().map(instances::get).filter(Objects::nonNull).toList();
    instances.clear();
    written.forEach(instance -> instances.put(instance.key(), instance));
    skipped.retainAll(keys(listing));
    listing.pairs().forEach(this::put);
    for (Instance instance : before) {
      if (!has(instance.key())) {
        vanished.add(instance);
      }
    }
  }

  /** Takes in changes, in order. */
  void change(List<Event> events, long revision) {
    for (Event event : events) {
      if (event.deleted()) {
        remove(event.pair().key(), event.pair().modRevision());
      } else {
        put(event.pair());
      }
    }
    caughtUp(revision);
  }

  /** Takes in a write of this client's own. */
  void wrote(Event event) {
    String key = event.pair().key();
    take(event, key);
    vanished.removeIf(instance -> instance.key().equals(key));
  }

  private void take(Event event, String key) {
    long revision = event.pair().modRevision();
    if (revision <= seen) {
      if (event.deleted()) {
        removeOlder(key, revision); // etcd may have dropped the event
      }
      return; // the watch was faster, and may know better by now
    }
    if (event.deleted()) {
      remove(key, revision);
    } else {
      put(event.pair());
    }
    ahead.merge(key, revision, Math::max);
  }

  /**
   * Compares with a list, and takes over what differs.
   *
   * @param listing what etcd holds
   * @param newer keys that the list is too old for
   * @return whether etcd holds an older version of something than was seen, or something else at
   *     the same revision, so that it must have been wiped or restored
   */
  boolean compare(Listing listing, Map<String, Long> newer) {
    long revision = listing.header().revision();
    Set<String> gone = new HashSet<>();
    Set<String> listed = keys(listing);
    for (Instance instance : instances.roster()) {
      if (!listed.contains(instance.key())) {
        gone.add(instance.key());
      }
    }
    mended.clear();
    boolean contradicted = false;
    for (KeyValue pair : listing.pairs()) {
      Instance known = instances.get(pair.key());
      if (!newer.containsKey(pair.key()) && !isThat(known, pair)) {
        long version = known == null ? 0 : known.revision();
        contradicted |= version >= pair.modRevision() && version <= revision;
        if (take(pair)) {
          mended.add(pair.key());
        }
      }
    }
    gone.removeIf(key -> newer.containsKey(key) || isAhead(key, revision));
    gone.forEach(key -> vanished.add(Objects.requireNonNull(instances.remove(key))));
    mended.addAll(gone);
    skipped.removeIf(key -> !listed.contains(key) && !newer.containsKey(key));
    caughtUp(revision);
    return contradicted;
  }

  /**
   * Whether a record is what was read. The revision alone does not tell: a cluster that was wiped,
   * or restored, counts through the same revisions again.
   */
  private boolean isThat(@Nullable Instance known, KeyValue pair) {
    return known != null
        && known.revision() == pair.modRevision()
        && known.lease() == pair.lease()
        && records.holds(known, pair.value());
  }

  private static Set<String> keys(Listing listing) {
    return listing.pairs().stream().map(KeyValue::key).collect(Collectors.toSet());
  }

  private boolean isAhead(String key, long revision) {
    return ahead.getOrDefault(key, 0L) > revision;
  }

  private void put(KeyValue pair) {
    Instance known = instances.get(pair.key());
    if (known == null || known.revision() < pair.modRevision()) {
      take(pair);
    }
  }

  /**
   * Takes a pair over unless an own write is newer; tells whether anything is other than before.
   */
  private boolean take(KeyValue pair) {
    String key = pair.key();
    if (isAhead(key, pair.modRevision())) {
      return false;
    }
    Optional<Instance> instance =
        isRecord.test(key)
            ? records.read(pair, complaint -> skip(key, complaint))
            : Optional.empty();
    boolean asked = name.isEmpty() || instance.map(Instance::name).equals(Optional.of(name));
    if (instance.isPresent()) {
      skipped.remove(key);
    }
    if (instance.isPresent() && asked) {
      instances.put(key, instance.get());
      int odd = records.oddFields(instance.get());
      if (odd > 0) {
        telemetry.count(Counter.FIELDS_IGNORED, odd);
      }
      return true;
    }
    return instances.remove(key) != null;
  }

  private void remove(String key, long revision) {
    skipped.remove(key);
    if (!isAhead(key, revision)) {
      removeOlder(key, revision);
    }
  }

  private void removeOlder(String key, long revision) {
    Instance known = instances.get(key);
    if (known != null && known.revision() <= revision) {
      instances.remove(key);
      vanished.add(known);
    }
  }

  private void caughtUp(long revision) {
    seen = Math.max(seen, revision);
    ahead.values().removeIf(written -> written <= revision);
  }

  private void skip(String key, String complaint) {
    if (skipped.add(key)) {
      telemetry.recordSkipped(key, complaint);
    }
  }
}
