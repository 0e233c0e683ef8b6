package io.etcdregistry.internal.store;

import java.time.Duration;

/** A keepalive stream of a fake client. */
final class FakeKeepAliveStream extends FakeStream implements KeepAliveStream {
  private final Listener listener;

  FakeKeepAliveStream(FakeStore store, Listener listener) {
    super(store);
    this.listener = listener;
  }

  @Override
  public void renew(long lease) {
    request(
        () -> {
          Duration ttl = cluster().renew(lease);
          answer(() -> listener.renewed(lease, ttl));
          if (ttl.isZero() && store().faults().lossToldTwice()) {
            answer(() -> listener.renewed(lease, ttl));
          }
        });
  }

  @Override
  public void close(boolean silent) {
    close();
  }

  @Override
  void tellBroken(StoreException cause) {
    listener.broken(cause);
  }

  @Override
  void forget() {
    // The cluster keeps nothing for it.
  }
}
