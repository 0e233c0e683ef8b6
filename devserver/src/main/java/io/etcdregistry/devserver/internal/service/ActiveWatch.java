package io.etcdregistry.devserver.internal.service;

import io.etcdregistry.devserver.internal.engine.Change;
import io.etcdregistry.devserver.internal.engine.Span;
import io.etcdregistry.protocol.Event;
import io.etcdregistry.protocol.WatchCreateRequest;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** One watch of a stream. Touched by the stream's pump only. */
final class ActiveWatch {
  private final long id;
  private final Span span;
  private final Set<Event.EventType> wanted;
  private final boolean withPrevious;
  private final boolean fragmented;
  private final boolean notified;
  private long next;
  private boolean quiet;
  private List<Event> gathered = new ArrayList<>();

  /**
   * A watch as asked for.
   *
   * @param id its id
   * @param span its keys
   * @param next the first revision to deliver
   */
  ActiveWatch(long id, Span span, long next, WatchCreateRequest request) {
    this.id = id;
    this.span = span;
    this.next = next;
    this.withPrevious = request.getPrevKv();
    this.fragmented = request.getFragment();
    this.notified = request.getProgressNotify();
    this.quiet = notified;
    this.wanted = EnumSet.of(Event.EventType.PUT, Event.EventType.DELETE);
    if (request.getFiltersList().contains(WatchCreateRequest.FilterType.NOPUT)) {
      wanted.remove(Event.EventType.PUT);
    }
    if (request.getFiltersList().contains(WatchCreateRequest.FilterType.NODELETE)) {
      wanted.remove(Event.EventType.DELETE);
    }
  }

  long id() {
    return id;
  }

  Span span() {
    return span;
  }

  boolean fragmented() {
    return fragmented;
  }

  /** The first revision that is not delivered yet; may lie in the future. */
  long next() {
    return next;
  }

  void moveTo(long revision) {
    next = revision;
  }

  /**
   * Takes in a change of a key of this watch.
   *
   * @return whether it is the first since {@link #take}
   */
  boolean gather(Change change, long revision, long compactRevision) {
    boolean relevant =
        wanted.contains(change.deletion() ? Event.EventType.DELETE : Event.EventType.PUT);
    if (!relevant || revision < next) {
      return false;
    }
    // etcd reads the version before at the revision before, which may be compacted by then.
    gathered.add(change.event(withPrevious && revision > compactRevision));
    return gathered.size() == 1;
  }

  /** Hands over what was gathered. */
  List<Event> take() {
    List<Event> events = gathered;
    gathered = new ArrayList<>();
    quiet &= events.isEmpty();
    return events;
  }

  /** Whether the watch asked for signs of life and had nothing to tell since the last tick. */
  boolean tick() {
    boolean due = quiet;
    quiet = notified;
    return due;
  }
}
