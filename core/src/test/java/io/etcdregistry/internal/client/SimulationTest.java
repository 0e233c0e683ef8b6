package io.etcdregistry.internal.client;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Whatever happens, what must be true is true all along, and once it is over everything is as it
 * should be.
 *
 * <p>{@code -Dsimulation.seed=N} tells one story again. {@code -Dsimulation.seeds=N} tells so many,
 * {@code -Dsimulation.first=N} beginning there, {@code -Dsimulation.threads=N} on so many threads.
 */
class SimulationTest {
  @Test
  void inABadTime_allIsAsItMustBe() throws InterruptedException {
    Long only = Long.getLong("simulation.seed");
    if (only != null) {
      Story.tell(only, UnaryOperator.identity());
      return;
    }
    new Stories(Long.getLong("simulation.first", 0), Long.getLong("simulation.seeds", 1000))
        .tell(Integer.getInteger("simulation.threads", 1));
  }
}
