package io.etcdregistry.internal.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Instance;
import io.etcdregistry.ViewOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Each client uses a few of many instances. */
class SubsetTest {
  private static Set<String> ids(List<Instance> instances) {
    return instances.stream().map(Instance::id).collect(Collectors.toSet());
  }

  @Test
  void oneThatComesOrGoes_exchangesOneMemberAtMost() {
    Random random = new Random(42);
    List<Instance> fleet = new ArrayList<>(Fleet.instances(60));
    List<Subset> clients = new ArrayList<>();
    for (int client = 0; client < 50; client++) {
      clients.add(new Subset(1 + random.nextInt(30), client % 2 == 0 ? client : random.nextInt()));
    }
    List<Set<String>> before = clients.stream().map(client -> ids(client.of(fleet))).toList();
    for (int step = 0; step < 400; step++) {
      if (fleet.size() > 1 && random.nextInt(100) < (fleet.size() > 60 ? 60 : 40)) {
        fleet.remove(random.nextInt(fleet.size()));
      } else {
        fleet.add(Fleet.instance(Fleet.id(1000 + step), ""));
      }
      List<Set<String>> after = clients.stream().map(client -> ids(client.of(fleet))).toList();
      for (int i = 0; i < clients.size(); i++) {
        assertThat(after.get(i)).hasSize(Math.min(clients.get(i).size(), fleet.size()));
        Set<String> lost = new HashSet<>(before.get(i));
        lost.removeAll(after.get(i));
        Set<String> won = new HashSet<>(after.get(i));
        won.removeAll(before.get(i));
        assertThat(lost).hasSizeLessThanOrEqualTo(1);
        assertThat(won).hasSizeLessThanOrEqualTo(1);
      }
      before = after;
    }
  }

  /** By how many clients each instance is used. */
  private static int[] clientsOfEach(
      int instances, int clients, int size, IntUnaryOperator number) {
    List<Instance> fleet = Fleet.instances(instances);
    Map<String, Integer> users = new HashMap<>();
    for (int client = 0; client < clients; client++) {
      Subset subset = new Subset(size, number.applyAsInt(client));
      subset.of(fleet).forEach(used -> users.merge(used.id(), 1, Integer::sum));
    }
    return fleet.stream().mapToInt(used -> users.getOrDefault(used.id(), 0)).toArray();
  }

  /** In times of what it would be if subsets were drawn. */
  private static double variance(int instances, int clients, int size, IntUnaryOperator number) {
    double share = (double) size / instances;
    double mean = clients * share;
    return IntStream.of(clientsOfEach(instances, clients, size, number))
            .mapToDouble(users -> (users - mean) * (users - mean))
            .average()
            .orElseThrow()
        / (mean * (1 - share));
  }

  @Test
  void clients_useEachInstanceAsEvenlyAsChance_whateverTheirNumbers() {
    Random random = new Random(42);
    int[] clients = clientsOfEach(200, 300, 20, client -> random.nextInt());
    assertThat(IntStream.of(clients).boxed())
        .allSatisfy(count -> assertThat(count).isBetween(7, 53)); // 4.5 deviations
    assertThat(variance(200, 300, 20, client -> random.nextInt())).isBetween(0.6, 1.4);
  }

  @Test
  void clientsNumberedInARow_useEachInstanceTwiceAsEvenly() {
    IntUnaryOperator inARow = client -> client - 50;
    assertThat(IntStream.of(clientsOfEach(200, 300, 20, inARow)).boxed())
        .allSatisfy(count -> assertThat(count).isBetween(15, 45)); // drawn: 30, give or take 16
    assertThat(variance(100, 300, 20, inARow)).isLessThan(0.35);
    assertThat(variance(200, 300, 20, inARow)).isLessThan(0.35);
    assertThat(variance(400, 1000, 20, inARow)).isLessThan(0.35);
  }

  @Test
  void clientsNumberedInARow_areNeverLessEvenThanChance() {
    for (int[] fleet :
        List.of(
            new int[] {100, 500, 1},
            new int[] {100, 500, 3},
            new int[] {30, 300, 10},
            new int[] {50, 300, 20},
            new int[] {60, 300, 50},
            new int[] {100, 500, 5},
            new int[] {2000, 1000, 20})) {
      double variance = variance(fleet[0], fleet[1], fleet[2], client -> client);
      assertThat(variance)
          .as(fleet[1] + " clients: " + fleet[2] + " of " + fleet[0])
          .isLessThan(1.5);
    }
  }

  @Test
  void view_choosesAmongTheSubsetOnly_alsoByKey() {
    ViewOptions options = ViewOptions.roundRobin().subset(5, 3);
    Fleet fleet = new Fleet(options, 1).show(Fleet.instances(50));
    Map<String, Integer> picks = fleet.picks(500);
    assertThat(picks).hasSize(5);
    for (int key = 0; key < 100; key++) {
      assertThat(picks).containsKey(fleet.balancer.pick("k" + key).orElseThrow().id());
    }
    assertThat(new Fleet(options, 2).show(Fleet.instances(50)).picks(500).keySet())
        .isEqualTo(picks.keySet());
  }
}
