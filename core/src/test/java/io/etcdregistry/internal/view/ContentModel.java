package io.etcdregistry.internal.view;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.etcdregistry.internal.codec.Keys;
import io.etcdregistry.internal.store.Header;
import io.etcdregistry.internal.store.KeyValue;
import io.etcdregistry.internal.store.Listing;
import io.etcdregistry.internal.store.WatchStream.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An etcd, the writes of others, and what a hub and a reconciler would tell a content of it, at
 * random: the watch lags, answers to own writes and lists come late, lists overlap with events.
 */
final class ContentModel {
  /** Two of these names have the same part in keys. */
  private static final List<String> NAMES = List.of("orders", "my service", "my.service");

  private static final List<String> IDS = List.of("a", "b", "c");

  private final Content content;
  private final String name;
  private final Keys keys;
  private final Random random;

  // etcd
  private final List<Event> history = new ArrayList<>();
  private long revision = 10;

  // What the client knows: the revision of the watch, and for each key that of the last own write
  // answered; and what it waits for.
  private final Map<String, Long> answered = new HashMap<>();
  private final Map<String, Event> unanswered = new TreeMap<>();
  private long seen;
  private @Nullable Listing listing;
  private boolean comparing;
  private final Map<String, Long> newer = new HashMap<>();

  ContentModel(String name, Content content, Keys keys, int seed) {
    this.content = content;
    this.name = name;
    this.keys = keys;
    this.random = new Random(seed);
  }

  /** Does something that may happen next, and says what. */
  String step() {
    boolean loaded = seen != 0;
    int dice = random.nextInt(100);
    if (dice < 30) {
      return "other " + write(key(), random.nextInt(12) == 0 ? "[]" : document());
    } else if (dice < 45) {
      return own();
    } else if (dice < 60) {
      return answer();
    } else if (dice < 85) {
      return loaded && (listing == null || comparing) ? tell() : list();
    } else if (dice < 99) {
      return listing == null ? list() : listed();
    }
    return loaded ? reset() : list();
  }

  private String key() {
    return keys.key(NAMES.get(random.nextInt(3)), IDS.get(random.nextInt(3)));
  }

  private String document() {
    return "{\"name\":\"" + NAMES.get(random.nextInt(3)) + "\",\"n\":" + random.nextInt() + "}";
  }

  private Event write(String key, String document) {
    boolean there = at(key, revision) != null;
    boolean delete = there && random.nextInt(3) == 0;
    revision += 1 + random.nextInt(2); // others write elsewhere
    byte[] value = delete ? new byte[0] : document.getBytes(UTF_8);
    Event event = new Event(new KeyValue(key, value, 1, revision, 7), delete);
    history.add(event);
    return event;
  }

  private String own() {
    String key = key();
    if (unanswered.containsKey(key) || !inRange(key)) {
      return "nothing";
    }
    Event event = write(key, document());
    unanswered.put(key, event);
    return "own " + event;
  }

  /** Own writes of one key are answered in order, those of different keys in any. */
  private String answer() {
    if (unanswered.isEmpty()) {
      return "nothing";
    }
    List<String> waiting = List.copyOf(unanswered.keySet());
    String key = waiting.get(random.nextInt(waiting.size()));
    Event event = unanswered.remove(key);
    content.wrote(event);
    answered.merge(key, event.pair().modRevision(), Math::max);
    return "answered " + event;
  }

  /** The watch tells of some revisions more. */
  private String tell() {
    long upTo = seen + random.nextLong(revision - seen + 1);
    List<Event> events =
        history.stream()
            .filter(event -> inRange(event.pair().key()))
            .filter(event -> event.pair().modRevision() > seen)
            .filter(event -> event.pair().modRevision() <= upTo)
            .toList();
    if (!events.isEmpty()) {
      seen = events.get(events.size() - 1).pair().modRevision();
      content.change(events, seen);
      events.forEach(event -> newer.put(event.pair().key(), event.pair().modRevision()));
    }
    return "told up to " + upTo;
  }

  /** A list is read: to be compared, or to replace everything after the watch was lost. */
  private String list() {
    listing = now();
    comparing = seen != 0 && random.nextInt(3) > 0;
    newer.clear();
    return "listed at " + revision;
  }

  private String listed() {
    Listing answer = listing;
    listing = null;
    long at = answer == null ? 0 : answer.header().revision();
    if (answer == null) {
      return "nothing";
    } else if (comparing) {
      newer.values().removeIf(changed -> changed <= at);
      if (content.compare(answer, Map.copyOf(newer))) {
        throw new AssertionError("there was no reset");
      }
    } else {
      content.replace(answer, false);
    }
    seen = Math.max(seen, at);
    return (comparing ? "compared at " : "replaced at ") + at;
  }

  /** The cluster is restored from a backup, and goes on from there. */
  private String reset() {
    long back = 10 + random.nextLong(revision - 9);
    history.removeIf(event -> event.pair().modRevision() > back);
    revision = back;
    unanswered.clear();
    answered.clear();
    listing = null;
    content.replace(now(), true);
    seen = revision;
    return "reset to " + back;
  }

  private Listing now() {
    Map<String, KeyValue> pairs = new TreeMap<>();
    for (Event event : history) {
      pairs.put(event.pair().key(), event.pair());
    }
    pairs.keySet().removeIf(key -> !inRange(key) || at(key, revision) == null);
    return new Listing(new Header(1, revision), List.copyOf(pairs.values()));
  }

  private @Nullable KeyValue at(String key, long revision) {
    KeyValue found = null;
    for (Event event : history) {
      if (event.pair().key().equals(key) && event.pair().modRevision() <= revision) {
        found = event.deleted() ? null : event.pair();
      }
    }
    return found;
  }

  private boolean inRange(String key) {
    return (name.isEmpty() ? keys.all() : keys.service(name)).contains(key);
  }

  private Map<String, KeyValue> known() {
    Map<String, KeyValue> known = new TreeMap<>();
    for (String service : NAMES) {
      for (String id : IDS) {
        String key = keys.key(service, id);
        KeyValue pair = at(key, Math.max(seen, answered.getOrDefault(key, 0L)));
        if (pair != null && inRange(key)) {
          known.put(key, pair);
        }
      }
    }
    return known;
  }

  /** What should be shown: documents of the name asked for. */
  Map<String, String> expected() {
    Map<String, String> expected = new HashMap<>();
    known()
        .forEach(
            (key, pair) -> {
              String document = new String(pair.value(), UTF_8);
              if (document.startsWith("{") && asked(key, document)) {
                expected.put(key, pair.modRevision() + " " + document);
              }
            });
    return expected;
  }

  /** A name that does not fold to the key's part is not believed. */
  private boolean asked(String key, String document) {
    String part = key.split("/", -1)[1];
    String told =
        NAMES.stream().filter(one -> document.contains('"' + one + '"')).findFirst().get();
    return name.isEmpty() || name.equals(Keys.fold(told).equals(part) ? told : part);
  }

  Map<String, String> shown() {
    return ContentTest.told(content.instances());
  }

  /** Whether exactly those are counted that are no records. */
  boolean skipped() {
    long malformed =
        known().values().stream().filter(pair -> pair.value()[0] != (byte) '{').count();
    return content.skipped() == malformed;
  }
}
