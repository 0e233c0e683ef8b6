package io.etcdregistry.internal.balance;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.etcdregistry.Instance;
import io.etcdregistry.ViewOptions;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Choosing allocates nothing. */
class NoAllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int PICKS = 20_000;

  static Stream<ViewOptions> pickers() {
    return Stream.of(
        ViewOptions.random(),
        ViewOptions.random().zone("a"),
        ViewOptions.roundRobin(),
        ViewOptions.weighted(),
        ViewOptions.leastPending(),
        ViewOptions.powerOfTwoChoices(),
        ViewOptions.powerOfTwoChoices().zone("a").where(instance -> true));
  }

  @ParameterizedTest
  @MethodSource("pickers")
  void pick_allocatesNothing(ViewOptions options) {
    Fleet fleet = new Fleet(options, 1);
    List<Instance> fewAlike =
        Stream.concat(
                Fleet.weighted(1, 2, 3).stream(), Stream.of(Fleet.instance("a", "\"zone\":\"a\"")))
            .toList();
    fleet.show(fewAlike);
    Balancer balancer = fleet.balancer;
    String key = "user-42";
    balancer.pick(key);
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 5; round++) { // what the JVM itself allocates is not in all of them
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < PICKS; i++) {
        if (balancer.pick().isEmpty() || balancer.pick(key).isEmpty()) {
          throw new AssertionError("nothing was chosen");
        }
      }
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).isLessThan(PICKS / 10); // one object of 16 bytes a pick would be 160 times it
  }
}
