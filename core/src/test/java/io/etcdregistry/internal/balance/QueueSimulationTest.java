package io.etcdregistry.internal.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Call;
import io.etcdregistry.ViewOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers with queues, one in ten of them slow: what callers wait. */
class QueueSimulationTest {
  private static final int SERVERS = 20;
  private static final int CALLS = 30_000;
  private static final double MEAN_MS = 10;
  private static final double SLOWNESS = 5;

  /** The latency of which one call in a hundred is slower, in ms. */
  private static double p99(ViewOptions options, long seed) {
    Fleet fleet = new Fleet(options, seed).show(Fleet.instances(SERVERS));
    Random random = new Random(seed);
    Map<String, Long> free = new HashMap<>(); // when each server has served all that waits
    double[] latencies = new double[CALLS];
    for (int i = 0; i < CALLS; i++) {
      // Poisson arrivals, so many that a slow one with its even share is busy three quarters of
      // time
      double gap = -Math.log(1 - random.nextDouble()) * MEAN_MS / (SERVERS * 0.15);
      fleet.time.advance(Duration.ofNanos((long) (gap * 1e6)));
      long now = fleet.time.nanoTime();
      Call call = fleet.balancer.begin().orElseThrow();
      String id = call.instance().id();
      double slowness = Integer.parseInt(id) % 10 == 0 ? SLOWNESS : 1;
      double service = -Math.log(1 - random.nextDouble()) * MEAN_MS * slowness;
      long done = Math.max(now, free.getOrDefault(id, now)) + (long) (service * 1e6);
      free.put(id, done);
      latencies[i] = (done - now) / 1e6;
      fleet.time.schedule(Duration.ofNanos(done - now), call::succeeded);
    }
    Arrays.sort(latencies);
    return latencies[CALLS * 99 / 100];
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void oneSlowInTen_powerOfTwoChoicesBeatsRoundRobin_atP99(long seed) {
    double roundRobin = p99(ViewOptions.roundRobin(), seed);
    double leastPending = p99(ViewOptions.leastPending(), seed);
    double powerOfTwo = p99(ViewOptions.powerOfTwoChoices(), seed);
    assertThat(powerOfTwo).isLessThan(roundRobin / 3);
    assertThat(leastPending).isLessThan(roundRobin / 2);
  }
}
