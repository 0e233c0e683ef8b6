package io.etcdregistry.internal.watch;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.DecisionTable;
import io.etcdregistry.internal.watch.RangeMachine.Action;
import io.etcdregistry.internal.watch.RangeMachine.Event;
import io.etcdregistry.internal.watch.RangeMachine.Step;
import io.etcdregistry.internal.watch.RangeState.Manner;
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
    STATES.put("own, no stream", RangeState.loaded(10, false).in(Manner.AUDITED));
    STATES.put("own, stream", RangeState.loaded(10, true).in(Manner.AUDITED));
    STATES.put(
        "own, watched",
        RangeState.loaded(10, true).in(Manner.AUDITED).phase(Phase.WATCHED).live(true));
    RangeState listing = calling(fresh);
    STATES.put("listing", listing);
    STATES.put("listing, no stream", listing.stream(false));
    STATES.put("listing, doubtful", listing.doubted());
    STATES.put("listing after reset", listing.reset(true));
    STATES.put("failed", fresh.failed(NOW).failed(NOW));
    RangeState loaded = fresh.seen(10).due(at(60_000)).stream(false).phase(Phase.LOADED);
    STATES.put("loaded", loaded);
    STATES.put("loaded, comparing", calling(loaded));
    RangeState patient = loaded.in(Manner.PATIENT);
    STATES.put("patient", patient);
    STATES.put("patient, back", patient.stream(true).phase(Phase.RETURNED).due(NOW));
    STATES.put("patient, live", patient.stream(true).phase(Phase.WATCHED).live(true));
    RangeState back = calling(loaded).phase(Phase.RETURNED);
    STATES.put("back, comparing", back.stream(true));
    STATES.put("back, failed", back.stream(true).failed(NOW));
    STATES.put("back, no stream", back);
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

  private static final DecisionTable TABLE = new DecisionTable(RangeDecisions.TABLE);

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
