package io.etcdregistry.internal.lease;

import java.time.Duration;

/**
 * Where one lease stands.
 *
 * @param phase what is being done about it
 * @param lease its id; 0 if none was chosen yet
 * @param ttl its TTL in nanoseconds: what was asked for, then what etcd granted
 * @param renewedAt when the renewal that etcd confirmed last was sent: from then on it lives at
 *     least a TTL
 * @param sentAt when the renewal under way was sent; the first one, if another was sent after it
 * @param asking whether a renewal is under way
 * @param dueAt when something has to be done next
 * @param failures grants or renewals that failed in a row
 */
record LeaseState(
    Phase phase,
    long lease,
    long ttl,
    long renewedAt,
    long sentAt,
    boolean asking,
    long dueAt,
    int failures) {
  /** What is being done about a lease. */
  enum Phase {
    /** Nobody wants it. Leads to GRANTING. */
    IDLE,
    /** Wanted; the next grant waits for its time. Leads to GRANTING, IDLE. */
    WAITING,
    /** A grant is under way. Leads to HELD, WAITING, IDLE. */
    GRANTING,
    /** etcd confirmed it within the last TTL. Leads to SUSPECT, WAITING (lost), IDLE. */
    HELD,
    /**
     * Not confirmed for a whole TTL: etcd may have dropped it, or may not be able to tell. Renewed
     * all the same, for etcd's own clock decides. Leads to HELD, WAITING (lost), IDLE.
     */
    SUSPECT
  }

  static LeaseState idle(Duration ttl) {
    return new LeaseState(Phase.IDLE, 0, ttl.toNanos(), 0, 0, false, 0, 0);
  }

  /** Whether keys may be put under it. */
  boolean usable() {
    return phase == Phase.HELD || phase == Phase.SUSPECT;
  }

  LeaseState waiting(long id, long at, int failed) {
    return new LeaseState(Phase.WAITING, id, ttl, 0, 0, false, at, failed);
  }

  LeaseState granting(long id, long now) {
    return new LeaseState(Phase.GRANTING, id, ttl, 0, now, false, Long.MAX_VALUE, failures);
  }

  LeaseState held(long granted, long confirmed, long next) {
    return new LeaseState(Phase.HELD, lease, granted, confirmed, 0, false, next, 0);
  }

  LeaseState asked(long sent, long next, int failed) {
    return new LeaseState(phase, lease, ttl, renewedAt, sent, true, next, failed);
  }

  LeaseState unanswered(long next, int failed) {
    return new LeaseState(phase, lease, ttl, renewedAt, 0, false, next, failed);
  }

  LeaseState suspect() {
    return new LeaseState(Phase.SUSPECT, lease, ttl, renewedAt, sentAt, asking, dueAt, failures);
  }
}
