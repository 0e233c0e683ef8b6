package io.etcdregistry.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BackoffTest {
  /** The fraction is taken from the upper bits: these are the least and the greatest. */
  private static final long LEAST = 0;

  private static final long GREATEST = -1;

  private final Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2));

  @Test
  void nanos_ceilingDoublesUpToTheCap() {
    long[] ceilings = {100, 100, 200, 400, 800, 1600, 2000, 2000};
    for (int failures = 0; failures < ceilings.length; failures++) {
      long ceiling = Duration.ofMillis(ceilings[failures]).toNanos();
      assertThat(backoff.nanos(failures, LEAST)).isEqualTo(ceiling / 10);
      assertThat(backoff.nanos(failures, GREATEST)).isBetween(ceiling - 1, ceiling);
    }
  }

  @Test
  void nanos_anyNumberOfFailuresAndAnyStep_staysBelowTheCap() {
    for (Duration first : new Duration[] {Duration.ofNanos(1), Duration.ofDays(1)}) {
      Backoff any = new Backoff(first, Duration.ofDays(1));
      long most = Duration.ofDays(1).toNanos();
      long least = 0;
      for (int failures = 1; failures < 200; failures++) {
        assertThat(any.nanos(failures, GREATEST)).isBetween(least, most);
        least = any.nanos(failures, GREATEST);
      }
      assertThat(any.nanos(Integer.MAX_VALUE, GREATEST)).isEqualTo(least).isGreaterThan(most - 20);
    }
  }

  @Test
  void jitter_anyEntropy_isSpreadEvenly() {
    Random random = new Random(1);
    int[] tenths = new int[10];
    for (int i = 0; i < 10_000; i++) {
      tenths[(int) (Backoff.jitter(1000, random.nextLong()) / 100)]++;
    }
    assertThat(tenths[0]).as("at least a tenth").isZero();
    for (int i = 1; i < 10; i++) {
      assertThat(tenths[i]).isBetween(1000, 1222);
    }
  }

  @Test
  void jitter_nothing_isNothing() {
    assertThat(Backoff.jitter(0, GREATEST)).isZero();
  }
}
