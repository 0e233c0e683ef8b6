package io.etcdregistry.internal.balance;

import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Independent draws by weight in constant time: the alias method (Walker 1977), with Vose's way of
 * building its table in linear time (1991).
 */
final class WeightedDraw implements Selector {
  private final double[] own;
  private final int[] alias;
  private final Supplier<? extends RandomGenerator> random;

  WeightedDraw(double[] weights, Supplier<? extends RandomGenerator> random) {
    int size = weights.length;
    this.own = new double[size];
    this.alias = new int[size];
    this.random = random;
    double total = 0;
    for (double weight : weights) {
      total += weight;
    }
    int[] places = new int[size]; // those below the mean from the left, the others from the right
    int small = 0;
    int large = size;
    for (int place = 0; place < size; place++) {
      own[place] = weights[place] * size / total;
      alias[place] = place;
      if (own[place] < 1) {
        places[small++] = place;
      } else {
        places[--large] = place;
      }
    }
    while (small > 0 && large < size) {
      int low = places[--small];
      int high = places[large];
      alias[low] = high; // what is missing to the mean comes from one that has more
      own[high] -= 1 - own[low];
      if (own[high] < 1) {
        large++;
        places[small++] = high;
      }
    }
    while (small > 0) {
      own[places[--small]] = 1; // below it only by rounding
    }
  }

  @Override
  public int next() {
    RandomGenerator generator = random.get();
    int place = generator.nextInt(own.length);
    return generator.nextDouble() < own[place] ? place : alias[place];
  }
}
