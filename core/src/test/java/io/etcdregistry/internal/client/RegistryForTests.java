package io.etcdregistry.internal.client;

import io.etcdregistry.RecordsForTests;
import io.etcdregistry.Registry;
import io.etcdregistry.internal.codec.Keys;
import io.etcdregistry.internal.store.Environment;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A registry over any store, for tests of other packages that move time themselves. */
public final class RegistryForTests {
  /** The TTL of its joins. */
  public static final Duration TTL = Duration.ofSeconds(9);

  private final EtcdRegistry registry;

  /** A registry without a namespace. */
  public RegistryForTests(Environment env) {
    Keys keys = Keys.of("");
    this.registry = new EtcdRegistry(env, TTL, keys, RecordsForTests.of(keys), new NoOrigin());
  }

  /** The front. */
  public Registry front() {
    return registry;
  }

  /** Closes without waiting. */
  public CompletableFuture<Void> closing() {
    return registry.closing();
  }
}
