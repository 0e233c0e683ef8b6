package io.etcdregistry.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.test.TestingServer;
import org.apache.curator.x.discovery.ServiceDiscovery;
import org.apache.curator.x.discovery.ServiceDiscoveryBuilder;
import org.apache.curator.x.discovery.ServiceInstance;
import org.apache.curator.x.discovery.ServiceProvider;
import org.apache.curator.x.discovery.strategies.RandomStrategy;
import org.apache.curator.x.discovery.strategies.RoundRobinStrategy;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.loadbalancer.core.RoundRobinLoadBalancer;
import org.springframework.cloud.loadbalancer.core.ServiceInstanceListSupplier;
import reactor.core.publisher.Flux;

/** What it costs others to choose an instance, each as its users call it. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class PeersBenchmark {
  private static final String NAME = "orders";

  /** Apache Curator: a provider, with its cache, of so many instances in a ZooKeeper in here. */
  @State(Scope.Benchmark)
  public static class Curator {
    private static final int AT_ONCE = 32;

    /** How many instances there are. */
    @Param({"10", "1000", "10000"})
    public int instances;

    /** By which rule is chosen. */
    @Param({"random", "roundRobin"})
    public String picker = "random";

    private TestingServer zooKeeper;
    private CuratorFramework client;
    private ServiceDiscovery<Void> discovery;
    private ServiceProvider<Void> provider;

    /** Registers all, and waits until the provider knows them. */
    @Setup(Level.Trial)
    public void register() throws Exception {
      zooKeeper = new TestingServer();
      client =
          CuratorFrameworkFactory.newClient(zooKeeper.getConnectString(), new RetryOneTime(100));
      client.start();
      discovery =
          ServiceDiscoveryBuilder.builder(Void.class).client(client).basePath("/services").build();
      discovery.start();
      ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
      List<CompletableFuture<Void>> all = new ArrayList<>();
      for (int i = 0; i < instances; i++) {
        int number = i;
        all.add(CompletableFuture.runAsync(() -> register(number), threads));
      }
      all.forEach(CompletableFuture::join);
      threads.shutdown();
      boolean inTurn = picker.equals("roundRobin");
      provider =
          discovery
              .serviceProviderBuilder()
              .serviceName(NAME)
              .providerStrategy(inTurn ? new RoundRobinStrategy<>() : new RandomStrategy<>())
              .build();
      provider.start();
      while (provider.getAllInstances().size() < instances) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
    }

    private void register(int number) {
      try {
        discovery.registerService(
            ServiceInstance.<Void>builder()
                .name(NAME)
                .id("i" + number)
                .address("h" + number)
                .port(80)
                .build());
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    /** Ends all of it; the sessions' end takes the registrations with it. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
      client.close();
      zooKeeper.close();
    }
  }

  /** Spring Cloud LoadBalancer's default, round robin, over a list that never changes. */
  @State(Scope.Benchmark)
  public static class Spring {
    /** How many instances there are. */
    @Param({"10", "1000", "10000"})
    public int instances;

    private RoundRobinLoadBalancer balancer;

    /** Makes the list. */
    @Setup(Level.Trial)
    public void fill() {
      List<org.springframework.cloud.client.ServiceInstance> all =
          IntStream.range(0, instances)
              .<org.springframework.cloud.client.ServiceInstance>mapToObj(
                  i -> new DefaultServiceInstance("i" + i, NAME, "h" + i, 80, false))
              .toList();
      StaticListableBeanFactory beans = new StaticListableBeanFactory();
      beans.addBean("supplier", new Fixed(all));
      balancer =
          new RoundRobinLoadBalancer(
              beans.getBeanProvider(ServiceInstanceListSupplier.class), NAME);
    }
  }

  /** A list that never changes. */
  private record Fixed(List<org.springframework.cloud.client.ServiceInstance> all)
      implements ServiceInstanceListSupplier {
    @Override
    public String getServiceId() {
      return NAME;
    }

    @Override
    public Flux<List<org.springframework.cloud.client.ServiceInstance>> get() {
      return Flux.just(all);
    }
  }

  /** Curator's {@code ServiceProvider}. */
  @Benchmark
  public ServiceInstance<Void> curator(Curator curator) throws Exception {
    return curator.provider.getInstance();
  }

  /** Spring's balancer, as its blocking client calls it. */
  @Benchmark
  public Object spring(Spring spring) {
    return spring.balancer.choose().block();
  }
}
