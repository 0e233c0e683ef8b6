package io.etcdregistry.internal.etcd;

import io.etcdregistry.internal.store.ForwardingStore;
import io.etcdregistry.internal.telemetry.Telemetry;
import io.etcdregistry.internal.time.SystemTime;
import io.etcdregistry.internal.time.Threads;
import io.etcdregistry.spi.Time;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.stream.IntStream;

/** The store of a client of etcd, with the threads that a registry would give it. */
public final class EtcdClient extends ForwardingStore {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final EtcdStore store;
  private final ExecutorService executor;

  /** A client with settings of its own. */
  public EtcdClient(EtcdConfig config) {
    this(config, Transport.open());
  }

  private EtcdClient(EtcdConfig config, Transport transport) {
    this(config, transport, Threads.workers("client", 2, transport::close));
  }

  private EtcdClient(EtcdConfig config, Transport transport, ExecutorService executor) {
    this(open(config, transport, executor), executor);
  }

  private EtcdClient(EtcdStore store, ExecutorService executor) {
    super(store);
    this.store = store;
    this.executor = executor;
  }

  private static EtcdStore open(EtcdConfig config, Transport transport, Executor executor) {
    Time time = new SystemTime(transport.thread());
    return EtcdStore.open(config, transport, time, executor, new Telemetry(executor, time));
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
  }
}
