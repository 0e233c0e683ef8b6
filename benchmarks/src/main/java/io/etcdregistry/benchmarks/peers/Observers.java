package io.etcdregistry.benchmarks.peers;

import io.etcdregistry.Instance;
import io.etcdregistry.Registry;
import io.etcdregistry.ServiceView;
import io.etcdregistry.ViewOptions;
import io.etcdregistry.benchmarks.RawEtcd;
import io.etcdregistry.protocol.Event;
import io.etcdregistry.protocol.WatchResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.x.discovery.ServiceDiscovery;
import org.apache.curator.x.discovery.ServiceInstance;
import org.apache.curator.x.discovery.ServiceProvider;
import org.apache.curator.x.discovery.strategies.RoundRobinStrategy;

/** Everybody who sees instances come and go. One more of them is there all the time. */
final class Observers {
  /** Of the instance that is there all the time. */
  static final int BASE = 9;

  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long PAUSE_NANOS = 20_000;

  private Observers() {}

  /** Asks until it is so; alike for all who answer from memory. */
  private static long poll(Callable<Boolean> isSo) throws Exception {
    long begun = System.nanoTime();
    while (!isSo.call()) {
      if (System.nanoTime() - begun > LIMIT_NANOS) {
        throw new IllegalStateException("is not seen");
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return System.nanoTime();
  }

  /** This library: what its view picks. */
  static final class Ours implements Observer {
    private final Registry registry;
    private final ServiceView view;

    Ours(String endpoint, String name) {
      registry = Registry.builder().connection(endpoint).hostname("127.0.0.1").build();
      registry.join(Instance.named(name).port(BASE));
      view = registry.service(name, ViewOptions.roundRobin());
      view.awaitAvailable(1, Duration.ofSeconds(10));
    }

    @Override
    public long await(int port, boolean there) throws Exception {
      return poll(() -> picked(port) == there);
    }

    /** There are two at the most, and they are chosen in turn. */
    private boolean picked(int port) {
      Optional<Instance> one = view.pick();
      return is(one, port) || is(view.pick(), port);
    }

    private static boolean is(Optional<Instance> picked, int port) {
      return picked.orElseThrow().port().orElse(0) == port;
    }

    @Override
    public void close() {
      registry.close();
    }
  }

  /** A watch by bare gRPC that keeps a map. */
  static final class Raw implements Observer {
    private final RawEtcd etcd;
    private final Map<String, String> map = new ConcurrentHashMap<>();

    Raw(String endpoint, String prefix) throws InterruptedException {
      etcd = new RawEtcd(endpoint);
      CountDownLatch created = new CountDownLatch(1);
      etcd.watch(
          prefix,
          new RawEtcd.Ignored<>() {
            @Override
            public void onNext(WatchResponse answer) {
              answer.getEventsList().forEach(Raw.this::apply);
              created.countDown();
            }
          });
      created.await();
    }

    private void apply(Event event) {
      String key = event.getKv().getKey().toStringUtf8();
      String id = key.substring(key.lastIndexOf('/') + 1);
      if (event.getType() == Event.EventType.DELETE) {
        map.remove(id);
      } else {
        map.put(id, event.getKv().getValue().toStringUtf8());
      }
    }

    @Override
    public long await(int port, boolean there) throws Exception {
      String id = Integer.toString(port);
      return poll(() -> map.containsKey(id) == there);
    }

    @Override
    public void close() {
      etcd.close();
    }
  }

  /** Curator's provider. */
  static final class Curator implements Observer {
    private static final int SESSION_MILLIS = 60_000;

    private final CuratorFramework client;
    private final ServiceProvider<Void> provider;

    Curator(String endpoint, String name) throws Exception {
      client = ZooKeeper.connect(endpoint, SESSION_MILLIS);
      ServiceDiscovery<Void> discovery = ZooKeeper.discovery(client);
      discovery.registerService(ZooKeeper.instance(name, BASE));
      provider =
          discovery
              .serviceProviderBuilder()
              .serviceName(name)
              .providerStrategy(new RoundRobinStrategy<>())
              .build();
      provider.start();
      poll(() -> provider.getInstance() != null);
    }

    @Override
    public long await(int port, boolean there) throws Exception {
      return poll(() -> picked(port) == there);
    }

    private boolean picked(int port) throws Exception {
      ServiceInstance<Void> one = provider.getInstance();
      return is(one, port) || is(provider.getInstance(), port);
    }

    private static boolean is(ServiceInstance<Void> picked, int port) {
      return picked.getPort() == port;
    }

    @Override
    public void close() {
      client.close();
    }
  }

  /** The npm package, which asks etcd for each look-up: without a pause, while it is asked to. */
  static final class Npm implements Observer {
    private final Driver node;
    private final String name;

    Npm(List<String> command, String name) {
      this.node = Driver.start(command);
      this.name = name;
      node.ask("count", name);
    }

    @Override
    public void look(int port, boolean there) {
      node.tell("await", name, port, there);
    }

    @Override
    public long await(int port, boolean there) {
      return Long.parseLong(node.answer()[0]);
    }

    @Override
    public void close() {
      node.close();
    }
  }
}
