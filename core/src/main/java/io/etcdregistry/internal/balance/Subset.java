package io.etcdregistry.internal.balance;

import io.etcdregistry.Instance;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The few of many instances that one client uses, so that not every client is connected with every
 * instance: the instances lie on a ring, where their hashes put them, and a client uses those that
 * follow its own place. At most one member changes if an instance comes or goes.
 *
 * <p>Up to {@value #MOST_SHARING} clients with numbers in a row share a ring, at even distances;
 * the next ones have another, with the instances in another order. So an instance is used by as
 * many clients as others, give or take half of what it would be if each drew its subset ({@code √n}
 * with n clients on the average), if the ring is not much larger or smaller than what the clients
 * on it use together; else, and for clients that are not numbered in a row, it is as if they drew.
 *
 * <p>A ring as in Finagle's deterministic aperture, but in places that do not depend on how many
 * there are, and many rings as in the rounds of "Site Reliability Engineering" (Beyer and others
 * 2016, chapter 20).
 *
 * @param size how many, at least 1
 * @param client which client this is: any number; best 0, 1, 2 and so on
 */
public record Subset(int size, int client) {
  /**
   * More on one ring would be uneven in smaller fleets, as all of them use the arcs of the same
   * instances; so would many with small subsets, whose arcs differ more.
   */
  private static final int MOST_SHARING = 16;

  private static final long PLACE = 0xffff_ffffL;

  /** Those of a list that this client uses, in the list's order. */
  List<Instance> of(List<Instance> all) {
    if (all.size() <= size) {
      return all;
    }
    int sharing = Integer.highestOneBit(Math.min(size, MOST_SHARING));
    long ring = Hash.mix(Math.floorDiv(client, sharing));
    long own = (long) Integer.reverse(Math.floorMod(client, sharing)) << Integer.SIZE;
    long[] scores = new long[all.size()];
    for (int place = 0; place < scores.length; place++) {
      long distance = Hash.mix(ring ^ Rendezvous.hash(all.get(place))) - own;
      long score = distance ^ Long.MIN_VALUE; // to be sorted as unsigned
      scores[place] = (score & ~PLACE) | place; // of the same high bits the earlier key
    }
    Arrays.sort(scores);
    return LongStream.of(scores)
        .limit(size)
        .map(score -> score & PLACE)
        .sorted()
        .mapToObj(place -> all.get((int) place))
        .toList();
  }
}
