package io.etcdregistry.benchmarks;

import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.Registry;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Measures how long {@code etcd-registry list} takes with 1,000 services, beside what it cannot be
 * faster than: etcdctl reading the same keys, and a Java that does nothing; and beside the npm
 * package's {@code list} of as many on the v2 API of an etcd of its own. They take turns, so that a
 * machine that slows down slows all.
 *
 * <p>Arguments: the home of an etcd, the command as it is packaged ({@code
 * cli/target/dist/bin/etcd-registry}), how many rounds (15 unless said otherwise), and the folder
 * of the npm package.
 */
public final class CommandLineBenchmark {
  private static final int SERVICES = 1000;
  private static final int WARM_UP = 3;
  private static final Pattern NAME = Pattern.compile("service-\\d+");

  /** The package's command finds nothing without a namespace: its options end up in the host. */
  private static final String NPM_NAMESPACE = "bench";

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
    Path home = Path.of(args[0]);
    try (RealEtcd etcd = RealEtcd.start(home);
        RealEtcd withV2 = RealEtcd.start(home, "--enable-v2=true");
        Registry services = Registry.connect(etcd.endpoint() + "?timeout=30s")) {
      joinAll(services);
      Map<String, Runner> runners = runners(etcd, home, args[1]);
      Optional<Path> npm = npm(args.length > 3 ? args[3] : "");
      if (npm.isPresent()) {
        writeAll(services.list(), withV2.endpoint());
        runners.put("npm etcd-registry list", npm(npm.get(), withV2.endpoint()));
      }
      compare(runners, rounds);
    }
  }

  /** The package's command; empty, and one line on the standard error, if it cannot be run. */
  private static Optional<Path> npm(String folder) {
    Path command = Path.of(folder, "node_modules", "etcd-registry", "bin.js");
    if (Files.isRegularFile(command)) {
      return Optional.of(command);
    }
    System.err.println("bench: without the npm package, which could not be had here");
    return Optional.empty();
  }

  private static Runner npm(Path command, String endpoint) {
    return new Runner(
        List.of(
            "node",
            "--no-deprecation",
            command.toString(),
            "list",
            "-e",
            endpoint + "/" + NPM_NAMESPACE),
        lines -> lines.size() == SERVICES && names(lines) == SERVICES);
  }

  /** The same documents where the npm package looks for them, without heartbeats to disturb. */
  private static void writeAll(List<Instance> instances, String endpoint)
      throws IOException, InterruptedException {
    HttpClient client = HttpClient.newHttpClient();
    for (Instance instance : instances) {
      String key = instance.key().replaceFirst("^services/", "services/" + NPM_NAMESPACE + "/");
      HttpRequest put =
          HttpRequest.newBuilder(URI.create("http://" + endpoint + "/v2/keys/" + key))
              .header("Content-Type", "application/x-www-form-urlencoded")
              .PUT(
                  BodyPublishers.ofString(
                      "value=" + URLEncoder.encode(instance.json(), StandardCharsets.UTF_8)))
              .build();
      int status = client.send(put, BodyHandlers.discarding()).statusCode();
      if (status != 201) {
        throw new IllegalStateException("etcd's v2 API answers " + status);
      }
    }
  }

  /** How many services are named. */
  private static long names(List<String> lines) {
    return lines.stream()
        .flatMap(line -> NAME.matcher(line).results().limit(1))
        .map(MatchResult::group)
        .distinct()
        .count();
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
            lines -> lines.size() == SERVICES && names(lines) == SERVICES));
    runners.put(
        "etcdctl get --prefix",
        new Runner(
            List.of(
                home.resolve("bin/etcdctl").toString(),
                "--endpoints=" + endpoint,
                "get",
                "--prefix",
                "services/"),
            lines -> lines.size() == 2 * SERVICES && names(lines) == SERVICES));
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
    if (all.length > 3) {
      say("list / npm's list: %.2f", all[0] / all[3]);
    }
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
