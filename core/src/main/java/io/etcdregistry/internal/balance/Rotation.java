package io.etcdregistry.internal.balance;

import java.util.concurrent.atomic.AtomicLong;

/**
 * In turn: each member as often as its weight says, and evenly spread.
 *
 * <p>The result is that of nginx's smooth weighted round robin, which needs a lock and a look at
 * every member for each choice. This is the static stride scheduler of gRPC (proposal A58), which
 * needs only a counter: choice by choice it goes round the members, and takes one in those rounds
 * in which its weight, added up, passes a whole number. As heavy members would make it pass over
 * many light ones, a member above the mean has several slots, so that less than every second slot
 * is passed over on the average. The slots of a member share its weight with phases evenly apart;
 * by Hermite's identity they come up together as often as one slot of the whole weight would, give
 * or take one.
 */
final class Rotation implements Selector {
  /** Multiples of it, modulo 1, are spread evenly however many there are. */
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  private static final double ROUNDING = 1e-9;

  private final AtomicLong position;
  private final int[] members; // by slot
  private final double[] rates; // by slot, above 0 to 1; empty if all are 1
  private final double[] phases; // by slot

  /**
   * A rotation that goes on where another left off.
   *
   * @param table the members, with weights above 0
   * @param position counts slots; shared by the rotations of a client one after the other
   */
  Rotation(Table table, AtomicLong position) {
    this.position = position;
    if (table.even()) {
      members = new int[table.size()];
      for (int member = 0; member < members.length; member++) {
        members[member] = member;
      }
      rates = new double[0];
      phases = rates;
    } else {
      Slots slots = new Slots(table.weights());
      members = slots.members;
      rates = slots.rates;
      phases = slots.phases;
    }
  }

  @Override
  public int next() {
    while (true) {
      long at = position.getAndIncrement();
      int slot = (int) (at % members.length);
      if (rates.length == 0 || isDue(slot, at / members.length)) {
        return members[slot];
      }
    }
  }

  private boolean isDue(int slot, long round) {
    double before = rates[slot] * round + phases[slot];
    return Math.floor(before + rates[slot]) > Math.floor(before);
  }

  /** Lays out the slots: those of one member as far apart as its weight says. */
  private static final class Slots {
    final int[] members;
    final double[] rates;
    final double[] phases;

    Slots(double[] weights) {
      double total = 0;
      for (double weight : weights) {
        total += weight;
      }
      double mean = total / weights.length;
      int count = 0;
      double heaviest = 0;
      for (double weight : weights) {
        int own = slots(weight, mean);
        count += own;
        heaviest = Math.max(heaviest, weight / own);
      }
      members = new int[count];
      rates = new double[count];
      phases = new double[count];
      int[] ends = ends(weights, mean, count);
      for (int member = 0; member < weights.length; member++) {
        int own = slots(weights[member], mean);
        for (int i = 0; i < own; i++) {
          int slot = --ends[bucket(member, i, own, count)];
          members[slot] = member;
          rates[slot] = weights[member] / own / heaviest;
          phases[slot] = fraction(member * GOLDEN + (double) i / own);
        }
      }
    }

    /** Where each bucket of the counting sort by position ends. */
    private static int[] ends(double[] weights, double mean, int count) {
      int[] ends = new int[count];
      for (int member = 0; member < weights.length; member++) {
        int own = slots(weights[member], mean);
        for (int i = 0; i < own; i++) {
          ends[bucket(member, i, own, count)]++;
        }
      }
      for (int bucket = 1; bucket < count; bucket++) {
        ends[bucket] += ends[bucket - 1];
      }
      return ends;
    }

    private static int slots(double weight, double mean) {
      return Math.max(1, (int) Math.ceil(weight / mean - ROUNDING));
    }

    private static int bucket(int member, int i, int own, int count) {
      double place = (i + fraction(member * GOLDEN)) / own;
      return Math.min(count - 1, (int) (place * count));
    }

    private static double fraction(double number) {
      return number - Math.floor(number);
    }
  }
}
