package io.etcdregistry.benchmarks;

import static io.etcdregistry.benchmarks.Rounds.say;

import io.etcdregistry.Registry;
import io.etcdregistry.ServiceView;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.curator.x.discovery.ServiceCache;

/**
 * Measures what an instance takes in a client: the live heap with a view of many, less that before
 * it was loaded, by their number. etcd and ZooKeeper are other processes.
 *
 * <p>Arguments: the home of an etcd, how many instances, how many for Curator, and how many rounds.
 */
public final class MemoryBenchmark {
  private static final MemoryMXBean MEMORY = ManagementFactory.getMemoryMXBean();
  private static final String NAME = "orders";
  private static final int SETTLED = 10;
  private static final int NOISE = 100_000;

  private MemoryBenchmark() {}

  /** Runs it and prints a table. */
  public static void main(String[] args) throws Exception {
    int instances = Integer.parseInt(args[1]);
    int fewer = Integer.parseInt(args[2]);
    int rounds = Integer.parseInt(args[3]);
    List<Double> ours = new ArrayList<>();
    List<Double> curators = new ArrayList<>();
    try (RealEtcd etcd = RealEtcd.start(Path.of(args[0]));
        RawFleet raw = new RawFleet(etcd.endpoint());
        ZooKeeperProcess zooKeeper = ZooKeeperProcess.start();
        CuratorFleet curator = new CuratorFleet(zooKeeper.connect())) {
      raw.fill(NAME, instances);
      curator.fill(NAME, fewer);
      // Not in turns: what one leaves behind for a while would count as the other's.
      for (int round = 0; round <= rounds; round++) {
        ours.add(view(etcd.endpoint(), instances));
      }
      for (int round = 0; round <= rounds; round++) {
        curators.add(cache(curator, fewer));
      }
    }
    Rounds own = Rounds.of(ours.subList(1, rounds + 1)); // the first loads the classes
    Rounds theirs = Rounds.of(curators.subList(1, rounds + 1));
    say(
        "bytes of live heap an instance, documents of %d bytes (medians of %d rounds, least to most):",
        RawFleet.DOCUMENT, rounds);
    say("ServiceView            %6d instances %s", instances, own.shown("%.0f"));
    say("Curator ServiceCache   %6d instances %s", fewer, theirs.shown("%.0f"));
    say("ratio                  %.2f", own.median() / theirs.median());
  }

  private static double view(String endpoint, int instances) throws InterruptedException {
    try (Registry registry = Registry.connect(endpoint + "?timeout=1m")) {
      if (!registry.list("nobody").isEmpty()) {
        throw new IllegalStateException("there is somebody");
      }
      long before = liveHeap();
      ServiceView view = registry.service(NAME);
      view.awaitAvailable(instances, Duration.ofMinutes(1));
      if (view.snapshot().instances().size() != instances || view.pick().isEmpty()) {
        throw new IllegalStateException("not all are there");
      }
      double each = (double) (liveHeap() - before) / instances;
      histogram();
      if (view.pick().isEmpty()) { // it is reachable until here
        throw new IllegalStateException("nobody to pick");
      }
      return each;
    }
  }

  private static double cache(CuratorFleet curator, int instances) throws Exception {
    long before = liveHeap();
    try (ServiceCache<Void> cache = curator.cache(NAME, instances)) {
      double each = (double) (liveHeap() - before) / instances;
      if (cache.getInstances().size() != instances) {
        throw new IllegalStateException("not all are there");
      }
      return each;
    }
  }

  /**
   * What is still there when two seconds have freed no more: threads that end hold on to theirs.
   */
  private static long liveHeap() throws InterruptedException {
    long least = Long.MAX_VALUE;
    for (int sameFor = 0; sameFor < SETTLED; sameFor++) {
      TimeUnit.MILLISECONDS.sleep(200);
      MEMORY.gc();
      long used = MEMORY.getHeapMemoryUsage().getUsed();
      if (used < least - NOISE) {
        sameFor = 0;
      }
      least = Math.min(least, used);
    }
    return least;
  }

  /** Where the bytes are, for whoever asks for it with {@code -Dhistogram=true}. */
  private static void histogram() throws IllegalStateException {
    if (Boolean.getBoolean("histogram")) {
      try {
        String table =
            (String)
                ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                        new javax.management.ObjectName(
                            "com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        table.lines().limit(25).forEach(System.err::println);
      } catch (javax.management.JMException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
