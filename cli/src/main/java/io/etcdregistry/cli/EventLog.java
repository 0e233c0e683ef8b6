package io.etcdregistry.cli;

import io.etcdregistry.Change;
import io.etcdregistry.Instance;
import io.etcdregistry.Snapshot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Turns a view's changes into events about the records that are wanted. A record that comes to fit,
 * or ceases to, has joined or left as far as the reader is concerned. Not thread-safe: a view calls
 * its listener one at a time.
 */
final class EventLog {
  private final Predicate<Instance> wanted;
  private final Set<String> shown = new HashSet<>();
  private boolean synced;

  EventLog(Predicate<Instance> wanted) {
    this.wanted = wanted;
  }

  /**
   * The events of a change, in order: reset, left, joined and updated, and sync after the first.
   */
  List<Event> events(Change change) {
    Snapshot snapshot = change.snapshot();
    List<Event> events = new ArrayList<>();
    if (change.reset()) {
      events.add(of(Event.Type.RESET, snapshot));
    }
    for (Instance instance : change.removed()) {
      if (shown.remove(instance.key())) {
        events.add(Event.left(instance, snapshot.revision()));
      }
    }
    change.added().forEach(instance -> add(events, instance, snapshot));
    change.updated().forEach(instance -> add(events, instance, snapshot));
    if (!synced) {
      synced = true;
      events.add(of(Event.Type.SYNC, snapshot));
    }
    return events;
  }

  private void add(List<Event> events, Instance instance, Snapshot snapshot) {
    if (wanted.test(instance)) {
      events.add(shown.add(instance.key()) ? Event.joined(instance) : Event.updated(instance));
    } else if (shown.remove(instance.key())) {
      events.add(Event.left(instance, snapshot.revision()));
    }
  }

  private static Event of(Event.Type type, Snapshot snapshot) {
    return new Event(type, snapshot.revision(), snapshot.service(), Optional.empty());
  }
}
