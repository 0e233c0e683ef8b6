package io.etcdregistry.internal.watch;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.DecisionTable;
import io.etcdregistry.internal.watch.StreamMachine.Action;
import io.etcdregistry.internal.watch.StreamMachine.Event;
import io.etcdregistry.internal.watch.StreamMachine.Phase;
import io.etcdregistry.internal.watch.StreamMachine.State;
import io.etcdregistry.internal.watch.StreamMachine.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class StreamMachineTest {
  private static final long MILLI = 1_000_000;
  private static final List<Event> ANY = List.of(Event.values());
  private static final long NOW = 100_000 * MILLI;

  /** In the middle: a jitter is 55 % of its ceiling. */
  private static final long ENTROPY = Long.MIN_VALUE;

  /*
   * Times are milliseconds from now. A young stream was opened a second ago, the others long ago;
   * what is due is due now.
   */
  private static final Map<String, State> STATES = new LinkedHashMap<>();

  static {
    STATES.put("unwanted", State.START);
    STATES.put("waiting", new State(Phase.WAITING, at(-9000), at(-8000), NOW, 2));
    STATES.put("idle", new State(Phase.IDLE, at(-60_000), at(-20_000), State.NEVER, 1));
    STATES.put("idle, young", new State(Phase.IDLE, at(-1000), at(-20_000), State.NEVER, 2));
    STATES.put("heard", new State(Phase.HEARD, at(-60_000), at(-10_000), NOW, 0));
    STATES.put("heard, young", new State(Phase.HEARD, at(-1000), at(-500), NOW, 2));
    STATES.put("asked", new State(Phase.ASKED, at(-60_000), at(-13_000), NOW, 0));
    STATES.put("asked, young", new State(Phase.ASKED, at(-1000), at(-20_000), NOW, 5));
  }

  private static final List<String> EVENTS =
      Stream.concat(Stream.of(Event.values()).map(Event::name), Stream.of("TICK early")).toList();

  private static final DecisionTable TABLE =
      new DecisionTable(
          """
          unwanted     | WANTED     | IDLE, opened 0, never heard, never due: OPEN
          unwanted     | UNWANTED   | -
          unwanted     | WATCHING   | -
          unwanted     | UNWATCHED  | -
          unwanted     | HEARD      | -
          unwanted     | BROKEN     | -
          unwanted     | TICK       | -
          unwanted     | TICK early | -

          waiting      | WANTED     | -
          waiting      | UNWANTED   | UNWANTED
          waiting      | WATCHING   | -
          waiting      | UNWATCHED  | -
          waiting      | HEARD      | -
          waiting      | BROKEN     | -
          waiting      | TICK       | IDLE, opened 0, heard -8000, never due, failed 2: OPEN
          waiting      | TICK early | -

          idle         | WANTED     | -
          idle         | UNWANTED   | UNWANTED: CLOSE
          idle         | WATCHING   | ASKED, same stream, heard -20000, due 6000, failed 1
          idle         | UNWATCHED  | -
          idle         | HEARD      | IDLE, same stream, heard 0, never due
          idle         | BROKEN     | WAITING, heard -20000, due 55, failed 2
          idle         | TICK       | -
          idle         | TICK early | -

          idle, young  | WANTED     | -
          idle, young  | UNWANTED   | UNWANTED: CLOSE
          idle, young  | WATCHING   | ASKED, same stream, heard -20000, due 9000, failed 2
          idle, young  | UNWATCHED  | -
          idle, young  | HEARD      | IDLE, same stream, heard 0, never due, failed 2
          idle, young  | BROKEN     | WAITING, heard -20000, due 110, failed 3
          idle, young  | TICK       | -
          idle, young  | TICK early | -

          heard        | WANTED     | -
          heard        | UNWANTED   | UNWANTED: CLOSE
          heard        | WATCHING   | -
          heard        | UNWATCHED  | IDLE, same stream, heard -10000, never due
          heard        | HEARD      | HEARD, same stream, heard 0, due 10000
          heard        | BROKEN     | WAITING, heard -10000, due 27, failed 1
          heard        | TICK       | ASKED, same stream, heard -10000, due 3000: ASK
          heard        | TICK early | -

          heard, young | WANTED     | -
          heard, young | UNWANTED   | UNWANTED: CLOSE
          heard, young | WATCHING   | -
          heard, young | UNWATCHED  | IDLE, same stream, heard -500, never due, failed 2
          heard, young | HEARD      | HEARD, same stream, heard 0, due 10000, failed 2
          heard, young | BROKEN     | WAITING, heard -500, due 110, failed 3
          heard, young | TICK       | ASKED, same stream, heard -500, due 3000, failed 2: ASK
          heard, young | TICK early | -

          asked        | WANTED     | -
          asked        | UNWANTED   | UNWANTED: CLOSE
          asked        | WATCHING   | -
          asked        | UNWATCHED  | IDLE, same stream, heard -13000, never due
          asked        | HEARD      | HEARD, same stream, heard 0, due 10000
          asked        | BROKEN     | WAITING, heard -13000, due 27, failed 1
          asked        | TICK       | IDLE, opened 0, heard -13000, never due, failed 1: ABANDON OPEN
          asked        | TICK early | -

          asked, young | WANTED     | -
          asked, young | UNWANTED   | UNWANTED: CLOSE
          asked, young | WATCHING   | -
          asked, young | UNWATCHED  | IDLE, same stream, heard -20000, never due, failed 5
          asked, young | HEARD      | HEARD, same stream, heard 0, due 10000, failed 5
          asked, young | BROKEN     | WAITING, heard -20000, due 880, failed 6
          asked, young | TICK       | IDLE, opened 0, heard -20000, never due, failed 6: ABANDON OPEN
          asked, young | TICK early | -
          """);

  private static long at(long millis) {
    return NOW + millis * MILLI;
  }

  @TestFactory
  Stream<DynamicTest> next_everyStateAndEvent_isAsListed() {
    return TABLE.tests(STATES.keySet(), EVENTS, StreamMachineTest::decide);
  }

  private static String decide(String name, String event) {
    State state = STATES.get(name);
    boolean early = event.endsWith(" early");
    Event happened = Event.valueOf(event.replace(" early", ""));
    Step step = StreamMachine.next(state, happened, early ? NOW - 1 : NOW, ENTROPY);
    return step.state().equals(state) && step.actions().isEmpty() ? "-" : told(state, step);
  }

  private static String told(State before, Step step) {
    State state = step.state();
    List<String> told = new ArrayList<>(List.of(state.phase().name()));
    if (state.open()) {
      boolean same = state.openedAt() == before.openedAt() && before.open();
      told.add(same ? "same stream" : "opened " + fromNow(state.openedAt()));
    }
    if (state.phase() != Phase.UNWANTED) {
      told.add(state.heardAt() == 0 ? "never heard" : "heard " + fromNow(state.heardAt()));
      told.add(state.dueAt() == State.NEVER ? "never due" : "due " + fromNow(state.dueAt()));
    }
    if (state.failures() > 0) {
      told.add("failed " + state.failures());
    }
    String actions = step.actions().stream().map(Action::name).collect(joining(" "));
    return String.join(", ", told) + (actions.isEmpty() ? "" : ": " + actions);
  }

  private static long fromNow(long nanos) {
    return (nanos - NOW) / MILLI;
  }

  @Test
  void watching_afterFailures_patienceGrowsToFourTimes() {
    List<Long> waits = new ArrayList<>();
    for (int failures = 0; failures < 6; failures++) {
      State idle = new State(Phase.IDLE, NOW, 0, State.NEVER, failures);
      waits.add(fromNow(StreamMachine.next(idle, Event.WATCHING, NOW, ENTROPY).state().dueAt()));
    }
    assertThat(waits).containsExactly(3000L, 6000L, 9000L, 12_000L, 12_000L, 12_000L);
  }

  @Test
  void broken_againAndAgainSoonAfterSomethingCame_backsOff() {
    State state = State.START;
    state = StreamMachine.next(state, Event.WANTED, NOW, ENTROPY).state();
    long now = NOW;
    int opened = 0;
    while (now < at(60_000)) {
      state = StreamMachine.next(state, Event.WATCHING, now, -1).state();
      state = StreamMachine.next(state, Event.HEARD, now + MILLI, -1).state();
      state = StreamMachine.next(state, Event.BROKEN, now + 2 * MILLI, -1).state();
      now = state.dueAt();
      Step step = StreamMachine.next(state, Event.TICK, now, -1);
      assertThat(step.actions()).containsExactly(Action.OPEN);
      state = step.state();
      opened++;
    }
    assertThat(opened).isBetween(30, 40);
  }

  @Test
  void afterGap_noneCouldBeHadOrTheLastWasSilentForLong() {
    State heard = new State(Phase.HEARD, at(-60_000), at(-9000), NOW, 0);
    assertThat(State.START.opened(NOW, 0).afterGap()).isFalse();
    assertThat(heard.waiting(NOW).opened(NOW, 1).afterGap()).isFalse();
    assertThat(heard.waiting(NOW).opened(NOW, 2).afterGap()).isTrue();
    assertThat(heard.opened(at(5000), 0).afterGap()).isTrue();
  }

  /** Whatever happens in whatever order, there is at most one stream, and it is looked after. */
  @Test
  void next_anySequence_keepsItsPromises() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      State state = State.START;
      long now = NOW;
      long heard = 0;
      boolean open = false;
      for (int i = 0; i < 300; i++) {
        now += random.nextInt(4000) * MILLI;
        Event event = ANY.get(random.nextInt(ANY.size()));
        Step step = StreamMachine.next(state, event, now, random.nextLong());
        open = open && event != Event.BROKEN;
        heard = open && event == Event.HEARD ? now : heard;
        for (Action action : step.actions()) {
          assertThat(open).as("%s in %s", action, state).isEqualTo(action != Action.OPEN);
          open = action == Action.OPEN || action == Action.ASK;
        }
        state = step.state();
        heard = state.phase() == Phase.UNWANTED ? 0 : heard;
        assertThat(state.open()).isEqualTo(open);
        assertThat(state.heardAt()).as("no more than was heard").isEqualTo(heard);
        boolean mayWait = state.phase() == Phase.UNWANTED || state.phase() == Phase.IDLE;
        assertThat(state.dueAt() == State.NEVER).as("%s", state).isEqualTo(mayWait);
      }
    }
  }
}
