package io.etcdregistry.benchmarks;

import static io.etcdregistry.benchmarks.Rounds.say;

import com.sun.management.OperatingSystemMXBean;
import io.etcdregistry.Registry;
import io.etcdregistry.ServiceView;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.curator.x.discovery.ServiceCache;

/**
 * Measures how long a view of many takes to load, beside a raw Range in pages and Curator's cache,
 * and what one change among few and among many costs. Rounds take turns.
 *
 * <p>Arguments: the home of an etcd, how many instances, how many for Curator, and how many rounds.
 */
public final class LoadBenchmark {
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final String MANY = "many";
  private static final String FEW = "few";
  private static final int FEW_INSTANCES = 100;
  private static final int CHANGES = 300;
  private static final int WARM = 3;

  private final Map<String, List<Double>> measured = new LinkedHashMap<>();
  private final int many;
  private final int fewer;
  private int port = 1024;

  private LoadBenchmark(int many, int fewer) {
    this.many = many;
    this.fewer = fewer;
  }

  /** Runs it and prints a table. */
  public static void main(String[] args) throws Exception {
    LoadBenchmark benchmark =
        new LoadBenchmark(Integer.parseInt(args[1]), Integer.parseInt(args[2]));
    benchmark.run(Path.of(args[0]), Integer.parseInt(args[3]));
  }

  private void run(Path home, int rounds) throws Exception {
    try (RealEtcd etcd = RealEtcd.start(home);
        RawFleet raw = new RawFleet(etcd.endpoint());
        ZooKeeperProcess zooKeeper = ZooKeeperProcess.start();
        CuratorFleet curator = new CuratorFleet(zooKeeper.connect())) {
      raw.fill(MANY, many);
      raw.fill(FEW, FEW_INSTANCES);
      curator.fill(MANY, fewer);
      curator.fill(FEW, FEW_INSTANCES);
      loads(etcd, raw, curator, rounds);
      changes(etcd, raw, curator, rounds);
    }
  }

  private void note(int round, String what, double value) {
    if (round >= 0) {
      measured.computeIfAbsent(what, same -> new ArrayList<>()).add(value);
    }
  }

  private Rounds of(String what) {
    return Rounds.of(measured.get(what));
  }

  // ---- the first load ----

  private void loads(RealEtcd etcd, RawFleet raw, CuratorFleet curator, int rounds)
      throws Exception {
    for (int round = -WARM; round < rounds; round++) {
      long begun = System.nanoTime();
      long[] read = raw.read(MANY);
      double rawMillis = millis(begun);
      if (read[0] != many || read[1] != (long) many * RawFleet.DOCUMENT) {
        throw new IllegalStateException("read " + read[0] + " records of " + read[1] + " bytes");
      }
      double ownMillis = load(etcd.endpoint());
      note(round, "raw", rawMillis);
      note(round, "own", ownMillis);
      note(round, "own/raw", ownMillis / rawMillis);
      if (round >= -1) { // it takes long, and its classes are warm sooner
        begun = System.nanoTime();
        ServiceCache<Void> cache = curator.cache(MANY, fewer);
        note(round, "curator", millis(begun) / fewer * 1000);
        cache.close();
      }
    }
    say("first load of %d instances, documents of %d bytes:", many, RawFleet.DOCUMENT);
    say("raw Range in pages     %s ms", of("raw").shown("%.0f"));
    say("ServiceView            %s ms", of("own").shown("%.0f"));
    say("ratio                  %s", of("own/raw").shown("%.2f"));
    say(
        "a thousand instances of it: raw %.2f ms, ServiceView %.2f ms,",
        perThousand("raw"), perThousand("own"));
    say("Curator ServiceCache   %s ms, of %d instances", of("curator").shown("%.2f"), fewer);
  }

  private double perThousand(String what) {
    return of(what).median() * 1000 / many;
  }

  private double load(String endpoint) {
    try (Registry registry = Registry.connect(endpoint + "?timeout=1m")) {
      if (!registry.list("nobody").isEmpty()) {
        throw new IllegalStateException("there is somebody");
      }
      long begun = System.nanoTime();
      ServiceView view = registry.service(MANY);
      int loaded = view.whenReady().join().instances().size();
      double millis = millis(begun);
      if (loaded != many || view.pick().isEmpty()) {
        throw new IllegalStateException("loaded " + loaded);
      }
      return millis;
    }
  }

  private static double millis(long begun) {
    return (System.nanoTime() - begun) / 1e6;
  }

  // ---- one change ----

