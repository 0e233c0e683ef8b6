package io.etcdregistry.internal.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.store.WatchStream.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Writes down what a watch stream tells, and checks as it listens: one call at a time, created
 * before events, whole revisions in rising order, nothing after the end.
 */
public final class WatchLog implements WatchStream.Listener {
  private final AtomicBoolean busy = new AtomicBoolean();

  // Guarded by this.
  private final Map<Long, Header> created = new HashMap<>();
  private final Map<Long, List<Event>> events = new HashMap<>();
  private final Map<Long, Integer> calls = new HashMap<>();
  private final Map<Long, Canceled> canceled = new HashMap<>();
  private int progress;
  private final List<String> complaints = new ArrayList<>();
  private Optional<StoreException> broken = Optional.empty();

  /** How a watch was cancelled. */
  public record Canceled(long compactRevision, StoreException cause) {}

  @Override
  public void created(long id, Header header) {
    hear(
        () -> {
          if (created.putIfAbsent(id, header) != null) {
            complaints.add("watch " + id + " created twice");
          }
        });
  }

  @Override
  public void events(long id, Header header, List<Event> more) {
    hear(
        () -> {
          List<Event> all = events.computeIfAbsent(id, key -> new ArrayList<>());
          check(id, header, all, more);
          all.addAll(more);
          calls.merge(id, 1, Integer::sum);
        });
  }

  private void check(long id, Header header, List<Event> all, List<Event> more) {
    if (!created.containsKey(id)) {
      complaints.add("watch " + id + " has events before it was created");
    }
    if (more.isEmpty()) {
      complaints.add("watch " + id + " told of nothing");
    }
    long last = all.isEmpty() ? 0 : revision(all.get(all.size() - 1));
    if (!more.isEmpty() && revision(more.get(0)) == last) {
      complaints.add("watch " + id + ": revision " + last + " comes in pieces");
    }
    for (Event event : more) {
      if (revision(event) < last) {
        complaints.add("watch " + id + ": " + revision(event) + " after " + last);
      }
      last = revision(event);
    }
    if (header.revision() < last) {
      complaints.add("watch " + id + ": header at " + header.revision() + ", event at " + last);
    }
  }

  @Override
  public void canceled(long id, long compactRevision, StoreException cause) {
    hear(() -> canceled.put(id, new Canceled(compactRevision, cause)));
  }

  @Override
  public void progress() {
    hear(() -> progress++);
  }

  @Override
  public void broken(StoreException cause) {
    hear(() -> broken = Optional.of(cause));
  }

  private void hear(Runnable note) {
    if (!busy.compareAndSet(false, true)) {
      synchronized (this) {
        complaints.add("two calls at the same time");
      }
    }
    synchronized (this) {
      if (broken.isPresent()) {
        complaints.add("a call after the end");
      }
      note.run();
    }
    busy.set(false);
  }

  /** The header a watch was created with, once it is. */
  public synchronized Optional<Header> created(long id) {
    return Optional.ofNullable(created.get(id));
  }

  /** The events of a watch so far. */
  public synchronized List<Event> events(long id) {
    return List.copyOf(events.getOrDefault(id, List.of()));
  }

  /** How often a watch was told events. */
  public synchronized int calls(long id) {
    return calls.getOrDefault(id, 0);
  }

  /** How a watch was cancelled, if it was. */
  public synchronized Optional<Canceled> canceled(long id) {
    return Optional.ofNullable(canceled.get(id));
  }

  /** How many signs of life there were. */
  public synchronized int signsOfLife() {
    return progress;
  }

  /** How the stream ended, if it did by itself. */
  public synchronized Optional<StoreException> broken() {
    return broken;
  }

  /**
   * The events of a watch as {@code revision+key=value} and {@code revision-key}, without a prefix.
   */
  public List<String> lines(long id, String prefix) {
    return events(id).stream().map(event -> line(event, prefix)).toList();
  }

  /** An event as {@code revision+key=value} or {@code revision-key}, without a prefix. */
  public static String line(Event event, String prefix) {
    String key = event.pair().key().substring(prefix.length());
    return event.deleted()
        ? revision(event) + "-" + key
        : revision(event) + "+" + key + "=" + new String(event.pair().value(), ISO_8859_1);
  }

  private static long revision(Event event) {
    return event.pair().modRevision();
  }

  /** Asserts that the stream kept every rule and is not broken. */
  public synchronized void verify() {
    assertThat(complaints).isEmpty();
    assertThat(broken).isEmpty();
  }
}
