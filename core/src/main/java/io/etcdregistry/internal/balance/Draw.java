package io.etcdregistry.internal.balance;

import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Independent draws, all members alike. */
record Draw(int size, Supplier<? extends RandomGenerator> random) implements Selector {
  @Override
  public int next() {
    return random.get().nextInt(size);
  }

  /** Draws in proportion to weights, which are all above 0. */
  static Selector of(Table table, Supplier<? extends RandomGenerator> random) {
    return table.even()
        ? new Draw(table.size(), random)
        : new WeightedDraw(table.weights(), random);
  }
}
