package io.etcdregistry.benchmarks;

import static io.etcdregistry.benchmarks.Rounds.say;

import io.etcdregistry.Registry;
import io.etcdregistry.ServiceView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Measures one change of a service that many clients watch: how long until the last is told, and
 * what it costs etcd. Clients are watch streams of their own, a hundred on a connection; and some
 * are registries, with all that they have.
 *
 * <p>Arguments: the home of an etcd, how many streams, how many registries, and how many rounds.
 */
public final class FanoutBenchmark {
  private static final String NAME = "orders";
  private static final int INSTANCES = 10;
  private static final Watchers.Kind RAW = new Watchers.Kind(1, 100);
  private static final Watchers.Kind AS_REGISTRY = new Watchers.Kind(2, 100);
  private static final Watchers.Kind ALONE = new Watchers.Kind(1, 1);
  private static final int CHANGES = 20;

  private final Map<String, List<Double>> measured = new LinkedHashMap<>();
  private final RawFleet writer;
  private final RealEtcd etcd;
  private int port = 1024;

  private FanoutBenchmark(RealEtcd etcd, RawFleet writer) {
    this.etcd = etcd;
    this.writer = writer;
  }

  /** Runs it and prints a table. */
  public static void main(String[] args) throws Exception {
    Path home = Path.of(args[0]);
    int streams = Integer.parseInt(args[1]);
    int registries = Integer.parseInt(args[2]);
    int rounds = Integer.parseInt(args[3]);
    try (RealEtcd etcd = RealEtcd.start(home);
        RawFleet writer = new RawFleet(etcd.endpoint())) {
      writer.fill(NAME, INSTANCES);
      try (EtcdProxy proxy = EtcdProxy.start(home, etcd.endpoint())) {
        FanoutBenchmark benchmark = new FanoutBenchmark(etcd, writer);
        for (int round = -1; round < rounds; round++) {
          String direct = etcd.endpoint();
          String through = proxy.endpoint();
          benchmark.streams(round, "raw watch streams", direct, streams, RAW);
          benchmark.streams(round, "raw, through etcd's gRPC proxy", through, streams, RAW);
          benchmark.streams(
              round, "registries' watches, shared channels", direct, streams, AS_REGISTRY);
          benchmark.streams(round, "the same, through the proxy", through, streams, AS_REGISTRY);
          if (registries > 0) {
            benchmark.streams(
                round, "raw, each with its own connection", direct, registries, ALONE);
            benchmark.registries(round, "registries", direct, registries);
            benchmark.registries(round, "registries, through the proxy", through, registries);
          }
        }
        benchmark.report();
      }
    }
  }

  private void note(int round, String what, double value) {
    if (round >= 0) {
      measured.computeIfAbsent(what, same -> new ArrayList<>()).add(value);
    }
  }

  private void streams(int round, String what, String endpoint, int streams, Watchers.Kind kind)
      throws Exception {
    try (Watchers watchers = new Watchers(endpoint, NAME, streams, kind)) {
      measure(round, what + ": " + streams, watchers.told(), streams);
    }
  }

  private void registries(int round, String what, String endpoint, int count) throws Exception {
    Semaphore told = new Semaphore(0);
    List<Registry> registries = new ArrayList<>();
    List<ServiceView> views = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Registry registry = Registry.connect(endpoint + "?refresh=false&timeout=1m");
      registries.add(registry);
      ServiceView view = registry.service(NAME);
      view.awaitAvailable(INSTANCES, Duration.ofMinutes(1));
      view.onChange(change -> told.release(change.updated().size()));
      views.add(view);
    }
    TimeUnit.SECONDS.sleep(1); // what follows a start is over
    told.drainPermits();
    measure(round, what + ": " + count, told, count);
    for (ServiceView view : views) {
      if (view.snapshot().instances().stream().noneMatch(one -> one.port().orElse(0) == port)) {
        throw new IllegalStateException("a view does not show the last change");
      }
    }
    registries.forEach(Registry::close);
  }

  private void measure(int round, String what, Semaphore told, int clients) throws Exception {
    List<Double> millis = new ArrayList<>();
    Duration cpu = cpu();
    for (int i = 0; i < CHANGES; i++) {
      long begun = System.nanoTime();
      writer.put(NAME, i % INSTANCES, ++port);
      Watchers.await(told, clients);
      millis.add((System.nanoTime() - begun) / 1e6);
    }
    note(round, what, Rounds.of(millis).median());
    note(round, what + " cpu", cpu().minus(cpu).toNanos() / 1e6 / CHANGES);
  }

  private Duration cpu() {
    return ProcessHandle.of(etcd.pid()).orElseThrow().info().totalCpuDuration().orElseThrow();
  }

  private void report() {
    say("one change: ms until the last client is told it, and ms of etcd's CPU");
    measured.forEach(
        (what, values) -> {
          if (!what.endsWith(" cpu")) {
            Rounds cpu = Rounds.of(measured.get(what + " cpu"));
            say("%-48s %s, %s", what, Rounds.of(values).shown("%.1f"), cpu.shown("%.1f"));
          }
        });
  }
}
