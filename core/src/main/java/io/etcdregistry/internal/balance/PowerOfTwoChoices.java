package io.etcdregistry.internal.balance;

import io.etcdregistry.spi.Time;

/**
 * The better of two members drawn by weight: the one where a call is expected to take less time,
 * see {@link Node#cost}. Two choices instead of one bring the greatest load down from {@code log n
 * / log log n} to {@code log log n} above the mean (Azar, Broder, Karlin, Upfal 1994; Mitzenmacher
 * 1996), and a third would add little.
 *
 * <p>The cost is Finagle's: the latency's decaying peak (peak EWMA) times the calls under way.
 */
final class PowerOfTwoChoices implements Selector {
  private static final int DRAWS = 4;

  private final Selector draws;
  private final Node[] nodes;
  private final Time time;

  PowerOfTwoChoices(Selector draws, Table table, Time time) {
    this.draws = draws;
    this.nodes = table.nodes();
    this.time = time;
  }

  @Override
  public int next() {
    int first = draws.next();
    if (nodes.length == 1) {
      return first;
    }
    int second = another(first);
    long now = time.nanoTime();
    return nodes[second].cost(now) < nodes[first].cost(now) ? second : first;
  }

  /** Another one than the first, by weight; the next one if the first is nearly all there is. */
  private int another(int first) {
    for (int drawn = 0; drawn < DRAWS; drawn++) {
      int second = draws.next();
      if (second != first) {
        return second;
      }
    }
    return first + 1 == nodes.length ? 0 : first + 1;
  }
}
