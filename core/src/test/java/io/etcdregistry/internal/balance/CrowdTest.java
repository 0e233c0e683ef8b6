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
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A list that is followed change by change is chosen from as if it were looked at anew. */
final class CrowdTest {
  static List<ViewOptions> pickers() {
    return List.of(ViewOptions.random(), ViewOptions.roundRobin(), ViewOptions.weighted());
  }

  /** Now and then a weight or nobody up, so that the crowd is given up and comes again. */
  private static Instance drawn(int number, Random random) {
    int dice = random.nextInt(400);
    String members =
        dice == 0
            ? "\"weight\":3"
            : dice < 40 ? "\"status\":\"draining\"" : dice < 60 ? "\"status\":\"down\"" : "";
    return Fleet.instance(Fleet.id(number), members, 1 + random.nextInt(2));
  }

  private static Set<String> eligible(Iterable<Instance> all) {
    Map<Instance.Status, Set<String>> ids = new HashMap<>();
    all.forEach(one -> ids.computeIfAbsent(one.status(), status -> new HashSet<>()).add(one.id()));
    return ids.getOrDefault(
        Instance.Status.UP, ids.getOrDefault(Instance.Status.DRAINING, Set.of()));
  }

  @ParameterizedTest
  @MethodSource("pickers")
  void pick_afterAnyChanges_givesAllThatAreThere_andNobodyElse(ViewOptions options) {
    for (int seed = 0; seed < 30; seed++) {
      Fleet fleet = new Fleet(options, seed);
      Random random = new Random(seed);
      Map<Integer, Instance> all = new TreeMap<>();
      int most = 1 + random.nextInt(40);
      for (int step = 0; step < 60; step++) {
        for (int i = random.nextInt(1 + most / 4); i >= 0; i--) {
          int number = random.nextInt(most);
          if (random.nextInt(3) == 0) {
            all.remove(number);
          } else {
            all.put(number, drawn(number, random));
          }
        }
        fleet.show(List.copyOf(all.values()));
        Set<String> expected = eligible(all.values());
        if (expected.isEmpty()) {
          assertThat(fleet.balancer.pick()).isEmpty();
          assertThat(fleet.balancer.pick("key")).isEmpty();
        } else {
          assertThat(fleet.picks(40 * expected.size() + 40)).containsOnlyKeys(expected);
          assertThat(fleet.balancer.pick("key").orElseThrow()).isIn(all.values());
        }
      }
    }
  }

  @Test
  void pick_inTurn_givesEachOnceARound_whoeverCameAndWent() {
    Fleet fleet = new Fleet(ViewOptions.roundRobin(), 1);
    List<Instance> all = new ArrayList<>(Fleet.instances(20));
    fleet.show(List.copyOf(all));
    all.remove(7);
    all.remove(3);
    all.add(Fleet.instance(Fleet.id(50), ""));
    fleet.show(List.copyOf(all));
    assertThat(fleet.picks(all.size() * 3).values()).hasSize(all.size()).containsOnly(3);
  }

  /** The same as for a client that has just come. */
  @ParameterizedTest
  @ValueSource(strings = {"user-1", "user-2", "", "user-4711"})
  void pick_byKey_doesNotDependOnWhatWasBefore(String key) {
    Fleet fleet = new Fleet(ViewOptions.random(), 1);
    fleet.show(Fleet.instances(30));
    fleet.show(Fleet.instances(20));
    List<Instance> rest = Fleet.instances(40).subList(5, 40);
    fleet.show(rest);
    Fleet fresh = new Fleet(ViewOptions.random(), 2).show(rest);
    assertThat(fleet.balancer.pick(key)).isEqualTo(fresh.balancer.pick(key));
  }

  @Test
  void replaced_isChosenAsItIsNow() {
    Fleet fleet = new Fleet(ViewOptions.random(), 1);
    fleet.show(Fleet.instances(3));
    fleet.show(
        Fleet.instances(3).stream()
            .map(one -> Fleet.instance(one.id(), "\"n\":2"))
            .collect(Collectors.toList()));
    for (int i = 0; i < 20; i++) {
      assertThat(fleet.balancer.pick().orElseThrow().number("n")).isPresent();
    }
  }

  @Test
  void ejected_isLeftOut_andComesBack_whileOthersCome() {
    Fleet fleet = new Fleet(ViewOptions.random(), 1);
    fleet.show(Fleet.instances(4));
    fleet.calls(400, Fleet.id(2));
    assertThat(fleet.picks(200)).doesNotContainKey(Fleet.id(2)).hasSize(3);
    fleet.show(Fleet.instances(6));
    assertThat(fleet.picks(400)).doesNotContainKey(Fleet.id(2)).hasSize(5);
    fleet.time.advance(Ejections.LONGEST);
    fleet.calls(100, "");
    assertThat(fleet.picks(400)).hasSize(6);
    fleet.show(Fleet.instances(5));
    assertThat(fleet.picks(400)).hasSize(5);
  }

  @Test
  void nodes_ofThoseThatWent_areForgotten() {
    Fleet fleet = new Fleet(ViewOptions.random(), 1);
    Instance first = Fleet.instance("a", "", 1);
    fleet.show(first, Fleet.instance("b", ""));
    Nodes nodes = new Nodes(fleet.time);
    Node node = nodes.of(first);
    assertThat(nodes.of(first)).isSameAs(node);
    nodes.moved(first, Fleet.instance("a", "\"n\":2", 1)); // an update is no other life
    assertThat(nodes.of(first)).isSameAs(node);
    nodes.moved(first, Fleet.instance("a", "", 2));
    assertThat(nodes.at(first.key())).isNull();
    nodes.of(first);
    nodes.moved(first, null);
    assertThat(nodes.at(first.key())).isNull();
  }
}
