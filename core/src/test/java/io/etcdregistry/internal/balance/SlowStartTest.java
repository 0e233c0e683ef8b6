package io.etcdregistry.internal.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.etcdregistry.Instance;
import io.etcdregistry.ViewOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The share of a new instance grows. */
class SlowStartTest {
  private static final Duration RAMP = Duration.ofSeconds(100);
  private static final int PICKS = 20_000;

  private static List<Instance> with(String id, String members, long lease) {
    List<Instance> all = new ArrayList<>(Fleet.instances(4));
    all.add(Fleet.instance(id, members, lease));
    return all;
  }

  /** Its weight, as the picks show it beside four of weight 1. */
  private static double weight(Fleet fleet, String id) {
    double share = (double) fleet.picks(PICKS).getOrDefault(id, 0) / PICKS;
    return 4 * share / (1 - share);
  }

  @ParameterizedTest
  @ValueSource(strings = {"random", "roundRobin", "weighted"})
  void newInstance_growsEvenly_fromATenthToTheWhole(String picker) {
    ViewOptions options =
        switch (picker) {
          case "random" -> ViewOptions.random();
          case "roundRobin" -> ViewOptions.roundRobin();
          default -> ViewOptions.weighted();
        };
    Fleet fleet = new Fleet(options.slowStart(RAMP), 1).show(Fleet.instances(4));
    fleet.time.advance(Duration.ofSeconds(10));
    fleet.show(with("new", "", 8));
    for (int second = 0; second <= 120; second += 10) {
      double expected = Math.min(1, Math.max(0.1, second / 100.0));
      assertThat(weight(fleet, "new")).as("after %d s", second).isCloseTo(expected, within(0.08));
      fleet.time.advance(Duration.ofSeconds(10));
    }
    assertThat(fleet.time.pending()).isEmpty();
  }

  @Test
  void whatWasThereFirst_isNotNew() {
    Fleet fleet = new Fleet(ViewOptions.random().slowStart(RAMP), 1).show(with("a", "", 8));
    assertThat(weight(fleet, "a")).isCloseTo(1, within(0.08));
  }

  @Test
  void upAgain_orUnderAnotherLease_isNew_butChangedInPlaceIsNot() {
    Fleet fleet = new Fleet(ViewOptions.random().slowStart(RAMP), 1).show(with("a", "", 8));
    fleet.show(with("a", "\"version\":\"2\"", 8));
    assertThat(weight(fleet, "a")).isCloseTo(1, within(0.08));
    fleet.show(with("a", "", 9));
    assertThat(weight(fleet, "a")).isCloseTo(0.1, within(0.03));
    fleet.time.advance(RAMP);
    assertThat(weight(fleet, "a")).isCloseTo(1, within(0.08));
    fleet.show(with("a", "\"status\":\"down\"", 9));
    assertThat(weight(fleet, "a")).isZero();
    fleet.show(with("a", "", 9));
    assertThat(weight(fleet, "a")).isCloseTo(0.1, within(0.03));
  }

  @Test
  void allNew_areAlike() {
    Fleet fleet = new Fleet(ViewOptions.random().slowStart(RAMP), 1).show(List.of());
    fleet.show(Fleet.instances(5));
    assertThat(weight(fleet, "00003")).isCloseTo(1, within(0.08));
  }

  @Test
  void withWeights_isOfTheWeight() {
    Fleet fleet = new Fleet(ViewOptions.weighted().slowStart(RAMP), 1).show(Fleet.instances(4));
    fleet.show(with("new", "\"weight\":10", 8));
    fleet.time.advance(Duration.ofSeconds(50));
    assertThat(weight(fleet, "new")).isCloseTo(5, within(0.3));
  }
}
