package io.etcdregistry.internal.store;

import java.util.Objects;

/**
 * One guarded write.
 *
 * @param key which key
 * @param guard what must hold for it
 * @param operand the revision or lease that the guard speaks of, else 0
 * @param action what to do if it holds
 * @param value what to put, empty for the other actions
 * @param lease the lease to put it under, or 0
 * @param holder the lease that the key must hang on, too, or 0 for any: revisions come again in a
 *     cluster that was wiped, leases do not
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a record
public record Write(
    String key, Guard guard, long operand, Action action, byte[] value, long lease, long holder) {
  /** What must hold for a write to happen. */
  public enum Guard {
    /** Nothing. */
    ALWAYS,
    /** The key does not exist. */
    ABSENT,
    /** The key was last written at the revision given. */
    REVISION,
    /** The key hangs on the lease given. */
    LEASE
  }

  /** What a write does. */
  public enum Action {
    /** Puts the value under the lease. */
    PUT,
    /** Deletes the key. */
    DELETE,
    /** Only reads: reports what is there. */
    READ
  }

  private static final byte[] NOTHING = {};

  /** Checks that nothing is missing. */
  public Write {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
  }

  /** A put. */
  public static Write put(String key, Guard guard, long operand, byte[] value, long lease) {
    return new Write(key, guard, operand, Action.PUT, value, lease, 0);
  }

  /** A delete. */
  public static Write delete(String key, Guard guard, long operand) {
    return new Write(key, guard, operand, Action.DELETE, NOTHING, 0, 0);
  }

  /** A read in the company of writes. */
  public static Write read(String key) {
    return new Write(key, Guard.ALWAYS, 0, Action.READ, NOTHING, 0, 0);
  }

  /** The same, if the key hangs on a lease, too. */
  public Write heldBy(long lease) {
    return new Write(key, guard, operand, action, value, this.lease, lease);
  }

  /** The bytes this adds to a request, about. */
  public int size() {
    return 2 * key.length() + value.length + 64;
  }
}
