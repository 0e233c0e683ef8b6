package io.etcdregistry.internal.store;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The port to etcd.
 *
 * <p>Calls never block. A call is tried on other endpoints until it is answered or its timeout has
 * passed; its future then fails with a {@link StoreException}. Futures and listeners are called on
 * the store's threads, which MUST NOT be blocked. Streams are bound to one endpoint and are not
 * re-opened: that is the caller's decision. Thread-safe.
 *
 * <p>Keys are byte strings; here each char of a key stands for one byte (ISO 8859-1), so that every
 * key survives and Java's order is etcd's.
 */
public interface Store extends AutoCloseable {
  /**
   * How many writes one commit takes: etcd allows 128 operations in a transaction by default, and a
   * nested one what its outer one leaves. The transaction around each write has two compares, if it
   * asks for a revision and for a lease.
   */
  int MAX_WRITES = 126;

  /** How many bytes of keys and values one commit takes: below etcd's request limit of 1.5 MiB. */
  int MAX_BYTES = 1 << 20;

  /**
   * Reads a range, linearizably, all pages at one revision.
   *
   * @param range what to read
   * @param timeout for all pages together
   * @return the pairs ordered by key
   */
  CompletableFuture<Listing> list(KeyRange range, Duration timeout);

  /**
   * Applies guarded writes in one transaction, each under its own guard: one whose guard does not
   * hold changes nothing and reports what it found, the others are not disturbed. The keys MUST
   * differ from each other.
   *
   * <p>The transaction may be sent more than once, to several endpoints. So what a write found may
   * be its own doing: a put whose guard did not hold because another attempt of it was applied
   * before finds its own value under its own lease.
   *
   * @param writes 1 to {@link #MAX_WRITES}, together below {@link #MAX_BYTES}
   * @param timeout for all attempts together
   * @return what became of each; fails as a whole if etcd refuses the transaction
   */
  CompletableFuture<Commit> commit(List<Write> writes, Duration timeout);

  /**
   * Grants a lease under an id that the caller chose at random; repeating it is harmless.
   *
   * @param lease the id, positive
   * @param ttl whole seconds
   * @param timeout for all attempts together
   * @return what was granted, with etcd's own TTL
   */
  CompletableFuture<Grant> grant(long lease, Duration ttl, Duration timeout);

  /**
   * Revokes a lease and with it deletes its keys. A lease that is not there is as good as revoked.
   *
   * @param lease the id
   * @param timeout for all attempts together
   * @return completes when the lease is gone
   */
  CompletableFuture<Void> revoke(long lease, Duration timeout);

  /**
   * Reads what etcd knows of a lease.
   *
   * @param lease the id
   * @param timeout for all attempts together
   * @return its keys; fails with {@link StoreException.Failure#LEASE_NOT_FOUND} if there is none
   */
  CompletableFuture<LeaseKeys> leaseKeys(long lease, Duration timeout);

  /**
   * Opens a stream that renews leases.
   *
   * @param listener hears the answers, one call at a time
   * @return the stream; already broken, in time, if no endpoint can be had
   */
  KeepAliveStream keepAlive(KeepAliveStream.Listener listener);

  /**
   * Opens a stream that carries watches.
   *
   * @param listener hears the events, one call at a time
   * @return the stream; already broken, in time, if no endpoint can be had
   */
  WatchStream watch(WatchStream.Listener listener);

  /** Ends all calls and streams, and every thread of the store's. Idempotent. */
  @Override
  void close();
}