  private void changes(RealEtcd etcd, RawFleet raw, CuratorFleet curator, int rounds)
      throws Exception {
    try (Registry registry = Registry.connect(etcd.endpoint() + "?timeout=1m");
        ServiceCache<Void> manyOfTheirs = curator.cache(MANY, fewer);
        ServiceCache<Void> fewOfTheirs = curator.cache(FEW, FEW_INSTANCES)) {
      Told few = new Told();
      Told mass = new Told();
      Told heard = new Told();
      ServiceView small = view(registry, FEW, FEW_INSTANCES, few);
      ServiceView large = view(registry, MANY, many, mass);
      var watch = raw.watch(MANY, heard::tell);
      Semaphore manyChanged = CuratorFleet.changes(manyOfTheirs);
      Semaphore fewChanged = CuratorFleet.changes(fewOfTheirs);
      for (int round = -1; round < rounds; round++) {
        if (round == -1) { // a view of many takes longer until it is warm
          change(round, "few", i -> few.await(raw.put(FEW, i % FEW_INSTANCES, port())));
          change(round, "many", i -> mass.await(raw.put(MANY, i * 331 % many, port())));
        }
        change(round, "raw", i -> heard.await(raw.put(MANY, i % many, port())));
        change(round, "few", i -> few.await(raw.put(FEW, i % FEW_INSTANCES, port())));
        change(round, "many", i -> mass.await(raw.put(MANY, i * 331 % many, port())));
        change(round, "their few", i -> theirs(curator, fewChanged, FEW, i % FEW_INSTANCES));
        change(round, "their many", i -> theirs(curator, manyChanged, MANY, i * 331 % fewer));
      }
      watch.onCompleted();
      mass.await(raw.put(MANY, 0, port()));
      few.await(raw.put(FEW, 0, port));
      check(large, port);
      check(small, port);
    }
    reportChanges();
  }

  private void reportChanges() {
    say("");
    say(
        "one change, from the call that writes it until a listener is told (µs, CPU µs of the client):");
    row("raw watch", "raw");
    row("ServiceView of " + FEW_INSTANCES, "few");
    row("ServiceView of " + many, "many");
    row("Curator cache of " + FEW_INSTANCES, "their few");
    row("Curator cache of " + fewer, "their many");
    say(
        "many / few: ServiceView %.2f, CPU %.2f; Curator %.2f, CPU %.2f",
        of("many").median() / of("few").median(),
        of("many cpu").median() / of("few cpu").median(),
        of("their many").median() / of("their few").median(),
        of("their many cpu").median() / of("their few cpu").median());
  }

  private int port() {
    port = port == 60_000 ? 1024 : port + 1;
    return port;
  }

  private void row(String who, String what) {
    say("%-24s %s, %s", who, of(what).shown("%.0f"), of(what + " cpu").shown("%.0f"));
  }

  /** Makes a change and waits until it was told. */
  private interface OneChange {
    void make(int number) throws Exception;
  }

  private void change(int round, String what, OneChange change) throws Exception {
    double[] micros = new double[CHANGES];
    long cpu = SYSTEM.getProcessCpuTime();
    for (int i = 0; i < CHANGES; i++) {
      long begun = System.nanoTime();
      change.make(i);
      micros[i] = (System.nanoTime() - begun) / 1e3;
    }
    note(round, what + " cpu", (SYSTEM.getProcessCpuTime() - cpu) / 1e3 / CHANGES);
    Arrays.sort(micros);
    note(round, what, micros[CHANGES / 2]);
  }

  private void theirs(CuratorFleet curator, Semaphore changed, String service, int number)
      throws Exception {
    changed.drainPermits();
    curator.put(service, number, port());
    if (!changed.tryAcquire(10, TimeUnit.SECONDS)) {
      throw new IllegalStateException("Curator told nothing");
    }
  }

  /** What was told last. */
  private static final class Told {
    private final Semaphore calls = new Semaphore(0);
    private volatile long revision;

    void tell(long told) {
      revision = told;
      calls.release();
    }

    void await(long expected) throws InterruptedException {
      while (revision < expected) {
        if (!calls.tryAcquire(10, TimeUnit.SECONDS)) {
          throw new IllegalStateException("revision " + expected + " was not told");
        }
      }
      calls.drainPermits();
    }
  }

  private static ServiceView view(Registry registry, String name, int instances, Told told) {
    ServiceView view = registry.service(name);
    view.awaitAvailable(instances, Duration.ofMinutes(1));
    view.onChange(change -> told.tell(change.snapshot().revision()));
    return view;
  }

  /** The last change is there. */
  private static void check(ServiceView view, int port) {
    if (view.snapshot().instances().stream().noneMatch(one -> one.port().orElse(0) == port)) {
      throw new IllegalStateException("the last change is not in the view");
    }
  }
}
