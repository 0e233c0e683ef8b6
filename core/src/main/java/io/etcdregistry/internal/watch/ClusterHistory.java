package io.etcdregistry.internal.watch;

import io.etcdregistry.internal.store.Header;

/**
 * What linearizable answers prove about the cluster: that it is the one known so far, and goes on
 * from where it was seen.
 *
 * <p>A cluster that was wiped and started with the same flags has the same id, and accepts a watch
 * from a revision in its future without a word. But an answer to a linearizable call cannot be
 * older than what was seen before the call was sent. Answers of watch streams prove nothing: their
 * member may lag behind.
 */
final class ClusterHistory {
  /**
   * What was known when a call was sent.
   *
   * @param epoch how many resets were seen by then
   * @param revision the highest revision seen by then
   */
  record Mark(int epoch, long revision) {}

  private long clusterId;
  private long revision;
  private int epoch;

  /** To be taken when a linearizable call is sent. */
  Mark mark() {
    return new Mark(epoch, revision);
  }

  /** Whether no reset is known since a mark: else the answer may be of the cluster before. */
  boolean goesOn(Mark sent) {
    return sent.epoch() == epoch;
  }

  /** The id of the cluster known so far, or 0. */
  long clusterId() {
    return clusterId;
  }

  /** A revision was seen in events or answers. */
  void saw(long seen) {
    revision = Math.max(revision, seen);
  }

  /** Whether a header hints at a reset; to be settled by a linearizable call. */
  boolean suspicious(Header header) {
    boolean told = clusterId != 0 && header.clusterId() != 0;
    return told && (header.clusterId() != clusterId || header.revision() < revision);
  }

  /**
   * Takes in the answer to a linearizable call.
   *
   * @return whether it proves that the cluster was wiped, restored or exchanged since the mark
   */
  boolean provesReset(Header header, Mark sent) {
    if (!goesOn(sent)) {
      return false;
    }
    boolean other = clusterId != 0 && header.clusterId() != clusterId;
    boolean older = header.revision() < sent.revision();
    clusterId = header.clusterId();
    if (other || older) {
      reset(header.revision());
      return true;
    }
    saw(header.revision());
    return false;
  }

  /** A reset was proven by other means. */
  void reset(long from) {
    epoch++;
    revision = from;
  }
}
