package io.etcdregistry.internal.balance;

import io.etcdregistry.Instance;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The few of many instances that one client uses, so that not every client is connected with every
 * instance: those whose hashes together with the client's number are lowest. At most one member
 * changes if an instance comes or goes, and an instance is used by as many clients as if each drew
 * its subset: with n clients on the average, give or take {@code √n}.
 *
 * <p>Rendezvous hashing (Thaler and Ravishankar 1998), taken to several winners, as in gRPC's
 * random subsetting (proposal A68). Windows in a row of all instances are more even (Finagle's
 * deterministic aperture; "Reinventing Backend Subsetting at Google", Ward and others 2022), but
 * where one goes round the end of the row, two members change at once.
 *
 * @param size how many, at least 1
 * @param client which client this is: any number
 */
public record Subset(int size, int client) {
  private static final long PLACE = 0xffff_ffffL;

  /** Those of a list that this client uses, in the list's order. */
  List<Instance> of(List<Instance> all) {
    if (all.size() <= size) {
      return all;
    }
    long own = Hash.mix(client);
    long[] scores = new long[all.size()];
    for (int place = 0; place < scores.length; place++) {
      long score = Hash.mix(own ^ Rendezvous.hash(all.get(place)));
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
