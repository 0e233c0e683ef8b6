package io.etcdregistry.internal.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** What counts as failing. */
class OutcomesTest {
  private static long after(int successes, int failures) {
    long state = Outcomes.NONE;
    for (int i = 0; i < failures; i++) {
      state = Outcomes.failed(state);
    }
    for (int i = 0; i < successes; i++) {
      state = Outcomes.succeeded(state);
    }
    return state;
  }

  @Test
  void failuresInARow_areTooManyFromFive_andASuccessEndsTheRow() {
    assertThat(Outcomes.tooManyInARow(after(0, 4))).isFalse();
    assertThat(Outcomes.tooManyInARow(after(0, 5))).isTrue();
    assertThat(Outcomes.tooManyInARow(after(0, 6))).isFalse(); // it was told already
    assertThat(Outcomes.tooManyInARow(after(0, 10))).isTrue();
    assertThat(Outcomes.inARow(after(1, 5))).isZero();
    assertThat(Outcomes.tooManyInARow(Outcomes.NONE)).isFalse();
  }

  @Test
  void rate_isTooHigh_onlyIfChanceCannotExplainIt() {
    assertThat(Outcomes.tooManyFailures(after(5, 14), 0)).isFalse(); // too few calls
    assertThat(Outcomes.tooManyFailures(after(15, 5), 0)).isFalse();
    assertThat(Outcomes.tooManyFailures(after(14, 6), 0)).isTrue();
    assertThat(Outcomes.tooManyFailures(after(10, 10), 0.1)).isTrue();
    assertThat(Outcomes.tooManyFailures(after(10, 10), 0.5)).isFalse(); // all fare so
    assertThat(Outcomes.tooManyFailures(after(40, 40), 0.2)).isTrue();
    assertThat(Outcomes.tooManyFailures(after(0, 100), 1)).isFalse();
  }

  @Test
  void calls_countLess_theLongerAgoTheyWere() {
    long state = after(100, 0);
    for (int i = 0; i < 1000; i++) {
      state = Outcomes.succeeded(state);
    }
    assertThat(Outcomes.successes(state)).isBetween(50L, 100L);
    for (int i = 0; i < 20; i++) {
      state = i % 2 == 0 ? Outcomes.failed(state) : Outcomes.succeeded(state);
    }
    assertThat(Outcomes.failures(state)).isGreaterThan(4);
  }

  @Test
  void longestRow_doesNotOverflow() {
    long state = after(0, 200_000);
    assertThat(Outcomes.inARow(state)).isPositive();
    assertThat(Outcomes.failures(state)).isBetween(50L, 100L);
    assertThat(Outcomes.inARow(Outcomes.succeeded(state))).isZero();
  }

  @Test
  void instanceThatFailsAsOthersDo_isHardlyEverAnOutlier() {
    Random random = new Random(42);
    int wrong = 0;
    for (double rate : new double[] {0.01, 0.05, 0.2, 0.5}) {
      long state = Outcomes.NONE;
      for (int i = 0; i < 100_000; i++) {
        if (random.nextDouble() < rate) {
          state = Outcomes.failed(state);
          wrong += Outcomes.tooManyFailures(state, rate) ? 1 : 0;
        } else {
          state = Outcomes.succeeded(state);
        }
      }
    }
    assertThat(wrong).isLessThanOrEqualTo(5);
  }
}
