package io.etcdregistry.internal.lease;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.DecisionTable;
import io.etcdregistry.internal.lease.LeaseEvent.Kind;
import io.etcdregistry.internal.lease.LeaseMachine.Action;
import io.etcdregistry.internal.lease.LeaseMachine.Step;
import io.etcdregistry.internal.lease.LeaseState.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class LeaseMachineTest {
  private static final long MILLI = 1_000_000;
  private static final List<Kind> ANY = List.of(Kind.values());
  private static final Set<Kind> OF_A_LEASE =
      EnumSet.of(Kind.GRANTED, Kind.GRANT_FAILED, Kind.GRANT_DENIED, Kind.RENEWED, Kind.GONE);
  private static final long TTL = 9_000 * MILLI;
  private static final long NOW = 100_000 * MILLI;
  private static final long OURS = 7;

  /** In the middle: a jitter is 55 % of its ceiling. */
  private static final long ENTROPY = Long.MIN_VALUE;

  private static final long FRESH = ENTROPY >>> 1;

  /*
   * Times are milliseconds from now; what is not told is zero, none or as it was.
   * "late" is the same as "held", but its TTL has passed.
   */
  private static final Map<String, LeaseState> STATES = new LinkedHashMap<>();

  static {
    LeaseState idle = LeaseState.idle(Duration.ofNanos(TTL));
    STATES.put("idle", idle);
    STATES.put("lost", idle.waiting(0, NOW, 0));
    STATES.put("retrying", idle.waiting(OURS, NOW, 2));
    STATES.put("granting", idle.granting(OURS, at(-1000)));
    STATES.put("granting again", idle.waiting(OURS, 0, 2).granting(OURS, at(-1000)));
    LeaseState held = STATES.get("granting").held(TTL, at(-3000), NOW);
    STATES.put("held", held);
    STATES.put("asking", held.held(TTL, at(-6000), 0).asked(at(-3000), NOW, 0));
    STATES.put("late", held.held(TTL, at(-9000), 0).unanswered(at(500), 1));
    LeaseState suspect = held.held(TTL, at(-20_000), 0).suspect();
    STATES.put("suspect", suspect.unanswered(NOW, 3));
    STATES.put("suspect, asking", suspect.asked(at(-3000), NOW, 3));
  }

  private static final List<String> EVENTS =
      Stream.concat(Stream.of(Kind.values()).map(Kind::name), Stream.of("TICK early")).toList();

  private static final DecisionTable TABLE =
      new DecisionTable(
          """
          idle            | WANTED       | GRANTING, fresh id, asked 0, never due: GRANT
          idle            | UNWANTED     | -
          idle            | GRANTED      | -
          idle            | GRANT_FAILED | -
          idle            | GRANT_DENIED | -
          idle            | RENEWED      | -
          idle            | GONE         | -
          idle            | BROKEN       | -
          idle            | WOKE         | -
          idle            | TICK         | -
          idle            | TICK early   | -

          lost            | WANTED       | -
          lost            | UNWANTED     | IDLE, no id
          lost            | GRANTED      | -
          lost            | GRANT_FAILED | -
          lost            | GRANT_DENIED | -
          lost            | RENEWED      | -
          lost            | GONE         | -
          lost            | BROKEN       | -
          lost            | WOKE         | -
          lost            | TICK         | GRANTING, fresh id, asked 0, never due: GRANT
          lost            | TICK early   | -

          retrying        | WANTED       | -
          retrying        | UNWANTED     | IDLE, no id: REVOKE
          retrying        | GRANTED      | -
          retrying        | GRANT_FAILED | -
          retrying        | GRANT_DENIED | -
          retrying        | RENEWED      | -
          retrying        | GONE         | -
          retrying        | BROKEN       | -
          retrying        | WOKE         | -
          retrying        | TICK         | GRANTING, asked 0, never due, failed 2: GRANT
          retrying        | TICK early   | -

          granting        | WANTED       | -
          granting        | UNWANTED     | IDLE, no id: REVOKE
          granting        | GRANTED      | HELD, confirmed -1000, due 2000: TELL_HELD
          granting        | GRANT_FAILED | WAITING, due 55, failed 1
          granting        | GRANT_DENIED | WAITING, due 1100, failed 1
          granting        | RENEWED      | -
          granting        | GONE         | -
          granting        | BROKEN       | -
          granting        | WOKE         | -
          granting        | TICK         | -
          granting        | TICK early   | -

          granting again  | WANTED       | -
          granting again  | UNWANTED     | IDLE, no id: REVOKE
          granting again  | GRANTED      | HELD, confirmed -1000, due 0: TELL_HELD
          granting again  | GRANT_FAILED | WAITING, due 220, failed 3
          granting again  | GRANT_DENIED | WAITING, due 4400, failed 3
          granting again  | RENEWED      | -
          granting again  | GONE         | -
          granting again  | BROKEN       | -
          granting again  | WOKE         | -
          granting again  | TICK         | -
          granting again  | TICK early   | -

          held            | WANTED       | -
          held            | UNWANTED     | IDLE, no id: REVOKE
          held            | GRANTED      | -
          held            | GRANT_FAILED | -
          held            | GRANT_DENIED | -
          held            | RENEWED      | -
          held            | GONE         | WAITING, no id, due 2475: TELL_LOST
          held            | BROKEN       | -
          held            | WOKE         | HELD, confirmed -3000, asked 0, due 3000: RENEW
          held            | TICK         | HELD, confirmed -3000, asked 0, due 3000: RENEW
          held            | TICK early   | -

          asking          | WANTED       | -
          asking          | UNWANTED     | IDLE, no id: REVOKE
          asking          | GRANTED      | -
          asking          | GRANT_FAILED | -
          asking          | GRANT_DENIED | -
          asking          | RENEWED      | HELD, confirmed -3000, due 600
          asking          | GONE         | WAITING, no id, due 2475: TELL_LOST
          asking          | BROKEN       | HELD, confirmed -6000, due 55, failed 1
          asking          | WOKE         | HELD, confirmed -6000, asked -3000, due 1000: RENEW
          asking          | TICK         | HELD, confirmed -6000, asked 0, due 3000, failed 1: ABANDON_STREAM RENEW
          asking          | TICK early   | -

          late            | WANTED       | -
          late            | UNWANTED     | IDLE, no id: REVOKE
          late            | GRANTED      | -
          late            | GRANT_FAILED | -
          late            | GRANT_DENIED | -
          late            | RENEWED      | -
          late            | GONE         | WAITING, no id, due 2475: TELL_LOST
          late            | BROKEN       | -
          late            | WOKE         | HELD, confirmed -9000, asked 0, due 3000, failed 1: RENEW
          late            | TICK         | SUSPECT, confirmed -9000, due 500, failed 1: TELL_SUSPECT
          late            | TICK early   | -

          suspect         | WANTED       | -
          suspect         | UNWANTED     | IDLE, no id: REVOKE
          suspect         | GRANTED      | -
          suspect         | GRANT_FAILED | -
          suspect         | GRANT_DENIED | -
          suspect         | RENEWED      | -
          suspect         | GONE         | WAITING, no id, due 2475: TELL_LOST
          suspect         | BROKEN       | -
          suspect         | WOKE         | SUSPECT, confirmed -20000, asked 0, due 3000, failed 3: RENEW
          suspect         | TICK         | SUSPECT, confirmed -20000, asked 0, due 3000, failed 3: RENEW
          suspect         | TICK early   | -

          suspect, asking | WANTED       | -
          suspect, asking | UNWANTED     | IDLE, no id: REVOKE
          suspect, asking | GRANTED      | -
          suspect, asking | GRANT_FAILED | -
          suspect, asking | GRANT_DENIED | -
          suspect, asking | RENEWED      | HELD, confirmed -3000, due 600: TELL_HELD
          suspect, asking | GONE         | WAITING, no id, due 2475: TELL_LOST
          suspect, asking | BROKEN       | SUSPECT, confirmed -20000, due 440, failed 4
          suspect, asking | WOKE         | SUSPECT, confirmed -20000, asked -3000, due 1000, failed 3: RENEW
          suspect, asking | TICK         | SUSPECT, confirmed -20000, asked 0, due 4000, failed 4: ABANDON_STREAM RENEW
          suspect, asking | TICK early   | -
          """);

  private static long at(long millis) {
    return NOW + millis * MILLI;
  }

  @TestFactory
  Stream<DynamicTest> next_everyStateAndEvent_isAsListed() {
    return TABLE.tests(STATES.keySet(), EVENTS, LeaseMachineTest::decide);
  }

  private static String decide(String name, String event) {
    LeaseState state = STATES.get(name);
    boolean early = event.endsWith(" early");
    Kind kind = Kind.valueOf(event.replace(" early", ""));
    boolean ofLease = OF_A_LEASE.contains(kind);
    LeaseEvent happened = new LeaseEvent(kind, ofLease ? OURS : 0, ofLease ? TTL : 0);
    Step step = LeaseMachine.next(state, happened, early ? NOW - 1 : NOW, ENTROPY);
    return step.state().equals(state) && step.actions().isEmpty() ? "-" : told(step);
  }

  private static String told(Step step) {
    LeaseState state = step.state();
    List<String> told = new ArrayList<>(List.of(state.phase().name()));
    if (state.lease() != OURS && state.lease() != 0) {
      told.add(state.lease() == FRESH ? "fresh id" : "id " + state.lease());
    } else if (state.lease() == 0) {
      told.add("no id");
    }
    if (state.usable()) {
      told.add("confirmed " + fromNow(state.renewedAt()));
    }
    if (state.asking() || state.phase() == Phase.GRANTING) {
      told.add("asked " + fromNow(state.sentAt()));
    }
    if (state.phase() != Phase.IDLE) {
      told.add(state.dueAt() == Long.MAX_VALUE ? "never due" : "due " + fromNow(state.dueAt()));
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
  void next_answerAboutAnotherLease_changesNothing() {
    for (LeaseState state : STATES.values()) {
      for (Kind kind : Kind.values()) {
        Step step = LeaseMachine.next(state, new LeaseEvent(kind, 8, TTL), NOW, ENTROPY);
        assertThat(step).as("%s in %s", kind, state).isEqualTo(new Step(state));
      }
    }
  }

  @Test
  void renewed_lateAnswer_theNextIsDueAlmostAThirdAfterIt_butSoon() {
    LeaseState asked = STATES.get("held").asked(NOW, NOW + TTL / 3, 0);
    LeaseEvent answer = new LeaseEvent(Kind.RENEWED, OURS, TTL);
    Map<Integer, Integer> dues =
        Map.of(0, 3_000, 150, 3_000, 151, 3_001, 500, 3_350, 700, 3_550, 751, 3_600, 2_999, 3_600);
    dues.forEach(
        (answered, due) -> {
          LeaseState held = LeaseMachine.next(asked, answer, at(answered), ENTROPY).state();
          assertThat(fromNow(held.dueAt())).isEqualTo(due.longValue());
          assertThat(fromNow(held.renewedAt())).isZero();
        });
  }

  @Test
  void renewed_lateAnswer_ifTheNextIsNeverAnswered_aQuarterOfTheTtlIsLeftToAskElsewhere() {
    LeaseState asked = STATES.get("held").asked(NOW, NOW + TTL / 3, 0);
    LeaseEvent answer = new LeaseEvent(Kind.RENEWED, OURS, TTL);
    LeaseState held = LeaseMachine.next(asked, answer, at(2_999), ENTROPY).state();
    LeaseEvent tick = new LeaseEvent(Kind.TICK, OURS, 0);
    LeaseState again = LeaseMachine.next(held, tick, held.dueAt(), ENTROPY).state();
    Step hung = LeaseMachine.next(again, tick, again.dueAt(), ENTROPY);
    assertThat(hung.actions()).contains(Action.ABANDON_STREAM, Action.RENEW);
    assertThat(TTL - (again.dueAt() - NOW)).isGreaterThanOrEqualTo(TTL / 4);
  }

  @Test
  void wakeAt_held_isTheNextRenewalOrTheEndOfTheTtl() {
    assertThat(LeaseMachine.wakeAt(STATES.get("held"))).isEqualTo(NOW);
    assertThat(LeaseMachine.wakeAt(STATES.get("late"))).isEqualTo(NOW);
    assertThat(LeaseMachine.wakeAt(STATES.get("suspect"))).isEqualTo(NOW);
    assertThat(LeaseMachine.wakeAt(STATES.get("granting"))).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void tick_noAnswerEver_patienceGrowsToFourSeconds() {
    LeaseState state = LeaseState.idle(Duration.ofSeconds(2)).granting(OURS, NOW);
    state = state.held(2000 * MILLI, NOW, NOW);
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      long now = state.dueAt();
      state = LeaseMachine.next(state, LeaseEvent.of(Kind.TICK), now, ENTROPY).state();
      waits.add((state.dueAt() - now) / MILLI);
    }
    assertThat(waits).containsExactly(666L, 1000L, 2000L, 3000L, 4000L, 4000L, 4000L);
  }

  @Test
  void renewed_twice_onlyTheFirstCounts() {
    LeaseState asking = STATES.get("asking");
    LeaseEvent answer = new LeaseEvent(Kind.RENEWED, OURS, TTL);
    LeaseState once = LeaseMachine.next(asking, answer, NOW, ENTROPY).state();
    assertThat(LeaseMachine.next(once, answer, at(5000), ENTROPY)).isEqualTo(new Step(once));
  }

  @Test
  void gone_spreadsOverHalfATtlOrFiveSeconds() {
    assertThat(spreadAfterLoss(4000, -1)).isBetween(1990L, 2000L);
    assertThat(spreadAfterLoss(60_000, -1)).isBetween(4990L, 5000L);
    assertThat(spreadAfterLoss(60_000, 0)).isEqualTo(500);
  }

  private static long spreadAfterLoss(long ttlMillis, long entropy) {
    LeaseState held = STATES.get("held").held(ttlMillis * MILLI, NOW, NOW);
    Step step = LeaseMachine.next(held, LeaseEvent.of(Kind.GONE, OURS), NOW, entropy);
    return fromNow(step.state().dueAt());
  }

  /** Whatever happens in whatever order, what is told and done fits together. */
  @Test
  void next_anySequence_keepsItsPromises() {
    for (int seed = 0; seed < 200; seed++) {
      new Walk(seed).run();
    }
  }

  /** A lease among events at random, and what must be true of it. */
  private static final class Walk {
    private final Random random;
    private LeaseState state = LeaseState.idle(Duration.ofNanos(TTL));
    private long now = NOW;
    private long told;
    private long granting;
    private long lastSent;

    Walk(int seed) {
      random = new Random(seed);
    }

    void run() {
      for (int i = 0; i < 300; i++) {
        now += random.nextInt(2000) * MILLI;
        Kind kind = ANY.get(random.nextInt(ANY.size()));
        long lease = random.nextInt(4) == 0 ? random.nextLong(1, 9) : state.lease();
        boolean ofNone = !OF_A_LEASE.contains(kind);
        LeaseState before = state;
        Step step =
            LeaseMachine.next(
                before, new LeaseEvent(kind, ofNone ? 0 : lease, TTL), now, random.nextLong());
        state = step.state();
        step.actions().forEach(action -> check(action, before));
        check(before, kind);
      }
    }

    private void check(Action action, LeaseState before) {
      switch (action) {
        case GRANT -> granting = state.lease();
        case RENEW -> lastSent = now;
        case ABANDON_STREAM -> assertThat(before.asking()).isTrue();
        case REVOKE -> {
          assertThat(before.lease()).isEqualTo(granting);
          granting = 0;
          told = 0;
        }
        case TELL_HELD -> {
          assertThat(state.lease()).isEqualTo(granting).isNotZero();
          told = state.lease();
        }
        case TELL_SUSPECT -> assertThat(told).isEqualTo(state.lease());
        case TELL_LOST -> {
          assertThat(before.lease()).isEqualTo(told);
          told = 0;
          granting = 0;
        }
      }
    }

    private void check(LeaseState before, Kind kind) {
      assertThat(told).isEqualTo(state.usable() ? state.lease() : 0);
      assertThat(granting).as("no lease is forgotten").isEqualTo(state.lease());
      if (kind == Kind.RENEWED && before.usable()) {
        assertThat(state.renewedAt()).isLessThanOrEqualTo(Math.max(lastSent, before.renewedAt()));
      }
      if (state.usable() || state.phase() == Phase.WAITING) {
        long most = state.usable() ? TTL : LeaseMachine.RETRY_DENIED.cap().toNanos();
        assertThat(LeaseMachine.wakeAt(state)).as("looked at again").isLessThan(now + most);
      }
    }
  }
}
