package io.etcdregistry.internal.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.etcdregistry.Call;
import io.etcdregistry.Instance;
import io.etcdregistry.ViewOptions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How evenly each picker spreads load, within what the textbook says of it. */
class SelectorsTest {
  private static final int MEMBERS = 100;
  private static final int PICKS = 100_000;

  private static IntSummaryStatistics load(Map<String, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).summaryStatistics();
  }

  /** Five standard deviations of a binomial distribution. */
  private static double chance(double share, int picks) {
    return 5 * Math.sqrt(picks * share * (1 - share));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void random_isBinomial(long seed) {
    Fleet fleet = new Fleet(ViewOptions.random(), seed).show(Fleet.instances(MEMBERS));
    Map<String, Integer> counts = fleet.picks(PICKS);
    assertThat(counts).hasSize(MEMBERS);
    double mean = (double) PICKS / MEMBERS;
    assertThat(counts.values())
        .allSatisfy(
            count ->
                assertThat((double) count).isCloseTo(mean, within(chance(1.0 / MEMBERS, PICKS))));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void random_followsWeights(long seed) {
    double[] weights = {0.5, 1, 2, 3.5, 0, 13, 1e-6};
    Fleet fleet = new Fleet(ViewOptions.random(), seed).show(Fleet.weighted(weights));
    Map<String, Integer> counts = fleet.picks(PICKS);
    for (int i = 0; i < weights.length; i++) {
      double share = weights[i] / 20;
      assertThat((double) counts.getOrDefault(Fleet.id(i), 0))
          .isCloseTo(PICKS * share, within(chance(share, PICKS) + 1));
    }
    assertThat(counts).doesNotContainKey(Fleet.id(4));
  }

  @Test
  void roundRobin_isEven_atAnyMoment() {
    Fleet fleet = new Fleet(ViewOptions.roundRobin(), 1).show(Fleet.instances(MEMBERS));
    for (int picks : new int[] {1, 99, 100, 101, 12_345}) {
      Map<String, Integer> counts = fleet.picks(picks);
      assertThat(load(counts).getMax()).isLessThanOrEqualTo(1 + picks / MEMBERS);
      assertThat(counts.size()).isEqualTo(Math.min(picks, MEMBERS));
    }
  }

  @Test
  void roundRobin_goesOn_whenTheFleetChanges() {
    Fleet fleet = new Fleet(ViewOptions.roundRobin(), 1).show(Fleet.instances(10));
    List<String> before = fleet.chosen(4);
    fleet.show(Fleet.instances(10));
    before.addAll(fleet.chosen(6));
    assertThat(before).doesNotHaveDuplicates();
  }

  @Test
  void roundRobin_paysNoHeedToWeights_butToZero() {
    Fleet fleet = new Fleet(ViewOptions.roundRobin(), 1).show(Fleet.weighted(1, 5, 0, 0.1));
    assertThat(fleet.picks(300)).hasSize(3).containsEntry(Fleet.id(3), 100);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void weighted_isWithinThreeOfItsShare_atAnyMoment(long seed) {
    Random random = new Random(seed);
    double[] weights = random.doubles(MEMBERS, 0.01, 10).toArray();
    weights[7] = 400; // nearly half of all
    double total = java.util.Arrays.stream(weights).sum();
    Fleet fleet = new Fleet(ViewOptions.weighted(), seed).show(Fleet.weighted(weights));
    int[] counts = new int[MEMBERS];
    double worst = 0;
    for (int picked = 1; picked <= 20_000; picked++) {
      counts[Integer.parseInt(fleet.balancer.pick().orElseThrow().id())]++;
      for (int i = 0; i < MEMBERS && picked % 7 == 0; i++) {
        double share = picked * weights[i] / total;
        double of = weights[i] == 400 ? Math.sqrt(MEMBERS) : 1; // what a round may be off
        worst = Math.max(worst, Math.abs(counts[i] - share) / of);
      }
    }
    assertThat(worst).isLessThan(3);
  }

  @Test
  void weighted_isSmooth_andDoesNotComeInBursts() {
    Fleet fleet = new Fleet(ViewOptions.weighted(), 1).show(Fleet.weighted(5, 1, 1));
    List<String> chosen = fleet.chosen(70);
    assertThat(Collections.frequency(chosen, Fleet.id(0))).isBetween(49, 51);
    for (int i = 0; i + 10 <= chosen.size(); i++) {
      assertThat(chosen.subList(i, i + 10)).contains(Fleet.id(1), Fleet.id(2));
    }
  }

  @Test
  void weighted_oneThatOutweighsThousands_isFoundAtOnce() {
    double[] weights = new double[10_000];
    java.util.Arrays.fill(weights, 1e-3);
    weights[77] = 1e6;
    Fleet fleet = new Fleet(ViewOptions.weighted(), 1).show(Fleet.weighted(weights));
    assertThat(fleet.picks(10_000).get(Fleet.id(77))).isGreaterThan(9_990);
  }

  @Test
  void leastPending_isEven_whileCallsGoOn() {
    Fleet fleet = new Fleet(ViewOptions.leastPending(), 1).show(Fleet.instances(MEMBERS));
    Map<String, Integer> counts =
        Fleet.counts(1234, () -> fleet.balancer.begin().map(Call::instance));
    assertThat(load(counts).getMax()).isEqualTo(13);
    assertThat(load(counts).getMin()).isEqualTo(12);
  }

  @Test
  void leastPending_followsWeights_whileCallsGoOn_andWhenThereAreNone() {
    double[] weights = {1, 2, 5, 0};
    Fleet fleet = new Fleet(ViewOptions.leastPending(), 1).show(Fleet.weighted(weights));
    Map<String, Integer> alone = fleet.picks(8000);
    assertThat(alone.get(Fleet.id(2))).isBetween(4500, 5500);
    Map<String, Integer> busy = Fleet.counts(800, () -> fleet.balancer.begin().map(Call::instance));
    assertThat(busy.get(Fleet.id(0))).isBetween(98, 102);
    assertThat(busy.get(Fleet.id(2))).isBetween(498, 502);
    assertThat(busy).doesNotContainKey(Fleet.id(3));
  }

  /** The greatest load of n balls in n bins: ln ln n / ln 2 + O(1), not ln n / ln ln n. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void powerOfTwoChoices_greatestLoad_isDoublyLogarithmic(long seed) {
    int members = 1000;
    Fleet fleet = new Fleet(ViewOptions.powerOfTwoChoices(), seed).show(Fleet.instances(members));
    double bound = Math.log(Math.log(members)) / Math.log(2) + 2;
    Map<String, Integer> counts = new HashMap<>();
    for (int round = 1; round <= 5; round++) {
      Fleet.counts(members, () -> fleet.balancer.begin().map(Call::instance))
          .forEach((id, calls) -> counts.merge(id, calls, Integer::sum));
      assertThat(load(counts).getMax()).isLessThanOrEqualTo((int) Math.ceil(round + bound));
    }
  }

  @Test
  void powerOfTwoChoices_amongAlikes_followsWeights() {
    Fleet fleet = new Fleet(ViewOptions.powerOfTwoChoices(), 1).show(Fleet.weighted(1, 3, 4, 0));
    Map<String, Integer> counts = fleet.picks(8000);
    assertThat(counts.get(Fleet.id(0))).isBetween(850, 1150);
    assertThat(counts.get(Fleet.id(1))).isBetween(2750, 3250);
    assertThat(counts).hasSize(3);
  }

  @Test
  void everyPicker_choosesTheOnlyOne_andNothingOfNothing() {
    List<ViewOptions> all = new ArrayList<>();
    all.add(ViewOptions.random());
    all.add(ViewOptions.roundRobin());
    all.add(ViewOptions.weighted());
    all.add(ViewOptions.leastPending());
    all.add(ViewOptions.powerOfTwoChoices());
    for (ViewOptions options : all) {
      Fleet fleet = new Fleet(options, 1);
      assertThat(fleet.balancer.pick()).isEmpty();
      assertThat(fleet.balancer.pick("key")).isEmpty();
      assertThat(fleet.balancer.begin()).isEmpty();
      assertThat(fleet.balancer.begin("key")).isEmpty();
      Instance only = Fleet.instance("only", "\"weight\":0");
      fleet.show(only);
      assertThat(fleet.balancer.pick()).contains(only);
      assertThat(fleet.balancer.pick("key")).contains(only);
      assertThat(fleet.balancer.begin().map(Call::instance)).contains(only);
      fleet.show(List.of());
      assertThat(fleet.balancer.pick()).isEmpty();
    }
  }
}
