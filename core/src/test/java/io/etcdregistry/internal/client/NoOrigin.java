package io.etcdregistry.internal.client;

import io.etcdregistry.RecordsForTests;
import io.etcdregistry.Registry;
import io.etcdregistry.ViewOptions;
import io.etcdregistry.internal.balance.Plan;

/** A test made the registry, and has no threads to end. */
final class NoOrigin implements EtcdRegistry.Origin {
  @Override
  public Registry.Builder builder() {
    return Registry.builder();
  }

  @Override
  public Plan plan(ViewOptions options) {
    return RecordsForTests.plan(options);
  }

  @Override
  public void closed() {
    // nothing was started
  }
}
