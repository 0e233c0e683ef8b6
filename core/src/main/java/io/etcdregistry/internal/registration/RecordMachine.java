package io.etcdregistry.internal.registration;

import io.etcdregistry.internal.store.KeyValue;
import io.etcdregistry.internal.store.Write;
import io.etcdregistry.internal.store.Write.Guard;
import java.util.Optional;
import java.util.function.LongPredicate;

/**
 * Decides about one key: a pure function of what is wanted and what is known.
 *
 * <p>Every write is guarded, so that a repeated, delayed or lost one cannot do harm unnoticed: a
 * put by "there is none" or by the revision and the lease just read, a delete by these. A key on a
 * lease that is not ours is never touched, but for the first write of a join: the latest join wins.
 */
final class RecordMachine {
  /** What is wanted of a key. */
  enum Goal {
    /** The document, whoever holds the key. */
    TAKE,
    /** The document, unless another owner holds the key. */
    KEEP,
    /** Nothing of ours. */
    GONE,
    /** Nothing of ours, which can never have been there: not even a look, which may be refused. */
    NONE
  }

  /** What to do about it. */
  enum Verdict {
    /** etcd holds what is wanted. */
    SETTLED,
    /** Another owner holds the key: wait until it vanishes. */
    SUPERSEDED,
    /** There is no lease to put under: wait for one. */
    NEEDS_LEASE,
    /** The write given is to be made. */
    WRITE
  }

  /**
   * A decision.
   *
   * @param verdict what to do
   * @param write the write to make, if any
   */
  record Decision(Verdict verdict, Optional<Write> write) {
    private static Decision of(Verdict verdict) {
      return new Decision(verdict, Optional.empty());
    }

    private static Decision write(Write write) {
      return new Decision(Verdict.WRITE, Optional.of(write));
    }
  }

  private RecordMachine() {}

  /**
   * Decides.
   *
   * @param key the key
   * @param goal what is wanted
   * @param document what to put
   * @param lease the lease to put under, or 0 if there is none at the moment
   * @param observed what is known
   * @param ours whether a lease is, or ever was, this client's
   */
  static Decision decide(
      String key, Goal goal, byte[] document, long lease, Observed observed, LongPredicate ours) {
    return switch (goal) {
      case NONE -> Decision.of(Verdict.SETTLED);
      case GONE -> remove(key, observed, ours);
      case TAKE, KEEP -> keep(key, goal, document, lease, observed, ours);
    };
  }

  private static Decision remove(String key, Observed observed, LongPredicate ours) {
    return switch (observed.kind()) {
      case UNKNOWN -> Decision.write(Write.read(key));
      case ABSENT -> Decision.of(Verdict.SETTLED);
      case FOUND ->
          ours.test(observed.lease())
              ? Decision.write(
                  Write.delete(key, Guard.REVISION, revision(observed)).heldBy(observed.lease()))
              : Decision.of(Verdict.SETTLED);
    };
  }

  private static Decision keep(
      String key, Goal goal, byte[] document, long lease, Observed observed, LongPredicate ours) {
    if (lease != 0 && observed.holds(document, lease)) {
      return Decision.of(Verdict.SETTLED);
    }
    boolean found = observed.kind() == Observed.Kind.FOUND;
    if (found && goal == Goal.KEEP && !ours.test(observed.lease())) {
      return Decision.of(Verdict.SUPERSEDED);
    }
    if (lease == 0) {
      return Decision.of(Verdict.NEEDS_LEASE);
    }
    return Decision.write(
        found
            ? Write.put(key, Guard.REVISION, revision(observed), document, lease)
                .heldBy(observed.lease())
            : Write.put(key, Guard.ABSENT, 0, document, lease));
  }

  private static long revision(Observed observed) {
    return observed.pair().map(KeyValue::modRevision).orElse(0L);
  }
}
