package io.etcdregistry.internal.client;

import io.etcdregistry.Registry;

/** A test made the registry, and has no threads to end. */
final class NoOrigin implements EtcdRegistry.Origin {
  @Override
  public Registry.Builder builder() {
    return Registry.builder();
  }

  @Override
  public void closed() {
    // nothing was started
  }
}
