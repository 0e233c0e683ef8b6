package io.etcdregistry.it;

import io.etcdregistry.internal.etcd.EtcdConfig;
import io.etcdregistry.internal.etcd.EtcdStore;
import io.etcdregistry.internal.store.Commit;
import io.etcdregistry.internal.store.Grant;
import io.etcdregistry.internal.store.KeepAliveStream;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.LeaseKeys;
import io.etcdregistry.internal.store.Listing;
import io.etcdregistry.internal.store.Store;
import io.etcdregistry.internal.store.WatchStream;
import io.etcdregistry.internal.store.Write;
import io.etcdregistry.internal.time.SystemTime;
import io.etcdregistry.internal.time.Threads;
import io.etcdregistry.it.harness.EtcdServer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.stream.Stream;

/** A store on a real etcd with the threads that a registry would give it. */
final class EtcdClient implements Store {
  private final SystemTime time = new SystemTime();
  private final ExecutorService executor = Threads.pool("it", 2);
  private final EtcdStore store;

  EtcdClient(EtcdConfig config) {
    store = EtcdStore.open(config, time, executor);
  }

  /** A client of some servers, as by default. */
  static EtcdClient of(EtcdServer... servers) {
    return new EtcdClient(config(servers));
  }

  /** A client that tries every call once, so that a slow machine makes no second revision. */
  static EtcdClient patient(EtcdServer... servers) {
    return patient(config(servers));
  }

  /** The same, of whatever listens on a port. */
  static EtcdClient patient(int port) {
    return patient(EtcdConfig.of(EtcdConfig.Seed.at("127.0.0.1", port)));
  }

  private static EtcdClient patient(EtcdConfig config) {
    Duration patience = Duration.ofSeconds(20);
    return new EtcdClient(
        new EtcdConfig(
            config.seeds(),
            config.tls(),
            config.login(),
            Optional.empty(),
            patience,
            config.rest()));
  }

  static EtcdConfig config(EtcdServer... servers) {
    return EtcdConfig.of(
        Stream.of(servers)
            .map(server -> EtcdConfig.Seed.at("127.0.0.1", server.port()))
            .toArray(EtcdConfig.Seed[]::new));
  }

  /** The endpoints it knows. */
  List<String> endpoints() {
    return store.endpoints().join();
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
    executor.shutdown();
    time.close();
  }
}
