package io.etcdregistry.internal.store;

import java.time.Duration;

/** Holds the fake to the contract when every message takes its own time. */
class FakeStoreFarTest extends FakeStoreTest {
  private long seed;

  @Override
  public Store connect() {
    FakeStore store = (FakeStore) super.connect();
    store.link().latency(Duration.ZERO, Duration.ofMillis(30), seed++);
    return store;
  }
}
