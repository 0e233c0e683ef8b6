package io.etcdregistry.benchmarks.peers;

import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.Registry;
import io.etcdregistry.benchmarks.RawEtcd;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Measures what 1,000 services that stay cost an etcd: each contender has one of its own, all at
 * the same time, and one has nobody.
 *
 * <p>Arguments: the home of an etcd, a folder with the npm package, and how many seconds.
 */
public final class SteadyBenchmark {
  private static final int SERVICES = 1000;
  private static final long SETTLE_SECONDS = 3;

  private final List<AutoCloseable> open = new ArrayList<>();
  private final Map<String, Watched> etcds = new LinkedHashMap<>();
  private final Map<String, Callable<Integer>> counts = new LinkedHashMap<>();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  private SteadyBenchmark() {}

  /** Runs it and prints a table. */
  public static void main(String[] args) throws Exception {
    SteadyBenchmark benchmark = new SteadyBenchmark();
    Path home = Path.of(args[0]);
    try {
      benchmark.nobody(home);
      benchmark.ours(home);
      benchmark.oneLeaseEach(home);
      benchmark.npm(home, args[1]);
      benchmark.check();
      TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
      Table table = benchmark.measure(Integer.parseInt(args[2]));
      benchmark.check();
      table.print();
      System.out.println("Over " + args[2] + " s; TTLs are 10 s.");
    } finally {
      benchmark.close();
    }
  }

  private Watched etcd(String name, Path home, String... flags) throws Exception {
    Watched etcd = new Watched(home, flags);
    etcds.put(name, etcd);
    return etcd;
  }

  private void nobody(Path home) throws Exception {
    Watched etcd = etcd("nobody", home);
    try (RawEtcd client = new RawEtcd(etcd.endpoint())) {
      if (client.leased("services/") != 0) {
        throw new IllegalStateException("there is something");
      }
    }
  }

  private void ours(Path home) throws Exception {
    Watched etcd = etcd("etcd-registry", home);
    Registry registry =
        Registry.builder().connection(etcd.endpoint()).hostname("127.0.0.1").build();
    open.add(registry);
    List<CompletableFuture<Registration>> joins = new ArrayList<>();
    for (int i = 0; i < SERVICES; i++) {
      joins.add(registry.async().join(Instance.named("service-" + i).port(8000 + i)));
    }
    joins.forEach(CompletableFuture::join);
    RawEtcd witness = new RawEtcd(etcd.witnessEndpoint());
    open.add(witness);
    counts.put("etcd-registry", () -> witness.leased("services/"));
  }

  private void oneLeaseEach(Path home) throws Exception {
    Watched etcd = etcd("one lease each", home);
    RawEtcd client = new RawEtcd(etcd.endpoint());
    open.add(client);
    List<Long> leases = new ArrayList<>();
    for (int i = 0; i < SERVICES; i++) {
      long lease = client.grant(Actor.TTL_SECONDS);
      leases.add(lease);
      String document = "{\"name\":\"service-%d\",\"port\":%d}".formatted(i, 8000 + i);
      if (!client
          .txn(RawEtcd.guarded("services/service-" + i + "/x", document, lease))
          .getSucceeded()) {
        throw new IllegalStateException("a key was there");
      }
    }
    client.keepAlive(leases, Actor.TTL_SECONDS * 1000 / 3, timer);
    counts.put("one lease each", () -> client.leased("services/"));
  }

  private void npm(Path home, String folder) throws Exception {
    Watched etcd = etcd("npm etcd-registry", home, "--enable-v2=true");
    List<String> command = Npm.command(folder, etcd.endpoint()).orElse(List.of());
    if (command.isEmpty()) {
      etcds.remove("npm etcd-registry").close();
      return;
    }
    Driver node = Driver.start(command);
    open.add(node);
    node.ask("join-many", SERVICES, 64);
    counts.put("npm etcd-registry", () -> (int) node.number("count", ""));
  }

  /** All are there, before as well as after. */
  private void check() throws Exception {
    for (Map.Entry<String, Callable<Integer>> count : counts.entrySet()) {
      int found = count.getValue().call();
      if (found != SERVICES) {
        throw new IllegalStateException(count.getKey() + ": " + found + " records");
      }
    }
  }

  private Table measure(int seconds) throws Exception {
    Map<String, Watched.Reading> before = new LinkedHashMap<>();
    for (Map.Entry<String, Watched> etcd : etcds.entrySet()) {
      before.put(etcd.getKey(), etcd.getValue().read());
    }
    TimeUnit.SECONDS.sleep(seconds);
    Table table =
        new Table(
            "in a second", "proposals", "syncs of the log", "gRPC messages", "bytes", "ms of CPU");
    for (Map.Entry<String, Watched> etcd : etcds.entrySet()) {
      Watched.Reading was = before.get(etcd.getKey());
      Watched.Reading is = etcd.getValue().read();
      double time = (is.nanos() - was.nanos()) / 1e9;
      table.row(
          etcd.getKey(),
          number((is.proposals() - was.proposals()) / time, 1),
          number((is.syncs() - was.syncs()) / time, 1),
          number((is.messages() - was.messages()) / time, 1),
          number((is.bytes() - was.bytes()) / time, 0),
          number((is.cpu() - was.cpu()) * 1000 / time, 1));
    }
    return table;
  }

  private static String number(double value, int decimals) {
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }

  private void close() throws Exception {
    timer.shutdownNow();
    for (AutoCloseable one : open) {
      one.close();
    }
    etcds.values().forEach(Watched::close);
  }
}
