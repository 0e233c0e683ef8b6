package io.etcdregistry.internal.watch;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.DecisionTable;
import io.etcdregistry.internal.watch.RangeMachine.Action;
import io.etcdregistry.internal.watch.RangeMachine.Event;
import io.etcdregistry.internal.watch.RangeMachine.Step;
import io.etcdregistry.internal.watch.RangeState.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class RangeMachineTest {
  private static final long MILLI = 1_000_000;
  private static final long NOW = 1_000_000 * MILLI;

  /** In the middle: a jitter is 55 % of its ceiling. */
  private static final long ENTROPY = Long.MIN_VALUE;

  /** What a list is answered at; what is known was seen at 10. */
  private static final long LISTED_AT = 20;

  /*
   * Times are milliseconds from now; a state that waits is due now, but a comparison only in a
   * minute. "new" and "own" are as they begin, "own" with what this client wrote itself. Lists
   * under way have the number 4.
   */
  private static final Map<String, RangeState> STATES = new LinkedHashMap<>();

  static {
    RangeState fresh = RangeState.unloaded(true);
    STATES.put("new", RangeState.unloaded(false));
    STATES.put("own, no stream", RangeState.loaded(10, false));
    STATES.put("own, stream", RangeState.loaded(10, true));
    STATES.put("own, watched", RangeState.loaded(10, true).phase(Phase.WATCHED).live(true));
    RangeState listing = calling(fresh);
    STATES.put("listing", listing);
    STATES.put("listing, no stream", listing.stream(false));
    STATES.put("listing, doubtful", listing.doubted());
    STATES.put("listing after reset", listing.reset(true));
    STATES.put("failed", fresh.failed(NOW).failed(NOW));
    RangeState loaded = fresh.seen(10).due(at(60_000)).stream(false).phase(Phase.LOADED);
    STATES.put("loaded", loaded);
    STATES.put("loaded, comparing", calling(loaded));
    RangeState watched = loaded.stream(true).phase(Phase.WATCHED);
    STATES.put("watch asked", watched.failed(at(60_000)));
    STATES.put("watch asked, doubtful", watched.doubted());
    STATES.put("live", watched.live(true));
    STATES.put("live, due", watched.live(true).due(NOW));
    STATES.put("live, comparing", calling(watched.live(true)));
    STATES.put("live, comparing, doubtful", calling(watched.live(true)).doubted());
  }

  private static final List<String> EVENTS =
      Stream.concat(Stream.of(Event.values()).map(Event::name), Stream.of("TICK early")).toList();

  private static final DecisionTable TABLE =
      new DecisionTable(
          """
          new                       | START       | UNLOADED, call 1, never due: LIST
          new                       | LISTED      | -
          new                       | LIST_FAILED | -
          new                       | REFUSED     | UNLOADED, due 1100, failed 1
          new                       | STREAM_UP   | UNLOADED, stream
          new                       | STREAM_DOWN | UNLOADED, doubtful
          new                       | CREATED     | -
          new                       | COMPACTED   | -
          new                       | CANCELED    | -
          new                       | RESET       | UNLOADED, call 1, reset, never due: LIST
          new                       | DOUBTED     | UNLOADED, doubtful
          new                       | TICK        | UNLOADED, call 1, never due: LIST
          new                       | TICK early  | -

          own, no stream            | START       | -
          own, no stream            | LISTED      | -
          own, no stream            | LIST_FAILED | -
          own, no stream            | REFUSED     | UNLOADED, due 1100, failed 1
          own, no stream            | STREAM_UP   | WATCHED, stream: WATCH
          own, no stream            | STREAM_DOWN | LOADED, doubtful
          own, no stream            | CREATED     | -
          own, no stream            | COMPACTED   | -
          own, no stream            | CANCELED    | -
          own, no stream            | RESET       | UNLOADED, seen 0, call 1, reset: LIST
          own, no stream            | DOUBTED     | LOADED, doubtful
          own, no stream            | TICK        | -
          own, no stream            | TICK early  | -

          own, stream               | START       | WATCHED: WATCH
          own, stream               | LISTED      | -
          own, stream               | LIST_FAILED | -
          own, stream               | REFUSED     | UNLOADED, due 1100, failed 1
          own, stream               | STREAM_UP   | WATCHED: WATCH
          own, stream               | STREAM_DOWN | LOADED, no stream, doubtful
          own, stream               | CREATED     | -
          own, stream               | COMPACTED   | -
          own, stream               | CANCELED    | -
          own, stream               | RESET       | UNLOADED, seen 0, call 1, reset: LIST
          own, stream               | DOUBTED     | LOADED, doubtful
          own, stream               | TICK        | -
          own, stream               | TICK early  | -

          own, watched              | START       | -
          own, watched              | LISTED      | -
          own, watched              | LIST_FAILED | -
          own, watched              | REFUSED     | UNLOADED, stale, due 1100, failed 1: UNWATCH TELL_STALE
          own, watched              | STREAM_UP   | -
          own, watched              | STREAM_DOWN | LOADED, no stream, stale, doubtful: TELL_STALE
          own, watched              | CREATED     | -
          own, watched              | COMPACTED   | UNLOADED, stale, due 550, failed 1: TELL_STALE
          own, watched              | CANCELED    | UNLOADED, stale, due 55, failed 1: TELL_STALE
          own, watched              | RESET       | UNLOADED, seen 0, call 1, stale, reset: UNWATCH TELL_STALE LIST
          own, watched              | DOUBTED     | WATCHED, doubtful
          own, watched              | TICK        | -
          own, watched              | TICK early  | -

          listing                   | START       | -
          listing                   | LISTED      | WATCHED, seen 20, no call, live, due 306000: DELIVER WATCH TELL_LIVE
          listing                   | LIST_FAILED | UNLOADED, no call, due 55, failed 1
          listing                   | REFUSED     | UNLOADED, no call, due 1100, failed 1
          listing                   | STREAM_UP   | -
          listing                   | STREAM_DOWN | UNLOADED, no stream, doubtful
          listing                   | CREATED     | -
          listing                   | COMPACTED   | -
          listing                   | CANCELED    | -
          listing                   | RESET       | UNLOADED, call 5, reset: LIST
          listing                   | DOUBTED     | UNLOADED, doubtful
          listing                   | TICK        | -
          listing                   | TICK early  | -

          listing, no stream        | START       | -
          listing, no stream        | LISTED      | LOADED, seen 20, no call, due 306000: DELIVER TELL_STALE
          listing, no stream        | LIST_FAILED | UNLOADED, no call, due 55, failed 1
          listing, no stream        | REFUSED     | UNLOADED, no call, due 1100, failed 1
          listing, no stream        | STREAM_UP   | UNLOADED, stream
          listing, no stream        | STREAM_DOWN | UNLOADED, doubtful
          listing, no stream        | CREATED     | -
          listing, no stream        | COMPACTED   | -
          listing, no stream        | CANCELED    | -
          listing, no stream        | RESET       | UNLOADED, call 5, reset: LIST
          listing, no stream        | DOUBTED     | UNLOADED, doubtful
          listing, no stream        | TICK        | -
          listing, no stream        | TICK early  | -

          listing, doubtful         | START       | -
          listing, doubtful         | LISTED      | WATCHED, seen 20, no call, live, due 2750: DELIVER WATCH TELL_LIVE
          listing, doubtful         | LIST_FAILED | UNLOADED, no call, due 55, failed 1
          listing, doubtful         | REFUSED     | UNLOADED, no call, due 1100, failed 1
          listing, doubtful         | STREAM_UP   | -
          listing, doubtful         | STREAM_DOWN | UNLOADED, no stream
          listing, doubtful         | CREATED     | -
          listing, doubtful         | COMPACTED   | -
          listing, doubtful         | CANCELED    | -
          listing, doubtful         | RESET       | UNLOADED, call 5, reset, not doubtful: LIST
          listing, doubtful         | DOUBTED     | -
          listing, doubtful         | TICK        | -
          listing, doubtful         | TICK early  | -

          listing after reset       | START       | -
          listing after reset       | LISTED      | WATCHED, seen 20, no call, live, reset over, due 306000: DELIVER WATCH TELL_LIVE
          listing after reset       | LIST_FAILED | UNLOADED, no call, due 55, failed 1
          listing after reset       | REFUSED     | UNLOADED, no call, due 1100, failed 1
          listing after reset       | STREAM_UP   | -
          listing after reset       | STREAM_DOWN | UNLOADED, no stream, doubtful
          listing after reset       | CREATED     | -
          listing after reset       | COMPACTED   | -
          listing after reset       | CANCELED    | -
          listing after reset       | RESET       | UNLOADED, call 5: LIST
          listing after reset       | DOUBTED     | UNLOADED, doubtful
          listing after reset       | TICK        | -
          listing after reset       | TICK early  | -

          failed                    | START       | UNLOADED, call 1, never due: LIST
          failed                    | LISTED      | -
          failed                    | LIST_FAILED | -
          failed                    | REFUSED     | UNLOADED, due 4400, failed 3
          failed                    | STREAM_UP   | -
          failed                    | STREAM_DOWN | UNLOADED, no stream, doubtful
          failed                    | CREATED     | -
          failed                    | COMPACTED   | -
          failed                    | CANCELED    | -
          failed                    | RESET       | UNLOADED, call 1, reset, never due: LIST
          failed                    | DOUBTED     | UNLOADED, doubtful
          failed                    | TICK        | UNLOADED, call 1, never due: LIST
          failed                    | TICK early  | -

          loaded                    | START       | -
          loaded                    | LISTED      | -
          loaded                    | LIST_FAILED | -
          loaded                    | REFUSED     | UNLOADED, due 1100, failed 1
          loaded                    | STREAM_UP   | WATCHED, stream: WATCH
          loaded                    | STREAM_DOWN | LOADED, doubtful
          loaded                    | CREATED     | -
          loaded                    | COMPACTED   | -
          loaded                    | CANCELED    | -
          loaded                    | RESET       | UNLOADED, seen 0, call 1, reset, never due: LIST
          loaded                    | DOUBTED     | LOADED, doubtful, due 2750
          loaded                    | TICK        | -
          loaded                    | TICK early  | -

          loaded, comparing         | START       | -
          loaded, comparing         | LISTED      | LOADED, seen 20, no call, due 306000: COMPARE
          loaded, comparing         | LIST_FAILED | LOADED, no call, due 2750, failed 1
          loaded, comparing         | REFUSED     | UNLOADED, no call, due 1100, failed 1
          loaded, comparing         | STREAM_UP   | WATCHED, stream: WATCH
          loaded, comparing         | STREAM_DOWN | LOADED, doubtful
          loaded, comparing         | CREATED     | -
          loaded, comparing         | COMPACTED   | -
          loaded, comparing         | CANCELED    | -
          loaded, comparing         | RESET       | UNLOADED, seen 0, call 5, reset: LIST
          loaded, comparing         | DOUBTED     | LOADED, doubtful
          loaded, comparing         | TICK        | -
          loaded, comparing         | TICK early  | -

          watch asked               | START       | -
          watch asked               | LISTED      | -
          watch asked               | LIST_FAILED | -
          watch asked               | REFUSED     | UNLOADED, due 2200, failed 2: UNWATCH
          watch asked               | STREAM_UP   | -
          watch asked               | STREAM_DOWN | LOADED, no stream, doubtful
          watch asked               | CREATED     | WATCHED, live, failed 0: TELL_LIVE
          watch asked               | COMPACTED   | UNLOADED, due 550, failed 2
          watch asked               | CANCELED    | UNLOADED, due 110, failed 2
          watch asked               | RESET       | UNLOADED, seen 0, call 1, reset, never due: UNWATCH LIST
          watch asked               | DOUBTED     | WATCHED, doubtful, due 2750
          watch asked               | TICK        | -
          watch asked               | TICK early  | -

          watch asked, doubtful     | START       | -
          watch asked, doubtful     | LISTED      | -
          watch asked, doubtful     | LIST_FAILED | -
          watch asked, doubtful     | REFUSED     | UNLOADED, due 1100, failed 1: UNWATCH
          watch asked, doubtful     | STREAM_UP   | -
          watch asked, doubtful     | STREAM_DOWN | LOADED, no stream
          watch asked, doubtful     | CREATED     | WATCHED, live, due 2750: TELL_LIVE
          watch asked, doubtful     | COMPACTED   | UNLOADED, due 550, failed 1
          watch asked, doubtful     | CANCELED    | UNLOADED, due 55, failed 1
          watch asked, doubtful     | RESET       | UNLOADED, seen 0, call 1, reset, not doubtful, never due: UNWATCH LIST
          watch asked, doubtful     | DOUBTED     | WATCHED, due 2750
          watch asked, doubtful     | TICK        | -
          watch asked, doubtful     | TICK early  | -

          live                      | START       | -
          live                      | LISTED      | -
          live                      | LIST_FAILED | -
          live                      | REFUSED     | UNLOADED, stale, due 1100, failed 1: UNWATCH TELL_STALE
          live                      | STREAM_UP   | -
          live                      | STREAM_DOWN | LOADED, no stream, stale, doubtful: TELL_STALE
          live                      | CREATED     | -
          live                      | COMPACTED   | UNLOADED, stale, due 550, failed 1: TELL_STALE
          live                      | CANCELED    | UNLOADED, stale, due 55, failed 1: TELL_STALE
          live                      | RESET       | UNLOADED, seen 0, call 1, stale, reset, never due: UNWATCH TELL_STALE LIST
          live                      | DOUBTED     | WATCHED, doubtful, due 2750
          live                      | TICK        | -
          live                      | TICK early  | -

          live, due                 | START       | -
          live, due                 | LISTED      | -
          live, due                 | LIST_FAILED | -
          live, due                 | REFUSED     | UNLOADED, stale, due 1100, failed 1: UNWATCH TELL_STALE
          live, due                 | STREAM_UP   | -
          live, due                 | STREAM_DOWN | LOADED, no stream, stale, doubtful: TELL_STALE
          live, due                 | CREATED     | -
          live, due                 | COMPACTED   | UNLOADED, stale, due 550, failed 1: TELL_STALE
          live, due                 | CANCELED    | UNLOADED, stale, due 55, failed 1: TELL_STALE
          live, due                 | RESET       | UNLOADED, seen 0, call 1, stale, reset, never due: UNWATCH TELL_STALE LIST
          live, due                 | DOUBTED     | WATCHED, doubtful
          live, due                 | TICK        | WATCHED, call 1, never due: LIST
          live, due                 | TICK early  | -

          live, comparing           | START       | -
          live, comparing           | LISTED      | WATCHED, seen 20, no call, due 306000: COMPARE
          live, comparing           | LIST_FAILED | WATCHED, no call, due 2750, failed 1
          live, comparing           | REFUSED     | UNLOADED, no call, stale, due 1100, failed 1: UNWATCH TELL_STALE
          live, comparing           | STREAM_UP   | -
          live, comparing           | STREAM_DOWN | LOADED, no stream, stale, doubtful: TELL_STALE
          live, comparing           | CREATED     | -
          live, comparing           | COMPACTED   | UNLOADED, no call, stale, due 550, failed 1: TELL_STALE
          live, comparing           | CANCELED    | UNLOADED, no call, stale, due 55, failed 1: TELL_STALE
          live, comparing           | RESET       | UNLOADED, seen 0, call 5, stale, reset: UNWATCH TELL_STALE LIST
          live, comparing           | DOUBTED     | WATCHED, doubtful
          live, comparing           | TICK        | -
          live, comparing           | TICK early  | -

          live, comparing, doubtful | START       | -
          live, comparing, doubtful | LISTED      | WATCHED, seen 20, no call, due 2750: COMPARE
          live, comparing, doubtful | LIST_FAILED | WATCHED, no call, due 2750, failed 1
          live, comparing, doubtful | REFUSED     | UNLOADED, no call, stale, due 1100, failed 1: UNWATCH TELL_STALE
          live, comparing, doubtful | STREAM_UP   | -
          live, comparing, doubtful | STREAM_DOWN | LOADED, no stream, stale: TELL_STALE
          live, comparing, doubtful | CREATED     | -
          live, comparing, doubtful | COMPACTED   | UNLOADED, no call, stale, due 550, failed 1: TELL_STALE
          live, comparing, doubtful | CANCELED    | UNLOADED, no call, stale, due 55, failed 1: TELL_STALE
          live, comparing, doubtful | RESET       | UNLOADED, seen 0, call 5, stale, reset, not doubtful: UNWATCH TELL_STALE LIST
          live, comparing, doubtful | DOUBTED     | -
          live, comparing, doubtful | TICK        | -
          live, comparing, doubtful | TICK early  | -
          """);

  private static long at(long millis) {
    return NOW + millis * MILLI;
  }

  private static RangeState calling(RangeState state) {
    return state.calling().calling().calling().calling();
  }

  @TestFactory
  Stream<DynamicTest> next_everyStateAndEvent_isAsListed() {
    return TABLE.tests(STATES.keySet(), EVENTS, RangeMachineTest::decide);
  }

  private static String decide(String name, String event) {
    RangeState state = STATES.get(name);
    boolean early = event.endsWith(" early");
    Event happened = Event.valueOf(event.replace(" early", ""));
    long now = early && state.dueAt() != RangeState.NEVER ? state.dueAt() - 1 : NOW;
    Step step = RangeMachine.next(state, happened, LISTED_AT, now, ENTROPY);
    return step.state().equals(state) && step.actions().isEmpty() ? "-" : told(state, step);
  }

  /** Tells what differs from before, and what to do. */
  private static String told(RangeState before, Step step) {
    RangeState state = step.state();
    List<String> told = new ArrayList<>(List.of(state.phase().name()));
    if (state.seen() != before.seen()) {
      told.add("seen " + state.seen());
    }
    if (state.streamUp() != before.streamUp()) {
      told.add(state.streamUp() ? "stream" : "no stream");
    }
    if (state.call() != before.call()) {
      told.add(state.call() == 0 ? "no call" : "call " + state.call());
    }
    if (state.live() != before.live()) {
      told.add(state.live() ? "live" : "stale");
    }
    if (state.reset() != before.reset()) {
      told.add(state.reset() ? "reset" : "reset over");
    }
    if (state.doubtful() != before.doubtful()) {
      told.add(state.doubtful() ? "doubtful" : "not doubtful");
    }
    if (state.dueAt() != before.dueAt()) {
      boolean never = state.dueAt() == RangeState.NEVER;
      told.add(never ? "never due" : "due " + (state.dueAt() - NOW) / MILLI);
    }
    if (state.failures() != before.failures()) {
      told.add("failed " + state.failures());
    }
    String actions = step.actions().stream().map(Action::name).collect(joining(" "));
    return String.join(", ", told) + (actions.isEmpty() ? "" : ": " + actions);
  }

  @Test
  void listed_again_isDueInFiveMinutesMoreOrLess() {
    for (long entropy : new long[] {0, ENTROPY, -1}) {
      Step step = RangeMachine.next(STATES.get("listing"), Event.LISTED, 20, NOW, entropy);
      assertThat(Duration.ofNanos(step.state().dueAt() - NOW))
          .isBetween(Duration.ofMinutes(4), Duration.ofMinutes(6));
    }
  }

  @Test
  void listed_belowWhatWasSeenSince_staysWhereItWas() {
    RangeState ahead = STATES.get("live, comparing").seen(30);
    Step step = RangeMachine.next(ahead, Event.LISTED, 20, NOW, ENTROPY);
    assertThat(step.state().seen()).isEqualTo(30);
  }

  @Test
  void refused_everyWatchAfterAGoodList_backsOff() {
    assertThat(pausesWhenWatchesEndWith(Event.REFUSED)).containsExactly(1100, 2200, 4400, 8800);
  }

  @Test
  void canceled_everyWatchAfterAGoodList_backsOff() {
    assertThat(pausesWhenWatchesEndWith(Event.CANCELED)).containsExactly(55, 110, 220, 440);
  }

  private static List<Integer> pausesWhenWatchesEndWith(Event end) {
    List<Integer> pauses = new ArrayList<>();
    RangeState state = STATES.get("listing");
    for (int i = 0; i < 4; i++) {
      Step listed = RangeMachine.next(state, Event.LISTED, 20 + i, NOW, ENTROPY);
      assertThat(listed.actions()).contains(Action.WATCH);
      RangeState ended = RangeMachine.next(listed.state(), end, 0, NOW, ENTROPY).state();
      pauses.add((int) ((ended.dueAt() - NOW) / MILLI));
      state = RangeMachine.next(ended, Event.TICK, 0, ended.dueAt(), ENTROPY).state();
    }
    return pauses;
  }
}
