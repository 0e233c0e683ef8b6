package io.etcdregistry.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.spi.Time;
import io.etcdregistry.testing.FakeTime.Pending;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FakeTimeTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final FakeTime time = new FakeTime();
  private final long start = time.nanoTime();
  private final Instant startWall = time.now();
  private final List<String> ran = new ArrayList<>();

  private Time.Scheduled after(Duration delay, String name) {
    return time.schedule(delay, () -> ran.add(name + "@" + elapsed().toMillis()));
  }

  private Duration elapsed() {
    return Duration.ofNanos(time.nanoTime() - start);
  }

  private Duration elapsedWall() {
    return Duration.between(startWall, time.now());
  }

  @Test
  void advance_movesBothClocks() {
    time.advance(Duration.ofDays(3));
    assertThat(elapsed()).isEqualTo(Duration.ofDays(3));
    assertThat(elapsedWall()).isEqualTo(Duration.ofDays(3));
  }

  @Test
  void advance_runsInOrderOfTimeThenOfScheduling() {
    after(SECOND.multipliedBy(2), "c");
    after(SECOND, "a");
    after(SECOND, "b");
    after(SECOND.multipliedBy(3), "d");
    time.advance(SECOND.multipliedBy(2));
    assertThat(ran).containsExactly("a@1000", "b@1000", "c@2000");
    time.advance(SECOND);
    assertThat(ran).endsWith("d@3000");
  }

  @Test
  void advance_runsWhatTasksSchedule() {
    time.schedule(
        SECOND,
        () -> {
          after(Duration.ZERO, "now");
          after(SECOND, "later");
        });
    time.advance(SECOND.multipliedBy(2));
    assertThat(ran).containsExactly("now@1000", "later@2000");
  }

  @Test
  void schedule_withoutDelay_neverRunsOnTheStack() {
    after(Duration.ZERO, "a");
    after(SECOND.negated(), "b");
    assertThat(ran).isEmpty();
    time.run();
    assertThat(ran).containsExactly("a@0", "b@0");
  }

  @Test
  void cancel_keepsFromRunning() {
    Time.Scheduled a = after(SECOND, "a");
    after(SECOND, "b");
    a.cancel();
    a.cancel();
    time.advance(SECOND);
    assertThat(ran).containsExactly("b@1000");
  }

  @Test
  void advanceUntil_stopsWhereTheConditionHolds() {
    after(SECOND, "a");
    after(SECOND.multipliedBy(2), "b");
    assertThat(time.advanceUntil(() -> ran.size() == 1, SECOND.multipliedBy(9))).isTrue();
    assertThat(elapsed()).isEqualTo(SECOND);
    assertThat(time.advanceUntil(() -> ran.size() == 3, SECOND.multipliedBy(9))).isFalse();
    assertThat(elapsed()).isEqualTo(SECOND.multipliedBy(10));
  }

  @Test
  void task_throws_laterOnesRunAndTheMoveFails() {
    time.schedule(
        SECOND,
        () -> {
          throw new IllegalStateException("first");
        });
    after(SECOND, "a");
    assertThatThrownBy(() -> time.advance(SECOND)).hasRootCauseMessage("first");
    assertThat(ran).containsExactly("a@1000");
    time.advance(SECOND);
    assertThat(elapsed()).isEqualTo(SECOND.multipliedBy(2));
  }

  @Test
  void task_movesTime_isRefused() {
    time.schedule(SECOND, () -> time.advance(SECOND));
    assertThatThrownBy(() -> time.advance(SECOND))
        .hasRootCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void freeze_runsLate() {
    after(SECOND, "a");
    time.freeze(SECOND.multipliedBy(5));
    assertThat(ran).isEmpty();
    assertThat(time.pending()).extracting(Pending::in).containsExactly(SECOND.multipliedBy(-4));
    time.run();
    assertThat(ran).containsExactly("a@5000");
    assertThat(elapsedWall()).isEqualTo(SECOND.multipliedBy(5));
  }

  @Test
  void steps_moveOneClockEach() {
    after(SECOND, "a");
    time.stepWall(Duration.ofHours(-1));
    assertThat(elapsed()).isZero();
    assertThat(elapsedWall()).isEqualTo(Duration.ofHours(-1));
    time.stepMonotonic(SECOND);
    assertThat(elapsed()).isEqualTo(SECOND);
    assertThat(elapsedWall()).isEqualTo(Duration.ofHours(-1));
    time.run();
    assertThat(ran).containsExactly("a@1000");
  }
}
