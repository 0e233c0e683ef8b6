package io.etcdregistry.benchmarks.peers;

import io.etcdregistry.benchmarks.PeersBenchmark;
import io.etcdregistry.benchmarks.RawEtcd;
import io.etcdregistry.benchmarks.RealEtcd;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Measures one look-up of a service of 10 instances among 1,000, warm; by 8 threads; and of 1,000
 * and 100,000 instances. What answers within the JVM is measured by JMH, each in a JVM of its own;
 * the others by themselves.
 *
 * <p>Arguments: the home of an etcd, a folder with the npm package, one with Eureka, and how many
 * rounds.
 */
public final class LookupBenchmark {
  private static final int SOME = 1_000;
  private static final int MANY = 100_000;
  private static final int THREADS = 8;
  private static final int LOOKUPS = 1000;
  private static final String OURS = Lookups.class.getName();
  private static final String PEERS = PeersBenchmark.class.getName();

  private final String home;
  private final Map<String, Samples> measured = new LinkedHashMap<>();
  private final Map<String, Double> bytes = new LinkedHashMap<>();

  private LookupBenchmark(String home) {
    this.home = home;
  }

  /** Runs it and prints a table. */
  public static void main(String[] args) throws Exception {
    int rounds = Integer.parseInt(args[3]);
    LookupBenchmark benchmark = new LookupBenchmark(args[0]);
    for (int round = 0; round < rounds; round++) {
      benchmark.withinTheJvm();
      benchmark.manyThreads();
      benchmark.manyInstances();
      benchmark.npm(args[1]);
      benchmark.eureka(args[2]);
    }
    benchmark.report();
  }

  private void withinTheJvm() throws RunnerException {
    jmh("floor", OURS + ".floor", 1, 10);
    jmh("ServiceView.pick", OURS + ".pick", 1, 10);
    jmh("floor and a hash look-up", OURS + ".floorAndHash", 1, 10);
    jmh("Registry.lookup", OURS + ".lookup", 1, 10);
    jmh("Curator ServiceProvider", PEERS + ".curator", 1, 10);
    jmh("Spring Cloud LoadBalancer", PEERS + ".spring", 1, 10);
    jmh("raw linearizable Range", OURS + ".range", 1, 10);
  }

  private void manyThreads() throws RunnerException {
    jmh("floor", OURS + ".floor", THREADS, 10);
    jmh("ServiceView.pick", OURS + ".pick", THREADS, 10);
    jmh("Registry.lookup", OURS + ".lookup", THREADS, 10);
    jmh("Curator ServiceProvider", PEERS + ".curator", THREADS, 10);
  }

  private void manyInstances() throws RunnerException {
    jmh("floor", OURS + ".floor", 1, SOME);
    jmh("ServiceView.pick", OURS + ".pick", 1, SOME);
    jmh("Curator ServiceProvider", PEERS + ".curator", 1, SOME);
    jmh("Spring Cloud LoadBalancer", PEERS + ".spring", 1, SOME);
    jmh("floor", OURS + ".floor", 1, MANY);
    jmh("ServiceView.pick", OURS + ".pick", 1, MANY);
  }

  /** Nanoseconds a look-up of one thread. */
  private void jmh(String name, String benchmark, int threads, int instances)
      throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^" + benchmark.replace(".", "\\.") + "$")
            .threads(threads)
            .forks(1)
            .warmupIterations(3)
            .warmupTime(TimeValue.milliseconds(400))
            .measurementIterations(5)
            .measurementTime(TimeValue.milliseconds(250))
            .jvmArgsAppend("-Detcd.home=" + home)
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT);
    if (!benchmark.endsWith(".range")) {
      options = options.param("instances", Integer.toString(instances));
    }
    if (benchmark.startsWith(PEERS + ".curator")) {
      options = options.param("picker", "random");
    }
    Collection<RunResult> results = new Runner(options.build()).run();
    for (RunResult result : results) {
      Samples samples = samples(name, threads, instances);
      result
          .getAggregatedResult()
          .getIterationResults()
          .forEach((IterationResult each) -> samples.add(each.getPrimaryResult().getScore()));
      result
          .getSecondaryResults()
          .forEach(
              (label, value) -> {
                if (label.endsWith("gc.alloc.rate.norm") && threads == 1 && instances == 10) {
                  bytes.put(name, value.getScore());
                }
              });
    }
  }

  private Samples samples(String name, int threads, int instances) {
    return measured.computeIfAbsent(name + " " + threads + " " + instances, key -> new Samples());
  }

  private void npm(String folder) {
    try (RealEtcd etcd = RealEtcd.start(Path.of(home), "--enable-v2=true")) {
      List<String> command = Npm.command(folder, etcd.endpoint()).orElse(List.of());
      if (command.isEmpty()) {
        return;
      }
      try (Driver node = Driver.start(command)) {
        awaitAnswer(etcd);
        node.ask("fleet", 100, 10);
        Samples samples = samples("npm etcd-registry", 1, 10);
        node.ask("lookup", "service-7", LOOKUPS); // warms up
        for (int i = 0; i < 5; i++) {
          samples.add((double) node.number("lookup", "service-7", LOOKUPS) / LOOKUPS);
        }
      }
    }
  }

  private static void awaitAnswer(RealEtcd etcd) {
    try (RawEtcd client = new RawEtcd(etcd.endpoint())) {
      client.leased("services/");
    }
  }

  private void eureka(String folder) {
    if (!Eureka.isThere(folder)) {
      return;
    }
    try (Eureka.Server server = new Eureka.Server(folder);
        Driver client = server.client()) {
      if (client.number("fleet", 100, 10) != 100) {
        throw new IllegalStateException("not all are known");
      }
      client.ask("lookup", "service-7", 1, 1000); // warms up
      for (int i = 0; i < 5; i++) {
        samples("Eureka client", 1, 10).add((double) client.number("lookup", "service-7", 1, 300));
        samples("Eureka client", THREADS, 10)
            .add((double) client.number("lookup", "service-7", THREADS, 300));
      }
    }
  }

  private void report() {
    Table table =
        new Table(
            "one look-up",
            "ns",
            "B",
            "x floor",
            "millions/s by 8 threads",
            "of 1,000 instances",
            "of 100,000");
    double floor = samples("floor", 1, 10).median();
    for (String key : List.copyOf(measured.keySet())) {
      if (key.endsWith(" 1 10")) {
        String name = key.substring(0, key.length() - " 1 10".length());
        Samples one = samples(name, 1, 10);
        Samples threads = samples(name, THREADS, 10);
        int decimals = one.median() < 100 ? 1 : 0;
        table.row(
            name,
            one.text(decimals),
            bytes.containsKey(name) ? String.format(Locale.ROOT, "%.0f", bytes.get(name)) : "-",
            String.format(Locale.ROOT, "%.1f", one.median() / floor),
            threads.size() == 0
                ? "-"
                : String.format(Locale.ROOT, "%.1f", THREADS * 1e3 / threads.median()),
            samples(name, 1, SOME).text(decimals),
            samples(name, 1, MANY).text(1));
      }
    }
    table.print();
    System.out.println("Medians of " + samples("floor", 1, 10).size() + ", least and greatest.");
  }
}
