package io.etcdregistry.internal.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.etcdregistry.Instance;
import io.etcdregistry.ViewOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is near is preferred, as far as it can carry its callers. */
class ZonesTest {
  private static List<Instance> fleet(int a, int b, int c, int none) {
    List<Instance> fleet = new ArrayList<>();
    int[] counts = {a, b, c, none};
    String[] zones = {"a", "b", "c", ""};
    for (int zone = 0; zone < zones.length; zone++) {
      for (int i = 0; i < counts[zone]; i++) {
        String said = zones[zone].isEmpty() ? "" : "\"zone\":\"" + zones[zone] + "\"";
        fleet.add(Fleet.instance(zones[zone] + "-" + i, said));
      }
    }
    return fleet;
  }

  /** The share of each zone, in percent, that callers in a zone give it. */
  private static Map<String, Double> shares(ViewOptions options, List<Instance> fleet) {
    int picks = 40_000;
    Map<String, Double> shares = new HashMap<>();
    new Fleet(options, 1)
        .show(fleet)
        .picks(picks)
        .forEach(
            (id, count) ->
                shares.merge(id.replaceAll("-.*", ""), 100.0 * count / picks, Double::sum));
    return shares;
  }

  @ParameterizedTest
  @CsvSource({
    // instances of a, b, c and of no zone; what callers in a give to each, in percent
    "4, 4, 4, 0,  100, 0, 0, 0", // it can carry its third
    "9, 2, 1, 0,  100, 0, 0, 0", // more than it
    "2, 4, 6, 0,  50, 0, 50, 0", // half of it: the rest goes to where there is more than needed
    "1, 4, 4, 0,  33.3, 33.3, 33.3, 0", // b and c have as much to spare
    "0, 4, 4, 0,  0, 50, 50, 0", // nothing special
    "0, 0, 5, 0,  0, 0, 100, 0",
    "5, 0, 0, 0,  100, 0, 0, 0",
    "2, 0, 0, 6,  25, 0, 0, 75", // what is nowhere belongs to all
    "0, 0, 0, 5,  0, 0, 0, 100",
    "1, 1, 0, 2,  50, 0, 0, 50"
  })
  void zone_isPreferred_inProportionToItsCapacity(
      int a, int b, int c, int none, double toA, double toB, double toC, double toNone) {
    List<Instance> fleet = fleet(a, b, c, none);
    for (ViewOptions options :
        List.of(ViewOptions.random(), ViewOptions.roundRobin(), ViewOptions.weighted())) {
      Map<String, Double> shares = shares(options.zone("a"), fleet);
      assertThat(shares.getOrDefault("a", 0.0)).isCloseTo(toA, within(1.5));
      assertThat(shares.getOrDefault("b", 0.0)).isCloseTo(toB, within(1.5));
      assertThat(shares.getOrDefault("c", 0.0)).isCloseTo(toC, within(1.5));
      assertThat(shares.getOrDefault("", 0.0)).isCloseTo(toNone, within(1.5));
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 4, 6", "1, 1, 10", "5, 5, 5", "7, 3, 2", "3, 1, 1"})
  void callersSpreadEvenly_loadEveryInstanceAlike(int a, int b, int c) {
    List<Instance> fleet = fleet(a, b, c, 0);
    Map<String, Double> load = new HashMap<>();
    for (String zone : List.of("a", "b", "c")) {
      new Fleet(ViewOptions.weighted().zone(zone), 1)
          .show(fleet)
          .picks(12_000)
          .forEach((id, count) -> load.merge(id, (double) count, Double::sum));
    }
    double mean = 36_000.0 / fleet.size();
    assertThat(load).hasSize(fleet.size());
    assertThat(load.values())
        .allSatisfy(calls -> assertThat(calls).isCloseTo(mean, within(mean * 0.01 + 5)));
  }

  @Test
  void weights_areCapacity() {
    List<Instance> fleet =
        List.of(
            Fleet.instance("a-1", "\"zone\":\"a\",\"weight\":1"),
            Fleet.instance("b-1", "\"zone\":\"b\",\"weight\":3"));
    Map<String, Double> shares = shares(ViewOptions.random().zone("a"), fleet);
    assertThat(shares.get("a")).isCloseTo(50, within(1.5));
    assertThat(shares(ViewOptions.random().zone("b"), fleet)).containsOnlyKeys("b");
  }

  @Test
  void zoneThatIsNoText_isNoZone_andZoneUnknownToAll_isNoPreference() {
    List<Instance> odd = List.of(Fleet.instance("x-1", "\"zone\":7"), Fleet.instance("y-1", ""));
    assertThat(shares(ViewOptions.random().zone("7"), odd).get("x")).isCloseTo(50, within(1.5));
    assertThat(shares(ViewOptions.random().zone("z"), fleet(1, 3, 0, 0)).get("b"))
        .isBetween(50.0, 100.0);
  }

  @Test
  void instancesNearThatAreLeftOut_makeRoomForOthers() {
    Fleet fleet = new Fleet(ViewOptions.random().zone("a"), 1).show(fleet(2, 2, 0, 0));
    assertThat(fleet.picks(1000)).containsOnlyKeys("a-0", "a-1");
    fleet.failUntilOut("a-0");
    Map<String, Integer> picks = fleet.picks(3000);
    assertThat(picks).containsOnlyKeys("a-1", "b-0", "b-1");
    assertThat(picks.get("a-1")).isBetween(1850, 2150); // two thirds of what it was to carry
  }
}
