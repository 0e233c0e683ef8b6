package io.etcdregistry.internal.store;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Another store, but for what is overridden. */
public abstract class ForwardingStore implements Store {
  private final Store store;

  protected ForwardingStore(Store store) {
    this.store = store;
  }

  @Override
  public CompletableFuture<Listing> list(KeyRange range, Duration timeout) {
    return store.list(range, timeout);
  }

  @Override
  public CompletableFuture<Commit> commit(List<Write> writes, Duration timeout) {
    return store.commit(writes, timeout);
  }

  @Override
  public CompletableFuture<Grant> grant(long lease, Duration ttl, Duration timeout) {
    return store.grant(lease, ttl, timeout);
  }

  @Override
  public CompletableFuture<Void> revoke(long lease, Duration timeout) {
    return store.revoke(lease, timeout);
  }

  @Override
  public CompletableFuture<LeaseKeys> leaseKeys(long lease, Duration timeout) {
    return store.leaseKeys(lease, timeout);
  }

  @Override
  public KeepAliveStream keepAlive(KeepAliveStream.Listener listener) {
    return store.keepAlive(listener);
  }

  @Override
  public WatchStream watch(WatchStream.Listener listener) {
    return store.watch(listener);
  }

  @Override
  public void close() {
    store.close();
  }
}
