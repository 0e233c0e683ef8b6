package io.etcdregistry.internal.client;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Whatever happens, what must be true is true, and once it is over everything is as it should be.
 * {@code -Dsimulation.seed=N} tells one story again, {@code -Dsimulation.seeds=N} tells so many.
 */
class SimulationTest {
  @Test
  void inABadTime_allIsAsItMustBe() {
    long only = Long.getLong("simulation.seed", -1);
    if (only >= 0) {
      tell(only);
      return;
    }
    for (long seed = 0; seed < Long.getLong("simulation.seeds", 1000); seed++) {
      tell(seed);
    }
  }

  private static void tell(long seed) {
    Story.tell(seed, UnaryOperator.identity());
  }
}
