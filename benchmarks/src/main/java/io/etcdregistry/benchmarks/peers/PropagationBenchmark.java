package io.etcdregistry.benchmarks.peers;

import io.etcdregistry.benchmarks.RealEtcd;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Measures how long it takes until another process sees what one did: from the call of join until
 * it would be chosen, from the call of leave, and from a kill with signal 9, until it would not any
 * more. Everybody takes turns; Eureka, which takes half a minute for each, goes on beside.
 *
 * <p>Arguments: the home of an etcd, a folder with the npm package, one with Eureka, how many
 * rounds of fifty joins and leaves and a kill, and whether Eureka's processes are killed as well.
 */
public final class PropagationBenchmark {
  private static final int WARM_UP = 500;
  private static final int SAMPLES = 50;
  private static final double MILLI = 1e6;

  private final List<Contender> contenders = new ArrayList<>();
  private final Map<Contender, Driver> actors = new LinkedHashMap<>();
  private final Map<Contender, Contender.Measured> measured = new LinkedHashMap<>();
  private final Samples telling = new Samples();
  private final Samples picking = new Samples();
  private final Samples ratioOfJoins = new Samples();
  private final Samples ratioOfLeaves = new Samples();
  private final SplittableRandom random = new SplittableRandom();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private int port = 10_000;

  private PropagationBenchmark() {}

  /** Runs it and prints a table. */
  public static void main(String[] args) throws Exception {
    int rounds = Integer.parseInt(args[3]);
    PropagationBenchmark benchmark = new PropagationBenchmark();
    try (RealEtcd etcd = RealEtcd.start(Path.of(args[0]), "--enable-v2=true");
        ZooKeeper zooKeeper = ZooKeeper.start();
        Eureka.Slow eureka = Eureka.propagation(args[2], Boolean.parseBoolean(args[4]))) {
      benchmark.start(etcd, zooKeeper, args[1]);
      benchmark.warmUp();
      try (Callers callers = new Callers(etcd.endpoint())) {
        for (int round = 0; round < rounds; round++) {
          benchmark.round(callers);
        }
      }
      benchmark.report(eureka.await());
      benchmark.actors.values().forEach(Driver::close);
      benchmark.contenders.forEach(contender -> contender.observer().close());
    }
    System.exit(0);
  }

  private void start(RealEtcd etcd, ZooKeeper zooKeeper, String npm) throws Exception {
    String at = etcd.endpoint();
    String keeper = zooKeeper.endpoint();
    contenders.add(
        new Contender(
            "etcd-registry",
            "orders",
            new Observers.Ours(at, "orders"),
            () -> Driver.java(Actor.class, "ours", at)));
    contenders.add(
        new Contender(
            "raw watch",
            "raw",
            new Observers.Raw(at, "raw/"),
            () -> Driver.java(Actor.class, "raw", at)));
    contenders.add(
        new Contender(
            "Curator",
            "orders",
            new Observers.Curator(keeper, "orders"),
            () -> Driver.java(Actor.class, "curator", keeper)));
    Optional<List<String>> node = Npm.command(npm, at);
    node.ifPresent(
        command ->
            contenders.add(
                new Contender(
                    "npm etcd-registry, polling",
                    "npm-orders",
                    new Observers.Npm(command, "npm-orders"),
                    () -> Driver.start(command))));
    for (Contender contender : contenders) {
      measured.put(contender, new Contender.Measured());
      actors.put(contender, contender.actors().get());
    }
  }

  private void warmUp() throws Exception {
    for (Contender contender : contenders) {
      for (int i = 0; i < WARM_UP; i++) {
        comeAndGo(contender, actors.get(contender), new Contender.Measured());
      }
    }
  }

