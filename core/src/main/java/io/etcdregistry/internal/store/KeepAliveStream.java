package io.etcdregistry.internal.store;

import java.time.Duration;

/** A stream that renews leases. Thread-safe. After it broke or was closed every call is ignored. */
public interface KeepAliveStream {
  /**
   * Asks to renew a lease.
   *
   * @param lease its id
   */
  void renew(long lease);

  /**
   * Ends the stream; its listener hears nothing more.
   *
   * @param silent whether this is because answers failed to come: the endpoint is then left alone
   *     for a while, so that the next stream goes elsewhere
   */
  void close(boolean silent);

  /** Hears a stream's answers. */
  interface Listener {
    /**
     * A lease was renewed, or is gone.
     *
     * @param lease its id
     * @param ttl the time it has now; zero if etcd does not know it
     */
    void renewed(long lease, Duration ttl);

    /**
     * The stream ended by itself: the last call of this listener.
     *
     * @param cause why
     */
    void broken(StoreException cause);
  }
}
