package io.etcdregistry.internal.lease;

/**
 * Something that happened to a lease.
 *
 * @param kind what
 * @param lease which lease it speaks of, 0 if none
 * @param ttl the TTL that etcd gave in nanoseconds, 0 if none
 */
record LeaseEvent(Kind kind, long lease, long ttl) {
  enum Kind {
    /** Somebody wants a lease of this TTL. */
    WANTED,
    /** Nobody wants it any more. */
    UNWANTED,
    /** etcd granted it. */
    GRANTED,
    /** The grant failed, or its answer was lost. */
    GRANT_FAILED,
    /** The grant was refused. */
    GRANT_DENIED,
    /** etcd confirmed a renewal. */
    RENEWED,
    /** etcd does not know the lease. */
    GONE,
    /** The keepalive stream ended. */
    BROKEN,
    /** The clocks disagree: the process may have slept. */
    WOKE,
    /** Time passed. */
    TICK
  }

  static LeaseEvent of(Kind kind) {
    return new LeaseEvent(kind, 0, 0);
  }

  static LeaseEvent of(Kind kind, long lease) {
    return new LeaseEvent(kind, lease, 0);
  }
}
