package io.etcdregistry.internal.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.etcdregistry.Instance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The decaying peak. */
class LatencyTest {
  private static final long MS = 1_000_000;
  private static final long DECAY = Latency.DECAY.toNanos();

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MIN_VALUE + 5, -1, 1L << 52, Long.MAX_VALUE - 2_000_000_000_000L})
  void slow_countsAtOnce_fastTheMoreTheLongerAgo(long now) {
    long state = Latency.observe(Latency.NONE, now, 10 * MS);
    assertThat(Latency.at(state, now)).isCloseTo(10.0 * MS, within(10.0));
    state = Latency.observe(state, now, 100 * MS);
    assertThat(Latency.at(state, now)).isCloseTo(100.0 * MS, within(100.0));
    state = Latency.observe(state, now + 2 * MS, 10 * MS);
    assertThat(Latency.at(state, now)).isGreaterThan(99.0 * MS);
    long after = Latency.observe(state, now + DECAY, 10 * MS);
    double expected = 100 * MS / Math.E + 10 * MS * (1 - 1 / Math.E);
    assertThat(Latency.at(after, now + DECAY)).isCloseTo(expected, within(0.01 * expected));
    assertThat(Latency.at(state, now + DECAY)).isCloseTo(100 * MS / Math.E, within(1.0 * MS));
  }

  @Test
  void nothingObserved_isZero_andLongAgoIsNearlyNothing() {
    assertThat(Latency.at(Latency.NONE, 5)).isZero();
    long state = Latency.observe(Latency.NONE, 0, 0);
    assertThat(state).isNotEqualTo(Latency.NONE);
    assertThat(Latency.at(Latency.observe(state, 0, 1000 * MS), 100 * DECAY)).isLessThan(1);
  }

  @Test
  void unknown_isTriedByOneCall_andFailuresNeverLookFast() {
    Instance instance = Fleet.instance("a", "");
    Node node = new Node(instance, 0);
    assertThat(node.cost(0)).isZero();
    node.begin();
    assertThat(node.cost(0)).isGreaterThan(1000.0 * MS);
    node.end();
    node.took(MS, false, 0);
    assertThat(node.cost(0)).isGreaterThan(999.0 * MS);

    Node known = new Node(instance, 0);
    known.took(50 * MS, true, 0);
    known.took(MS, false, 0);
    assertThat(known.cost(0)).isCloseTo(50.0 * MS, within(1.0 * MS));
    known.begin();
    assertThat(known.cost(0)).isCloseTo(100.0 * MS, within(1.0 * MS));
  }
}
