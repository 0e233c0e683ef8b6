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

  /** By how many clients each of 200 instances is used, if 300 clients use 20 each. */
  private static int[] clientsOfEach(IntUnaryOperator number) {
    List<Instance> fleet = Fleet.instances(200);
    Map<String, Integer> clients = new HashMap<>();
    for (int client = 0; client < 300; client++) {
      Subset subset = new Subset(20, number.applyAsInt(client));
      subset.of(fleet).forEach(used -> clients.merge(used.id(), 1, Integer::sum));
    }
    assertThat(clients).hasSize(200);
    return clients.values().stream().mapToInt(Integer::intValue).toArray();
  }

  /** In times of what it would be if subsets were drawn. */
  private static double variance(int[] clients) {
    double drawn = 300 * 0.1 * 0.9;
    return IntStream.of(clients).mapToDouble(c -> (c - 30) * (c - 30)).average().orElseThrow()
        / drawn;
  }

  @Test
  void clients_useEachInstanceAsEvenlyAsChance_whateverTheirNumbers() {
    Random random = new Random(42);
    for (int[] clients :
        List.of(clientsOfEach(client -> client), clientsOfEach(client -> random.nextInt()))) {
      assertThat(IntStream.of(clients).boxed())
          .allSatisfy(count -> assertThat(count).isBetween(7, 53)); // 4.5 deviations
      assertThat(variance(clients)).isBetween(0.6, 1.4);
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
