package io.etcdregistry.benchmarks;

import io.etcdregistry.Call;
import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.Registry;
import io.etcdregistry.ServiceView;
import io.etcdregistry.ViewOptions;
import io.etcdregistry.devserver.DevServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
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

/** What it costs to choose an instance, by each picker, of few and of many. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class PickBenchmark {
  /** A view of so many instances in an etcd of this process. */
  @State(Scope.Benchmark)
  public static class Fleet {
    private static final String NAME = "orders";
    private static final String KEY = "user-42";

    /** How many instances there are. */
    @Param({"10", "1000", "10000"})
    public int instances;

    /** By which rule is chosen. */
    @Param({"random", "roundRobin", "weighted", "leastPending", "powerOfTwoChoices", "sticky"})
    public String picker = "random";

    private DevServer etcd;
    private Registry registry;
    private ServiceView view;
    private boolean sticky;

    /** Joins all, and waits until the view shows them. */
    @Setup(Level.Trial)
    public void join() {
      etcd = DevServer.start();
      registry = Registry.connect(etcd.endpoint() + "?timeout=1m");
      Registry services = Registry.connect(etcd.endpoint() + "?timeout=1m&ttl=1m");
      List<CompletableFuture<Registration>> joins = new ArrayList<>();
      for (int i = 0; i < instances; i++) {
        int weight = picker.equals("weighted") ? 1 + i % 5 : 1;
        joins.add(
            services
                .async()
                .join(Instance.named(NAME).id("i" + i).hostname("h" + i).port(80).weight(weight)));
      }
      joins.forEach(CompletableFuture::join);
      sticky = picker.equals("sticky");
      view = registry.service(NAME, options());
      view.awaitAvailable(instances, Duration.ofMinutes(1));
    }

    private ViewOptions options() {
      return switch (picker) {
        case "roundRobin" -> ViewOptions.roundRobin();
        case "weighted" -> ViewOptions.weighted();
        case "leastPending" -> ViewOptions.leastPending();
        case "powerOfTwoChoices" -> ViewOptions.powerOfTwoChoices();
        default -> ViewOptions.random();
      };
    }

    /**
     * Ends the reader and the etcd. The services are left to themselves: JMH counts what is
     * allocated here with the last iteration, and ten thousand leaves are much.
     */
    @TearDown(Level.Trial)
    public void close() {
      registry.close();
      etcd.close();
    }
  }

  /** The least that a choice can cost: a volatile read, a random number and an array's element. */
  @State(Scope.Benchmark)
  public static class Floor {
    /** How many elements there are. */
    @Param({"10", "1000", "10000"})
    public int instances;

    private volatile Object[] elements = {};

    /** Makes the elements. */
    @Setup(Level.Trial)
    public void fill() {
      Object[] made = new Object[instances];
      for (int i = 0; i < made.length; i++) {
        made[i] = Optional.of(i);
      }
      elements = made;
    }
  }

  /** The floor. */
  @Benchmark
  public Object floor(Floor floor) {
    Object[] elements = floor.elements;
    return elements[ThreadLocalRandom.current().nextInt(elements.length)];
  }

  /** Chooses. */
  @Benchmark
  public Optional<Instance> pick(Fleet fleet) {
    return fleet.sticky ? fleet.view.pick(Fleet.KEY) : fleet.view.pick();
  }

  /** Chooses, begins a call and ends it. */
  @Benchmark
  public Instance call(Fleet fleet) {
    try (Call call =
        (fleet.sticky ? fleet.view.begin(Fleet.KEY) : fleet.view.begin()).orElseThrow()) {
      call.succeeded();
      return call.instance();
    }
  }
}
