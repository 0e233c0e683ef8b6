package io.etcdregistry.benchmarks;

import static io.etcdregistry.benchmarks.Rounds.say;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Measures what a client costs from its making to the answer to its first lookup, each in a JVM of
 * its own: time, CPU, the threads and the heap it then holds.
 *
 * <p>Arguments: the home of an etcd, how many rounds, and the class path of the one with jetcd, if
 * it could be had.
 */
public final class StartBenchmark {
  private static final String NAME = "orders";
  private static final int INSTANCES = 10;
  private static final String NETTY = "-Dio.grpc.netty.shaded.io.netty.";
  private static final String NO_EVENTS = NETTY + "jfr.enabled=false";
  private static final String OLD_BUFFERS = NETTY + "allocator.type=pooled";
  private static final String JETCD = "jetcd, Range";

  private StartBenchmark() {}

  /** Runs it and prints a table. */
  public static void main(String[] args) throws Exception {
    int rounds = Integer.parseInt(args[1]);
    String ours = classPath(StartBenchmark::ofEtcd);
    String curators = classPath(StartBenchmark::ofCurator);
    Map<String, List<double[]>> measured = new LinkedHashMap<>();
    try (RealEtcd etcd = RealEtcd.start(Path.of(args[0]));
        RawFleet raw = new RawFleet(etcd.endpoint());
        ZooKeeperProcess zooKeeper = ZooKeeperProcess.start();
        CuratorFleet curator = new CuratorFleet(zooKeeper.connect())) {
      raw.fill(NAME, INSTANCES);
      curator.fill(NAME, INSTANCES);
      Map<String, List<String>> programs = new LinkedHashMap<>();
      String probe = StartProbe.class.getName();
      programs.put("etcd-registry, a view", List.of(ours, probe, "own", etcd.endpoint(), NAME));
      programs.put(
          "etcd-registry, tuned",
          List.of(ours, NO_EVENTS, OLD_BUFFERS, probe, "own", etcd.endpoint(), NAME));
      programs.put("raw gRPC, Range", List.of(ours, probe, "raw", etcd.endpoint(), NAME));
      programs.put(
          "Curator ServiceCache", List.of(curators, probe, "curator", zooKeeper.connect(), NAME));
      if (args.length > 2) {
        programs.put(JETCD, List.of(args[2], "JetcdProbe", etcd.endpoint(), NAME));
      }
      for (int round = -1; round < rounds; round++) {
        for (Map.Entry<String, List<String>> program : programs.entrySet()) {
          double[] figures = run(program.getValue());
          if (round >= 0) {
            measured.computeIfAbsent(program.getKey(), k -> new ArrayList<>()).add(figures);
          }
        }
      }
    }
    report(measured);
  }

  private static void report(Map<String, List<double[]>> measured) {
    say("%-22s ms to the first answer, ms of CPU, threads, KiB of live heap", "");
    measured.forEach(
        (who, all) ->
            say(
                "%-22s %s, %s, %s, %s",
                who,
                figure(all, 1).shown("%.0f"),
                figure(all, 2).shown("%.0f"),
                figure(all, 3).shown("%.0f"),
                figure(all, 4).shown("%.0f")));
  }

  /** Only what a client needs: the directory of each jar that is looked into stays on the heap. */
  private static String classPath(Predicate<String> jar) throws IOException {
    Path target = Path.of(System.getProperty("java.class.path")).toAbsolutePath().getParent();
    try (Stream<Path> jars = Files.list(target.resolve("lib"))) {
      return Stream.concat(
              Stream.of(target.resolve("classes")),
              jars.filter(each -> jar.test(each.getFileName().toString())).sorted())
          .map(Path::toString)
          .collect(Collectors.joining(File.pathSeparator));
    }
  }

  private static boolean ofEtcd(String jar) {
    return ofBoth(jar)
        || Stream.of("etcd-registry-", "grpc-", "protobuf-", "gson", "perfmark", "jspecify")
            .anyMatch(jar::startsWith);
  }

  private static boolean ofCurator(String jar) {
    return ofBoth(jar)
        || Stream.of(
                "curator",
                "zookeeper",
                "jackson",
                "metrics",
                "snappy",
                "commons-io",
                "netty",
                "slf4j")
            .anyMatch(jar::startsWith);
  }

  private static boolean ofBoth(String jar) {
    return Stream.of("guava", "failureaccess", "listenablefuture").anyMatch(jar::startsWith);
  }

  private static Rounds figure(List<double[]> all, int which) {
    return Rounds.of(all.stream().map(each -> each[which]).toList());
  }

  private static double[] run(List<String> program) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.add("-XX:+UseSerialGC");
    command.add("-cp");
    command.addAll(program);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    double[] figures =
        Arrays.stream(said.strip().split(" ")).mapToDouble(Double::parseDouble).toArray();
    if (figures.length != 5 || figures[0] != INSTANCES) {
      throw new IllegalStateException(program + " said " + said);
    }
    return figures;
  }
}
