package io.etcdregistry.internal.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.DecisionTable;
import io.etcdregistry.internal.balance.EjectionMachine.Event;
import io.etcdregistry.internal.balance.EjectionMachine.Terms;
import io.etcdregistry.internal.balance.Health.State;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** How an instance is left out and comes back. */
class EjectionMachineTest {
  private static final Terms TERMS = new Terms(10, 300);
  private static final long NOW = 5000;

  private static final Map<String, Health> STATES =
      new TreeMap<>(
          Map.of(
              "well", Health.WELL,
              "back", new Health(State.WELL, 0, 2, NOW - 100),
              "long back", new Health(State.WELL, 0, 2, NOW - 301),
              "out", new Health(State.OUT, NOW + 5, 2, NOW - 50),
              "out, over", new Health(State.OUT, NOW, 2, NOW - 50),
              "returning", new Health(State.RETURNING, 0, 2, NOW - 50),
              "on trial", new Health(State.ON_TRIAL, NOW + 5, 2, NOW - 50),
              "on trial, lost", new Health(State.ON_TRIAL, NOW, 2, NOW - 50)));

  /** The outcome: the state, how long from now, times in a row, since when; "same" if the same. */
  private static final DecisionTable TABLE =
      new DecisionTable(
          """
          well           | CONDEMNED | OUT +10 1 +0
          well           | UNREACHABLE | OUT +20 2 +0
          well           | PARDONED  | same
          well           | TRIED     | same
          well           | SUCCEEDED | same
          well           | FAILED    | same
          well           | UNTOLD    | same
          well           | TIME      | same

          back           | CONDEMNED | OUT +40 3 +0
          back           | UNREACHABLE | OUT +40 3 +0
          back           | PARDONED  | same
          back           | TRIED     | same
          back           | SUCCEEDED | same
          back           | FAILED    | same
          back           | UNTOLD    | same
          back           | TIME      | same

          long back      | CONDEMNED | OUT +10 1 +0
          long back      | UNREACHABLE | OUT +20 2 +0
          long back      | PARDONED  | same
          long back      | TRIED     | same
          long back      | SUCCEEDED | same
          long back      | FAILED    | same
          long back      | UNTOLD    | same
          long back      | TIME      | same

          out            | CONDEMNED | same
          out            | UNREACHABLE | same
          out            | PARDONED  | WELL 2 +0
          out            | TRIED     | same
          out            | SUCCEEDED | same
          out            | FAILED    | same
          out            | UNTOLD    | same
          out            | TIME      | same

          out, over      | CONDEMNED | same
          out, over      | UNREACHABLE | same
          out, over      | PARDONED  | WELL 2 +0
          out, over      | TRIED     | same
          out, over      | SUCCEEDED | same
          out, over      | FAILED    | same
          out, over      | UNTOLD    | same
          out, over      | TIME      | RETURNING 2 -50

          returning      | CONDEMNED | same
          returning      | UNREACHABLE | same
          returning      | PARDONED  | WELL 2 +0
          returning      | TRIED     | ON_TRIAL +300 2 -50
          returning      | SUCCEEDED | WELL 2 +0
          returning      | FAILED    | OUT +40 3 -50
          returning      | UNTOLD    | same
          returning      | TIME      | same

          on trial       | CONDEMNED | same
          on trial       | UNREACHABLE | same
          on trial       | PARDONED  | WELL 2 +0
          on trial       | TRIED     | same
          on trial       | SUCCEEDED | WELL 2 +0
          on trial       | FAILED    | OUT +40 3 -50
          on trial       | UNTOLD    | RETURNING 2 -50
          on trial       | TIME      | same

          on trial, lost | CONDEMNED | same
          on trial, lost | UNREACHABLE | same
          on trial, lost | PARDONED  | WELL 2 +0
          on trial, lost | TRIED     | same
          on trial, lost | SUCCEEDED | WELL 2 +0
          on trial, lost | FAILED    | OUT +40 3 -50
          on trial, lost | UNTOLD    | RETURNING 2 -50
          on trial, lost | TIME      | RETURNING 2 -50
          """);

  @TestFactory
  Stream<DynamicTest> everyPair() {
    List<String> events = Arrays.stream(Event.values()).map(Event::name).toList();
    return TABLE.tests(STATES.keySet(), events, EjectionMachineTest::decide);
  }

  private static String decide(String state, String event) {
    Health before = STATES.get(state);
    Health after = EjectionMachine.next(before, Event.valueOf(event), NOW, TERMS);
    if (after.equals(before)) {
      return "same";
    }
    boolean ends = after.state() == State.OUT || after.state() == State.ON_TRIAL;
    return after.state()
        + (ends ? String.format(" %+d", after.until() - NOW) : "")
        + String.format(" %d %+d", after.times(), after.since() - NOW);
  }

  @Test
  void terms_double_upToTheLongest() {
    Health health = EjectionMachine.next(Health.WELL, Event.CONDEMNED, 0, TERMS);
    long[] terms = new long[8];
    long now = 0;
    for (int i = 0; i < terms.length; i++) {
      terms[i] = health.until() - now;
      now = health.until();
      health = EjectionMachine.next(health, Event.TIME, now, TERMS);
      health = EjectionMachine.next(health, Event.TRIED, now, TERMS);
      health = EjectionMachine.next(health, Event.FAILED, now, TERMS);
    }
    assertThat(terms).containsExactly(10, 20, 40, 80, 160, 300, 300, 300);
  }
}
