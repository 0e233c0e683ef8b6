package io.etcdregistry.internal.watch;

import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.Listing;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.internal.store.WatchStream.Event;
import io.etcdregistry.internal.time.Alarm;
import io.etcdregistry.internal.watch.RangeState.Phase;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One range that a hub follows: carries out what {@link RangeMachine} decides. In the hub's serial
 * context.
 */
public final class Following {
  private final WatchHub hub;
  private final KeyRange range;
  private final RangeListener listener;
  private final Alarm alarm;
  private final Map<String, Long> newer = new HashMap<>();
  private RangeState state;
  private long watch;
  private boolean closed;
  private Optional<Listing> answer = Optional.empty();
  private boolean answerAfterReset;
  private OptionalLong deniedSince = OptionalLong.empty();

  Following(WatchHub hub, KeyRange range, RangeListener listener, RangeState state) {
    this.hub = hub;
    this.range = range;
    this.listener = listener;
    this.state = state;
    this.alarm =
        new Alarm(hub.env().time(), hub.env().context(), () -> handle(RangeMachine.Event.TICK));
  }

  /** Stops following; the listener hears nothing more. */
  public void close() {
    if (!closed) {
      closed = true;
      alarm.clear();
      hub.unwatch(watch);
      hub.end(this);
    }
  }

  /** What is known contradicts a list in a way that only a reset of the cluster explains. */
  public void disproved(long revision) {
    if (!state.reset()) { // else that is known, and the list was one of before
      hub.disproved(revision);
    }
  }

  KeyRange range() {
    return range;
  }

  void handle(RangeMachine.Event event) {
    handle(event, 0);
  }

  /** The cluster was wiped or restored. */
  void reset() {
    handle(RangeMachine.Event.RESET);
    if (!closed) {
      listener.resyncing("the cluster was wiped, restored or exchanged");
    }
  }

  private void handle(RangeMachine.Event event, long revision) {
    if (closed) {
      return;
    }
    RangeState old = state;
    RangeMachine.Step step =
        RangeMachine.next(
            old, event, revision, hub.env().time().nanoTime(), hub.env().entropy().getAsLong());
    state = step.state();
    answerAfterReset = old.reset();
    if (state.call() != 0 || state.dueAt() == RangeState.NEVER) {
      alarm.clear();
    } else {
      alarm.set(state.dueAt());
    }
    step.actions().forEach(this::act);
  }

  private void act(RangeMachine.Action action) {
    switch (action) {
      case LIST -> list(state.call());
      case DELIVER -> answer.ifPresent(listing -> listener.listed(listing, answerAfterReset));
      case COMPARE -> answer.ifPresent(listing -> listener.verified(listing, Map.copyOf(newer)));
      case WATCH -> watch = hub.watch(this, range, state.seen());
      case UNWATCH -> hub.unwatch(watch);
      case TELL_LIVE -> listener.live(true);
      case TELL_STALE -> listener.live(false);
    }
  }

  private void list(int call) {
    newer.clear();
    hub.list(range, listing -> listed(call, listing), cause -> listFailed(call, cause));
  }

  private void listed(int call, Listing listing) {
    if (call == state.call()) {
      long revision = listing.header().revision();
      newer.values().removeIf(changed -> changed <= revision);
      answer = Optional.of(listing);
      handle(RangeMachine.Event.LISTED, revision);
      answer = Optional.empty();
      newer.clear();
    }
  }

  /** The watch is set up: only now is it sure that the range may be listed and watched. */
  void created() {
    handle(RangeMachine.Event.CREATED);
    granted();
  }

  private void listFailed(int call, StoreException cause) {
    if (call == state.call()) {
      boolean passing = cause.failure().passing();
      endWatch(passing ? RangeMachine.Event.LIST_FAILED : RangeMachine.Event.REFUSED, cause);
      failing(cause);
    }
  }

  void canceled(long compactRevision, StoreException cause) {
    if (compactRevision > 0 || cause.failure() == Failure.COMPACTED) {
      endWatch(RangeMachine.Event.COMPACTED, cause);
    } else {
      boolean passing = cause.failure().passing();
      endWatch(passing ? RangeMachine.Event.CANCELED : RangeMachine.Event.REFUSED, cause);
      failing(cause);
    }
  }

  /** Handles what may end the watch for good, and tells if it did. */
  private void endWatch(RangeMachine.Event event, StoreException cause) {
    boolean known = state.phase() != Phase.UNLOADED;
    handle(event);
    if (closed) {
      return;
    }
    if (event == RangeMachine.Event.REFUSED) {
      denied(cause);
    } else if (known && state.phase() == Phase.UNLOADED) {
      listener.resyncing(String.valueOf(cause.getMessage()));
    }
  }

  private void denied(StoreException cause) {
    if (deniedSince.isEmpty() && cause.failure() != Failure.CLOSED) {
      deniedSince = OptionalLong.of(hub.env().time().nanoTime());
      hub.env().telemetry().accessDenied(reading(), String.valueOf(cause.getMessage()));
    }
  }

  private void granted() {
    if (deniedSince.isPresent()) {
      long passed = hub.env().time().nanoTime() - deniedSince.getAsLong();
      hub.env().telemetry().accessGranted(reading(), Duration.ofNanos(passed));
      deniedSince = OptionalLong.empty();
    }
  }

  private String reading() {
    return "read " + range.first();
  }

  void failing(StoreException cause) {
    if (!closed) {
      listener.failing(cause);
    }
  }

  /** Drops what is known already: a watch begins with the revision last seen. */
  void changed(List<Event> events) {
    if (closed || state.phase() != Phase.WATCHED) {
      return;
    }
    List<Event> fresh =
        events.stream().filter(event -> event.pair().modRevision() > state.seen()).toList();
    if (fresh.size() < events.size()) {
      listener.late(events.subList(0, events.size() - fresh.size()));
    }
    if (fresh.isEmpty()) {
      return;
    }
    if (state.call() != 0) {
      fresh.forEach(event -> newer.put(event.pair().key(), event.pair().modRevision()));
    }
    long last = fresh.get(fresh.size() - 1).pair().modRevision();
    state = state.seen(last);
    listener.changed(last, fresh);
  }
}