  /** All join and leave in turns, then fresh processes join and are killed. */
  private void round(Callers callers) throws Exception {
    Map<Contender, Contender.Measured> here = new LinkedHashMap<>();
    contenders.forEach(contender -> here.put(contender, new Contender.Measured()));
    for (int i = 0; i < SAMPLES; i++) {
      for (Contender contender : contenders) {
        comeAndGo(contender, actors.get(contender), here.get(contender));
      }
    }
    keep(here);
    kill(callers);
  }

  private void keep(Map<Contender, Contender.Measured> here) {
    here.forEach((contender, values) -> measured.get(contender).addAll(values));
    Contender.Measured ours = here.get(contenders.get(0));
    Contender.Measured raw = here.get(contenders.get(1));
    ratioOfJoins.add(ours.join().median() / raw.join().median());
    ratioOfLeaves.add(ours.leave().median() / raw.leave().median());
  }

  private void comeAndGo(Contender contender, Driver actor, Contender.Measured values)
      throws Exception {
    int one = port++;
    values.join().add(step("join", contender, actor, one));
    values.leave().add(step("leave", contender, actor, one));
  }

  /** Milliseconds from the call to what is seen. */
  private double step(String verb, Contender contender, Driver actor, int one) throws Exception {
    boolean joins = verb.equals("join");
    contender.observer().look(one, joins);
    actor.tell(verb, contender.service(), one);
    long seen = contender.observer().await(one, joins);
    return (seen - Long.parseLong(actor.answer()[0])) / MILLI;
  }

  private void kill(Callers callers) throws Exception {
    Map<Contender, Driver> victims = new LinkedHashMap<>();
    Map<Contender, Integer> ports = new LinkedHashMap<>();
    for (Contender contender : contenders) {
      victims.put(contender, contender.actors().get());
      step("join", contender, victims.get(contender), port);
      ports.put(contender, port++);
    }
    callers.begin();
    // At any time between two renewals.
    TimeUnit.MILLISECONDS.sleep(random.nextInt(1000, 1000 + Actor.TTL_SECONDS * 1000 / 3));
    List<CompletableFuture<Void>> gone = new ArrayList<>();
    ports.forEach(
        (contender, one) -> {
          long killed = System.nanoTime();
          victims.get(contender).kill();
          gone.add(CompletableFuture.runAsync(() -> gone(contender, one, killed), threads));
        });
    callers.kill();
    gone.forEach(CompletableFuture::join);
    TimeUnit.SECONDS.sleep(1);
    callers.end(telling, picking);
    victims.values().forEach(Driver::close);
  }

  private void gone(Contender contender, int one, long killed) {
    try {
      contender.observer().look(one, false);
      double millis = (contender.observer().await(one, false) - killed) / MILLI;
      measured.get(contender).kill().add(millis);
    } catch (Exception e) {
      throw new IllegalStateException(contender.name(), e);
    }
  }

  private void report(Optional<Contender.Measured> eureka) {
    Table table = new Table("milliseconds", "join to chosen", "leave to not", "kill -9 to not");
    measured.forEach((contender, values) -> row(table, contender.name(), values, 2));
    eureka.ifPresent(values -> row(table, "Eureka, its defaults", values, 0));
    table.print();
    System.out.printf(
        Locale.ROOT,
        "etcd-registry / raw watch: join %s, leave %s (medians of %d rounds, least and greatest)%n",
        ratioOfJoins.text(2),
        ratioOfLeaves.text(2),
        ratioOfJoins.size());
    System.out.printf(
        "Failed calls of one caller after a kill, of 50 a second to one of 3 instances: %s if it tells"
            + " how calls end, %s if it only picks.%n",
        telling.text(0), picking.text(0));
    System.out.println(
        "Joins and leaves: medians, 5th and 95th percentile; kills: medians, least and greatest."
            + " Leases and sessions live for 10 s.");
  }

  private static void row(Table table, String name, Contender.Measured values, int decimals) {
    table.row(
        name,
        values.join().text(decimals, 0.05, 0.95),
        values.leave().text(decimals, 0.05, 0.95),
        values.kill().text(0));
  }
}
