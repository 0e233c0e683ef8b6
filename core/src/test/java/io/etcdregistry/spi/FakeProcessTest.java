package io.etcdregistry.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.testing.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FakeProcessTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final FakeTime time = new FakeTime();
  private final FakeProcess process = new FakeProcess(time);
  private final List<String> ran = new ArrayList<>();

  @Test
  void stopped_runsLateWhileOthersGoOn() {
    process.schedule(SECOND.multipliedBy(2), () -> ran.add("b"));
    process.schedule(SECOND, () -> ran.add("a"));
    process.schedule(SECOND.multipliedBy(9), () -> ran.add("c"));
    time.schedule(SECOND, () -> ran.add("other"));
    process.stop();
    time.advance(SECOND.multipliedBy(5));
    assertThat(ran).containsExactly("other");
    assertThat(process.nanoTime()).isEqualTo(time.nanoTime());
    process.resume();
    time.run();
    assertThat(ran).containsExactly("other", "a", "b");
    time.advance(SECOND.multipliedBy(4));
    assertThat(ran).endsWith("c");
  }

  @Test
  void asleep_monotonicClockStandsStill() {
    process.schedule(SECOND.multipliedBy(2), () -> ran.add("a"));
    time.advance(SECOND);
    final long before = process.nanoTime();
    process.sleep();
    time.advance(Duration.ofHours(8));
    assertThat(process.nanoTime()).isEqualTo(before);
    assertThat(process.now()).isEqualTo(time.now());
    process.resume();
    assertThat(process.nanoTime()).isEqualTo(before);
    time.run();
    assertThat(ran).isEmpty();
    time.advance(SECOND);
    assertThat(ran).containsExactly("a");
  }

  @Test
  void killed_neverRunsAgain() {
    process.schedule(SECOND, () -> ran.add("a"));
    process.kill();
    process.schedule(SECOND, () -> ran.add("b"));
    time.advance(Duration.ofHours(1));
    assertThat(ran).isEmpty();
    assertThat(process.pending()).isZero();
    assertThatThrownBy(process::resume).isInstanceOf(IllegalStateException.class);
  }
}
