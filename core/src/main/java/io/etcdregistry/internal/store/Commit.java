package io.etcdregistry.internal.store;

import java.util.List;
import java.util.Optional;

/**
 * What became of a transaction.
 *
 * @param header the cluster and the revision after it
 * @param outcomes one for each write, in their order
 * @param straggling whether another attempt of the same call was sent and not answered, or answered
 *     by something as "timed out", so that it may still be applied, now or much later
 * @param unanswered whether such an attempt is still under way: a member that hangs may hold it.
 *     Else its connection ended or it was answered, and hardly anything of it can come
 */
public record Commit(
    Header header, List<Outcome> outcomes, boolean straggling, boolean unanswered) {
  /** One whose other attempts, if any, are under way. */
  public Commit(Header header, List<Outcome> outcomes, boolean straggling) {
    this(header, outcomes, straggling, straggling);
  }

  /**
   * What became of one write.
   *
   * @param applied whether its guard held
   * @param found what is at the key, if the guard did not hold or the action was to read
   */
  public record Outcome(boolean applied, Optional<KeyValue> found) {}
}
