package io.etcdregistry.internal.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.etcdregistry.Call;
import io.etcdregistry.Instance;
import io.etcdregistry.ViewOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A key belongs to an instance. */
class RendezvousTest {
  private static final int KEYS = 20_000;

  private static Map<String, String> owners(Fleet fleet) {
    Map<String, String> owners = new TreeMap<>();
    for (int key = 0; key < KEYS; key++) {
      owners.put("user-" + key, fleet.balancer.pick("user-" + key).orElseThrow().id());
    }
    return owners;
  }

  private static Map<String, Integer> shares(Map<String, String> owners) {
    Map<String, Integer> shares = new TreeMap<>();
    owners.values().forEach(id -> shares.merge(id, 1, Integer::sum));
    return shares;
  }

  @Test
  void oneOfNThatGoes_movesItsKeysOnly_andToAllOthersAlike() {
    List<Instance> all = Fleet.instances(20);
    Fleet fleet = new Fleet(ViewOptions.random(), 1).show(all);
    Map<String, String> before = owners(fleet);
    List<Instance> fewer = new ArrayList<>(all);
    fewer.remove(7);
    Map<String, String> after = owners(fleet.show(fewer));

    Map<String, String> moved = new TreeMap<>(after);
    moved.entrySet().removeAll(before.entrySet());
    assertThat(moved.keySet()).allSatisfy(key -> assertThat(before).containsEntry(key, "00007"));
    assertThat((double) moved.size()).isCloseTo(KEYS / 20.0, within(5 * Math.sqrt(KEYS / 20.0)));
    assertThat(shares(moved)).hasSize(19);
    assertThat(shares(moved).values()).allSatisfy(share -> assertThat(share).isBetween(15, 95));
    assertThat(owners(fleet.show(all))).isEqualTo(before);
  }

  @Test
  void keys_areSpreadEvenly_andByWeight() {
    Fleet even = new Fleet(ViewOptions.random(), 1).show(Fleet.instances(10));
    assertThat(shares(owners(even)).values())
        .allSatisfy(share -> assertThat((double) share).isCloseTo(2000, within(215.0)));
    Fleet uneven = new Fleet(ViewOptions.random(), 1).show(Fleet.weighted(1, 2, 0, 7));
    Map<String, Integer> shares = shares(owners(uneven));
    assertThat((double) shares.get("00000")).isCloseTo(2000, within(215.0));
    assertThat((double) shares.get("00001")).isCloseTo(4000, within(285.0));
    assertThat((double) shares.get("00003")).isCloseTo(14000, within(325.0));
    assertThat(shares).doesNotContainKey("00002");
  }

  @Test
  void weightThatGrows_movesKeysToIt_andNowhereElse() {
    Fleet fleet = new Fleet(ViewOptions.random(), 1).show(Fleet.weighted(1, 2, 3));
    Map<String, String> before = owners(fleet);
    Map<String, String> after = owners(fleet.show(Fleet.weighted(1, 4, 3)));
    after.entrySet().removeAll(before.entrySet());
    assertThat(after.values()).isNotEmpty().containsOnly("00001");
  }

  @Test
  void clients_agree_whateverTheirPickerAndZone() {
    List<Instance> all = Fleet.instances(20);
    Map<String, String> owners = owners(new Fleet(ViewOptions.random(), 1).show(all));
    ViewOptions other = ViewOptions.leastPending().zone("eu");
    assertThat(owners(new Fleet(other, 2).show(all))).isEqualTo(owners);
  }

  @Test
  void keysOfOneThatIsLeftOut_goElsewhere_andOneOfThemTriesIt() {
    Fleet fleet = new Fleet(ViewOptions.random(), 1).show(Fleet.instances(5));
    Map<String, String> before = owners(fleet);
    fleet.failUntilOut("00003");
    assertThat(owners(fleet).values()).doesNotContain("00003");
    fleet.time.advance(ViewOptions.DEFAULT_EJECTION);
    List<String> tried = new ArrayList<>();
    for (String key : before.keySet()) {
      try (Call call = fleet.balancer.begin(key).orElseThrow()) {
        if (call.instance().id().equals("00003")) {
          tried.add(key);
          call.succeeded();
          break;
        }
      }
    }
    assertThat(tried)
        .singleElement()
        .satisfies(key -> assertThat(before).containsEntry(key, "00003"));
    assertThat(owners(fleet)).isEqualTo(before);
  }
}
