package io.etcdregistry.internal.balance;

import io.etcdregistry.Instance;
import java.util.Optional;

/**
 * Always the same member for the same key, and for every client: the member for which the hash of
 * both is highest. If one of N goes, its keys, one in N, move to all others alike; no other key
 * moves.
 *
 * <p>Rendezvous hashing (Thaler and Ravishankar, "Using name-based mappings to increase hit rates",
 * 1998), with weights by the logarithmic method (Schindelhauer and Schomaker 2005): a member is
 * ahead for a share of the keys in proportion to its weight.
 */
final class Rendezvous {
  private static final double UNIT = 0x1p-53;

  private final Optional<Instance>[] answers;
  private final long[] hashes;
  private final double[] weights;
  private final boolean even;

  Rendezvous(Table table) {
    this.answers = table.answers();
    this.hashes = new long[table.size()];
    for (int place = 0; place < hashes.length; place++) {
      hashes[place] = hash(table.instance(place));
    }
    this.weights = table.weights();
    this.even = table.even();
  }

  /** What is hashed of an instance: its key, which all clients know. */
  static long hash(Instance instance) {
    return Hash.of(instance.key());
  }

  /** How far ahead a member is for a key; above 0. */
  static double score(long key, long member, double weight) {
    double uniform = ((Hash.mix(key ^ member) >>> 11) + 0.5) * UNIT;
    return weight / -Math.log(uniform);
  }

  /** The member for a key's hash; the table must not be empty. */
  Optional<Instance> answer(long key) {
    return answers[place(key)];
  }

  /** The place for a key's hash; the table must not be empty. */
  int place(long key) {
    return even ? highest(key) : furthestAhead(key);
  }

  /** How far ahead the member at a place is for a key. */
  double score(long key, int place) {
    return score(key, hashes[place], weights[place]);
  }

  private int highest(long key) {
    int best = 0;
    long highest = -1;
    for (int place = 0; place < hashes.length; place++) {
      long hash = Hash.mix(key ^ hashes[place]) >>> 11; // as score takes it, so that both agree
      if (hash > highest) {
        best = place;
        highest = hash;
      }
    }
    return best;
  }

  private int furthestAhead(long key) {
    int best = 0;
    double furthest = -1;
    for (int place = 0; place < hashes.length; place++) {
      double score = score(key, place);
      if (score > furthest) {
        best = place;
        furthest = score;
      }
    }
    return best;
  }
}
