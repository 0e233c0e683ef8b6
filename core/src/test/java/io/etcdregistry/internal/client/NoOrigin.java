package io.etcdregistry.internal.client;

import io.etcdregistry.RecordsForTests;
import io.etcdregistry.Registry;
import io.etcdregistry.ViewOptions;
import io.etcdregistry.internal.balance.Plan;
import io.etcdregistry.internal.codec.Keys;
import io.etcdregistry.internal.view.Archive;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A test made the registry, and has no threads to end. */
final class NoOrigin implements EtcdRegistry.Origin {
  private final Optional<Path> cache;

  NoOrigin() {
    this(Optional.empty());
  }

  /** Views are kept in a directory, for a day. */
  NoOrigin(Optional<Path> cache) {
    this.cache = cache;
  }

  @Override
  public Registry.Builder builder() {
    return Registry.builder();
  }

  @Override
  public Plan plan(ViewOptions options) {
    return RecordsForTests.plan(options);
  }

  @Override
  public boolean lossGuard() {
    return true;
  }

  @Override
  public Optional<Archive> archive(Keys keys) {
    return cache.map(directory -> new Archive(directory, Duration.ofDays(1), keys));
  }

  @Override
  public void closed() {
    // nothing was started
  }
}
