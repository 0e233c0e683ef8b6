package io.etcdregistry.benchmarks.peers;

import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.Registry;
import io.etcdregistry.ServiceView;
import io.etcdregistry.benchmarks.RawEtcd;
import io.etcdregistry.benchmarks.RealEtcd;
import io.etcdregistry.devserver.DevServer;
import io.etcdregistry.protocol.KeyValue;
import io.etcdregistry.protocol.RangeRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What one look-up costs: for {@link LookupBenchmark}. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Lookups {
  private static final String NAME = "service-7";
  private static final int ALL = 1000;

  /** A service of so many instances, among 1,000 of others at least, and a client of it. */
  @State(Scope.Benchmark)
  public static class Fleet {
    /** How many instances the service has. */
    @Param("10")
    public int instances;

    private DevServer etcd;
    private Registry registry;
    private ServiceView view;

    /** Joins all, and waits until they are known. */
    @Setup(Level.Trial)
    public void join() {
      etcd = DevServer.start();
      Registry services =
          Registry.builder()
              .connection(etcd.endpoint() + "?timeout=2m&ttl=2m")
              .hostname("127.0.0.1")
              .build();
      List<CompletableFuture<Registration>> joins = new ArrayList<>();
      for (int i = 0; i < instances; i++) {
        joins.add(services.async().join(Instance.named(NAME).id("i" + i).port(8000 + i % 10)));
      }
      for (int i = instances; i < ALL; i++) {
        joins.add(services.async().join(Instance.named("other-" + i / 10).id("i" + i).port(8000)));
      }
      joins.forEach(CompletableFuture::join);
      registry = Registry.connect(etcd.endpoint() + "?timeout=2m");
      view = registry.service(NAME);
      view.awaitAvailable(instances, Duration.ofMinutes(2));
      Instance found = registry.lookup(NAME).orElseThrow();
      if (!found.name().equals(NAME) || registry.list(NAME).size() != instances) {
        throw new IllegalStateException("found " + found);
      }
    }

    /** Ends it; the services are left to themselves, as what is allocated here is counted. */
    @TearDown(Level.Trial)
    public void close() {
      registry.close();
      etcd.close();
    }
  }

  /** The least: a volatile read, a random number, an element of an array; and of a map's value. */
  @State(Scope.Benchmark)
  public static class Floor {
    /** How many elements there are. */
    @Param("10")
    public int instances;

    private final Map<String, Object[]> services = new ConcurrentHashMap<>();
    private volatile Object[] elements = {};

    /** Makes the elements. */
    @Setup(Level.Trial)
    public void fill() {
      Object[] made = new Object[instances];
      for (int i = 0; i < made.length; i++) {
        made[i] = Optional.of(i);
      }
      elements = made;
      for (int i = 0; i < ALL / 10; i++) {
        services.put("service-" + i, made);
      }
    }
  }

  /** An etcd with 1,000 records, ten of each service, by bare gRPC. */
  @State(Scope.Benchmark)
  public static class Etcd {
    private RealEtcd etcd;
    private RawEtcd client;

    /** Writes all. */
    @Setup(Level.Trial)
    public void fill() {
      etcd = RealEtcd.start(Path.of(System.getProperty("etcd.home")));
      client = new RawEtcd(etcd.endpoint());
      long lease = client.grant(600);
      for (int i = 0; i < ALL; i++) {
        String document = "{\"name\":\"service-%d\",\"port\":%d}".formatted(i / 10, 8000 + i % 10);
        client.txn(RawEtcd.guarded("services/service-%d/%d".formatted(i / 10, i), document, lease));
      }
    }

    /** Ends it. */
    @TearDown(Level.Trial)
    public void close() {
      client.close();
      etcd.close();
    }
  }

  /** The floor. */
  @Benchmark
  public Object floor(Floor floor) {
    return one(floor.elements);
  }

  /** The floor and one look-up by name. */
  @Benchmark
  public Object floorAndHash(Floor floor) {
    return one(floor.services.get(NAME));
  }

  private static Object one(Object[] elements) {
    return elements[ThreadLocalRandom.current().nextInt(elements.length)];
  }

  /** A view's choice. */
  @Benchmark
  public Optional<Instance> pick(Fleet fleet) {
    return fleet.view.pick();
  }

  /** The same by name. */
  @Benchmark
  public Optional<Instance> lookup(Fleet fleet) {
    return fleet.registry.lookup(NAME);
  }

  /** A linearizable range, and one of what it gives. */
  @Benchmark
  public KeyValue range(Etcd etcd) {
    String prefix = "services/" + NAME + "/";
    List<KeyValue> found =
        etcd.client
            .kv()
            .range(
                RangeRequest.newBuilder()
                    .setKey(RawEtcd.bytes(prefix))
                    .setRangeEnd(RawEtcd.end(prefix))
                    .build())
            .getKvsList();
    if (found.size() != 10) {
      throw new IllegalStateException("found " + found.size());
    }
    return found.get(ThreadLocalRandom.current().nextInt(found.size()));
  }
}
