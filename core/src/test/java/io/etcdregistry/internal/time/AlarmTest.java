package io.etcdregistry.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.testing.FakeTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

final class AlarmTest {
  private final FakeTime time = new FakeTime();
  private final long start = time.nanoTime();
  private final List<Long> rang = new ArrayList<>();

  private Alarm alarm(Executor context) {
    return new Alarm(time, context, () -> rang.add(elapsed()));
  }

  private long elapsed() {
    return Duration.ofNanos(time.nanoTime() - start).toMillis();
  }

  private long at(long millis) {
    return start + Duration.ofMillis(millis).toNanos();
  }

  private void pass(long millis) {
    time.advance(Duration.ofMillis(millis));
  }

  @Test
  void set_ringsOnceAtItsTime() {
    alarm(Runnable::run).set(at(100));
    pass(99);
    assertThat(rang).isEmpty();
    pass(1000);
    assertThat(rang).containsExactly(100L);
  }

  @Test
  void set_again_ringsOnlyAtTheLastTime() {
    Alarm alarm = alarm(Runnable::run);
    alarm.set(at(100));
    alarm.set(at(300));
    alarm.set(at(200));
    alarm.set(at(200));
    pass(1000);
    assertThat(rang).containsExactly(200L);
    assertThat(time.pending()).isEmpty();
  }

  @Test
  void set_toTheSameTimeAgain_schedulesNothing() {
    Alarm alarm = alarm(Runnable::run);
    alarm.set(at(100));
    FakeTime.Pending before = time.pending().get(0);
    alarm.set(at(100));
    assertThat(time.pending()).containsExactly(before);
  }

  @Test
  void set_toThePast_ringsAtOnceButNotWithinTheCall() {
    pass(500);
    alarm(Runnable::run).set(at(100));
    assertThat(rang).isEmpty();
    time.run();
    assertThat(rang).containsExactly(500L);
  }

  @Test
  void clear_isSilentUntilSetAgain() {
    Alarm alarm = alarm(Runnable::run);
    alarm.set(at(100));
    alarm.clear();
    alarm.clear();
    pass(200);
    assertThat(rang).isEmpty();
    alarm.set(at(300));
    pass(200);
    assertThat(rang).containsExactly(300L);
  }

  @Test
  void set_byTheTask_ringsAgain() {
    List<Alarm> self = new ArrayList<>();
    Alarm alarm =
        new Alarm(
            time,
            Runnable::run,
            () -> {
              rang.add(elapsed());
              self.get(0).set(at(elapsed() + 100));
            });
    self.add(alarm);
    alarm.set(at(100));
    pass(350);
    assertThat(rang).containsExactly(100L, 200L, 300L);
  }

  @Test
  void set_afterItRangToTheSameTime_ringsAgain() {
    Alarm alarm = alarm(Runnable::run);
    alarm.set(at(100));
    pass(100);
    alarm.set(at(100));
    time.run();
    assertThat(rang).containsExactly(100L, 100L);
  }

  @Test
  void clearOrSet_whileTheContextIsBusy_overtakesTheRing() {
    Queue<Runnable> context = new ArrayDeque<>();
    Alarm cleared = alarm(context::add);
    Alarm moved = alarm(context::add);
    Alarm rings = alarm(context::add);
    for (Alarm alarm : List.of(cleared, moved, rings)) {
      alarm.set(at(100));
    }
    pass(150);
    assertThat(rang).isEmpty();
    cleared.clear();
    moved.set(at(200));
    run(context);
    assertThat(rang).containsExactly(150L);
    pass(50);
    run(context);
    assertThat(rang).containsExactly(150L, 200L);
  }

  @Test
  void setBackAndForth_whileTheContextIsBusy_ringsOnce() {
    Queue<Runnable> context = new ArrayDeque<>();
    Alarm alarm = alarm(context::add);
    alarm.set(at(100));
    pass(100);
    alarm.set(at(200));
    alarm.set(at(100));
    time.run();
    run(context);
    assertThat(rang).containsExactly(100L);
    pass(1000);
    run(context);
    assertThat(rang).hasSize(1);
  }

  private static void run(Queue<Runnable> context) {
    for (Runnable task = context.poll(); task != null; task = context.poll()) {
      task.run();
    }
  }
}
