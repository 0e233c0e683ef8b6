package io.etcdregistry.internal.etcd;

import io.etcdregistry.internal.store.ForwardingStore;
import io.etcdregistry.internal.time.SystemTime;
import io.etcdregistry.internal.time.Threads;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.stream.IntStream;

/** The store of a client of etcd, with the threads that a registry would give it. */
public final class EtcdClient extends ForwardingStore {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final EtcdStore store;
  private final SystemTime time;
  private final ExecutorService executor;

  /** A client with settings of its own. */
  public EtcdClient(EtcdConfig config) {
    this(config, new SystemTime(), Threads.pool("client", 2));
  }

  private EtcdClient(EtcdConfig config, SystemTime time, ExecutorService executor) {
    this(EtcdStore.open(config, time, executor), time, executor);
  }

  private EtcdClient(EtcdStore store, SystemTime time, ExecutorService executor) {
    super(store);
    this.store = store;
    this.time = time;
    this.executor = executor;
  }

  /** A client of what listens on some ports, as by default. */
  public static EtcdClient of(int... ports) {
    return new EtcdClient(config(ports));
  }

  /** The same, which tries every call once, so that a slow machine makes no second revision. */
  public static EtcdClient patient(int... ports) {
    EtcdConfig config = config(ports);
    return new EtcdClient(
        new EtcdConfig(
            config.seeds(),
            config.tls(),
            config.login(),
            Optional.empty(),
            PATIENCE,
            config.rest()));
  }

  /** What a client of these ports has by default. */
  public static EtcdConfig config(int... ports) {
    return EtcdConfig.of(
        IntStream.of(ports)
            .mapToObj(port -> EtcdConfig.Seed.at("127.0.0.1", port))
            .toArray(EtcdConfig.Seed[]::new));
  }

  /** The endpoints it knows. */
  public List<String> endpoints() {
    return store.endpoints().join();
  }

  @Override
  public void close() {
    super.close();
    executor.shutdown();
    time.close();
  }
}
