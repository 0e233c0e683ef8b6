package io.etcdregistry;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * One instance that this process joined: its handle until it leaves.
 *
 * <p>The registry keeps what is wanted here in etcd, whatever etcd goes through, until {@link
 * #leave()}. Thread-safe.
 */
public interface Registration extends AutoCloseable {
  /** Where a registration stands. */
  enum State {
    /** Wanted, and not yet known to be in etcd; also while it is being put back after a loss. */
    JOINING,
    /** In etcd, under a lease that is being renewed. */
    JOINED,
    /** In etcd as far as known, but the lease was not renewed for a whole TTL. */
    SUSPECT,
    /**
     * Another owner took the key: nothing is written until the key vanishes, then it is joined
     * again.
     */
    SUPERSEDED,
    /** In etcd, and marked as draining. */
    DRAINING,
    /** Left for good. */
    LEFT
  }

  /**
   * A state, since when, and why.
   *
   * @param state where the registration stands
   * @param since when it came to stand there
   * @param why one sentence for a person
   */
  record Status(State state, Instant since, String why) {}

  /**
   * The record as it is wanted in etcd now, with what operators {@linkplain Registry#override
   * override} of it.
   *
   * @return the complete record; its document is this process's, its status and weight are what
   *     callers go by
   */
  Instance instance();

  /**
   * Where this registration stands.
   *
   * @return the present state with since when and why
   */
  Status status();

  /**
   * Where this registration stands, alone.
   *
   * @return the state of {@link #status()}
   */
  default State state() {
    return status().state();
  }

  /**
   * The effective TTL.
   *
   * @return what etcd granted; until then, what was asked for
   */
  Duration ttl();

  /**
   * Completes when the record is committed in etcd for the first time.
   *
   * @return a copy that the caller cannot complete for others; fails with a {@link
   *     RegistryException} ({@code CLOSED}) if the registration left before
   */
  CompletableFuture<Registration> whenJoined();

  /**
   * Changes fields in place, in one write; the record is never absent. Returns when the change is
   * committed. Name and id are fixed.
   *
   * @param change receives a builder that holds the present document
   * @throws RegistryException {@code INVALID} or {@code TOO_LARGE} if the new document is, {@code
   *     CLOSED} if the registration left, else why the change was not committed in time; it stays
   *     wanted then and is written as soon as etcd allows
   */
  void update(Consumer<Instance.Builder> change);

  /**
   * Marks the record {@code draining}, waits, then leaves.
   *
   * @param wait how long callers have to notice; from zero up
   * @throws RegistryException as {@link #leave()}; {@code INTERRUPTED} cuts the wait short and
   *     leaves
   */
  void drain(Duration wait);

  /**
   * Removes the record. Returns when the delete is committed and no write of ours is unresolved;
   * idempotent.
   *
   * @throws RegistryException if etcd did not confirm within the operation timeout; the registry
   *     goes on deleting until it does
   */
  void leave();

  /** The same as {@link #leave()}. */
  @Override
  default void close() {
    leave();
  }
}
