package io.etcdregistry.internal.balance;

import java.util.HashMap;
import java.util.Map;

/**
 * Prefers the caller's zone as far as it can carry its callers, and spreads the rest over what the
 * other zones have to spare, so that every instance gets its due if callers are spread evenly over
 * the zones.
 *
 * <p>Envoy's zone aware routing, where each of Z zones is taken to have 1/Z of the callers: a zone
 * with a share c of the capacity keeps {@code min(1, c·Z)} of its calls; the others are given the
 * rest in proportion to {@code max(0, c - 1/Z)}. No instance in the zone, then, is nothing special:
 * c is 0. What says no zone has no callers of its own, and all it has is to spare.
 */
final class Zones {
  /** Shares below it are a matter of rounding. */
  private static final double NOTHING = 1e-12;

  private Zones() {}

  /** What weights become for callers in a zone. */
  static double[] weights(Table table, String home) {
    String[] zones = new String[table.size()];
    Map<String, Double> capacities = new HashMap<>();
    capacities.put(home, 0.0);
    double total = 0;
    for (int place = 0; place < zones.length; place++) {
      zones[place] = table.instance(place).zone().orElse("");
      capacities.merge(zones[place], table.weights()[place], Double::sum);
      total += table.weights()[place];
    }
    Map<String, Double> factors = factors(capacities, total, home);
    double[] weights = new double[zones.length];
    for (int place = 0; place < zones.length; place++) {
      weights[place] = table.weights()[place] * factors.getOrDefault(zones[place], 0.0);
    }
    return weights;
  }

  /**
   * By what the weights of each zone are multiplied.
   *
   * @param capacities of each zone, with the caller's; the empty one is for those without a zone
   * @param total of them all, above 0
   * @param home the caller's zone
   */
  static Map<String, Double> factors(Map<String, Double> capacities, double total, String home) {
    int named = capacities.size() - (capacities.containsKey("") ? 1 : 0);
    double callers = 1.0 / named;
    double near = capacities.getOrDefault(home, 0.0) / total;
    double kept = Math.min(1, near / callers);
    Map<String, Double> factors = new HashMap<>(); // of those with something to spare
    double spared = 0;
    for (Map.Entry<String, Double> zone : capacities.entrySet()) {
      double own = zone.getKey().isEmpty() ? 0 : callers;
      double left = zone.getValue() / total - own;
      if (!zone.getKey().equals(home) && left > NOTHING) {
        factors.put(zone.getKey(), left / zone.getValue());
        spared += left;
      }
    }
    double rest = spared > 0 ? (1 - kept) / spared : 0;
    factors.replaceAll((zone, factor) -> rest * factor);
    factors.put(home, near > 0 ? kept / near / total : 0);
    return factors;
  }
}
