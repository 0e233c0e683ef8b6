package io.etcdregistry.benchmarks;

import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.Registry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Measures how long {@code etcd-registry list} takes with 1,000 services, beside what it cannot be
 * faster than: etcdctl reading the same keys, and a Java that does nothing. They take turns, so
 * that a machine that slows down slows all.
 *
 * <p>Arguments: the home of an etcd, the command as it is packaged ({@code
 * cli/target/dist/bin/etcd-registry}), and how many rounds (15 unless said otherwise).
 */
public final class CommandLineBenchmark {
  private static final int SERVICES = 1000;
  private static final int WARM_UP = 3;

  /** One of those compared: what it runs, and whether what it printed is right. */
  private record Runner(List<String> command, Predicate<List<String>> right) {}

  private CommandLineBenchmark() {}

  /** What a Java with nothing to do starts. */
  public static final class Nothing {
    private Nothing() {}

    /** Does nothing. */
    public static void main(String[] args) {}
  }

  /** Runs it and prints a table. */
  public static void main(String[] args) throws IOException, InterruptedException {
    int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 15;
    try (RealEtcd etcd = RealEtcd.start(Path.of(args[0]));
        Registry services = Registry.connect(etcd.endpoint() + "?timeout=30s")) {
      joinAll(services);
      compare(runners(etcd, Path.of(args[0]), args[1]), rounds);
    }
  }

  private static void joinAll(Registry services) {
    CompletableFuture<?>[] joins =
        IntStream.rangeClosed(1, SERVICES)
            .mapToObj(i -> services.announce(Instance.named("service-" + i).port(8080)))
            .map(Registration::whenJoined)
            .toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(joins).join();
  }

  private static Map<String, Runner> runners(RealEtcd etcd, Path home, String launcher) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String endpoint = etcd.endpoint();
    Map<String, Runner> runners = new LinkedHashMap<>();
    runners.put(
        "etcd-registry list",
        new Runner(
            List.of(launcher, "-e", endpoint, "list", "-o", "jsonl"),
            lines -> lines.size() == SERVICES));
    runners.put(
        "etcdctl get --prefix",
        new Runner(
            List.of(
                home.resolve("bin/etcdctl").toString(),
                "--endpoints=" + endpoint,
                "get",
                "--prefix",
                "services/"),
            lines -> lines.size() == 2 * SERVICES));
    runners.put(
        "java, doing nothing",
        new Runner(
            List.of(
                java,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                Nothing.class.getName()),
            List::isEmpty));
    return runners;
  }

  private static void compare(Map<String, Runner> runners, int rounds)
      throws IOException, InterruptedException {
    Map<String, double[]> taken = new LinkedHashMap<>();
    runners.keySet().forEach(name -> taken.put(name, new double[rounds]));
    for (int round = -WARM_UP; round < rounds; round++) {
      for (Map.Entry<String, Runner> each : runners.entrySet()) {
        double millis = run(each.getKey(), each.getValue());
        if (round >= 0) {
          taken.get(each.getKey())[round] = millis;
        }
      }
    }
    Map<String, Double> medians = new LinkedHashMap<>();
    taken.forEach((name, all) -> medians.put(name, report(name, all)));
    double[] all = medians.values().stream().mapToDouble(d -> d).toArray();
    say("list / (etcdctl + java): %.2f (medians of %d rounds)", all[0] / (all[1] + all[2]), rounds);
  }

  private static double report(String name, double[] millis) {
    Arrays.sort(millis);
    double median = millis[millis.length / 2];
    say("%-22s %5.0f ms (%.0f to %.0f)", name, median, millis[0], millis[millis.length - 1]);
    return median;
  }

  private static double run(String name, Runner runner) throws IOException, InterruptedException {
    Path out = Files.createTempFile("benchmark", ".out");
    try {
      long begun = System.nanoTime();
      int code = new ProcessBuilder(runner.command).redirectOutput(out.toFile()).start().waitFor();
      double millis = (System.nanoTime() - begun) / 1e6;
      try (Stream<String> lines = Files.lines(out)) {
        if (code != 0 || !runner.right.test(lines.toList())) {
          throw new IllegalStateException(name + " ended with " + code + ", or said too little");
        }
      }
      return millis;
    } finally {
      Files.delete(out);
    }
  }

  private static void say(String format, Object... values) {
    System.out.println(String.format(java.util.Locale.ROOT, format, values));
  }
}
