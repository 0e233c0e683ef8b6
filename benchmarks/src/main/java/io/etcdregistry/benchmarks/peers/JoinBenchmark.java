package io.etcdregistry.benchmarks.peers;

import io.etcdregistry.benchmarks.RealEtcd;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures how fast one client joins 1,000 services: one after the other, with 64 joins under way,
 * and all at once. Everybody takes turns, and the order of the turns rotates.
 *
 * <p>Arguments: the home of an etcd, a folder with the npm package, and how many rounds.
 */
public final class JoinBenchmark {
  private static final int SERVICES = 1000;
  private static final int[] UNDER_WAY = {1, 64, SERVICES};

  /** Rounds until what is compared is compiled: a client has more code than bare gRPC. */
  private static final int WARM_UP = 16;

  /** The same of joins all at once, which are over before anything is. */
  private static final int WARM_UP_AT_ONCE = 40;

  private final List<Joiner> joiners = new ArrayList<>();
  private final Map<String, Samples> measured = new LinkedHashMap<>();

  private JoinBenchmark() {}

  /** Runs it and prints a table. */
  public static void main(String[] args) throws Exception {
    int rounds = Integer.parseInt(args[2]);
    try (RealEtcd etcd = RealEtcd.start(Path.of(args[0]), "--enable-v2=true");
        ZooKeeper zooKeeper = ZooKeeper.start()) {
      JoinBenchmark benchmark = new JoinBenchmark();
      benchmark.start(etcd, zooKeeper, args[1]);
      for (int round = -WARM_UP_AT_ONCE; round < -WARM_UP; round++) {
        benchmark.round(round, SERVICES);
      }
      for (int round = -WARM_UP; round < rounds; round++) {
        for (int underWay : UNDER_WAY) {
          benchmark.round(round, underWay);
        }
      }
      for (Joiner joiner : benchmark.joiners) {
        joiner.close();
      }
      benchmark.report();
    }
  }

  private void start(RealEtcd etcd, ZooKeeper zooKeeper, String npm) throws Exception {
    joiners.add(new Joiners.Ours(etcd.endpoint()));
    joiners.add(new Joiners.Raw(etcd.endpoint(), 1));
    joiners.add(new Joiners.Raw(etcd.endpoint(), 100));
    joiners.add(new Joiners.Curator(zooKeeper.endpoint()));
    Npm.command(npm, etcd.endpoint()).ifPresent(node -> joiners.add(new Joiners.Npm(node)));
  }

  private void round(int round, int underWay) throws Exception {
    List<Joiner> turns = new ArrayList<>(joiners);
    Collections.rotate(turns, round);
    Map<String, Double> perSecond = new LinkedHashMap<>();
    for (Joiner joiner : turns) {
      if (joiner.can(underWay) && (round >= 0 || !slow(joiner, underWay))) {
        perSecond.put(joiner.name(), measure(joiner, underWay));
      }
    }
    if (round >= 0) {
      keep(perSecond, underWay);
    }
  }

  /** Whose warming up would take long, and changes little: others' work is not held to an aim. */
  private static boolean slow(Joiner joiner, int underWay) {
    return joiner instanceof Joiners.Npm
        || joiner instanceof Joiners.Curator
        || (underWay > 1 && joiner.name().equals(Joiners.Raw.GUARDED));
  }

  private static double measure(Joiner joiner, int underWay) throws Exception {
    long nanos = joiner.join(SERVICES, underWay);
    int found = joiner.found();
    joiner.leave();
    if (found != SERVICES) {
      throw new IllegalStateException(joiner.name() + ": " + found + " joined of " + SERVICES);
    }
    return SERVICES * 1e9 / nanos;
  }

  private void keep(Map<String, Double> perSecond, int underWay) {
    perSecond.forEach((name, value) -> samples(name, underWay).add(value));
    ratio(perSecond, Joiners.Raw.GUARDED, underWay);
    ratio(perSecond, Joiners.Raw.NESTED, underWay);
  }

  private void ratio(Map<String, Double> perSecond, String other, int underWay) {
    if (perSecond.containsKey(other)) {
      double ratio = perSecond.get(Joiners.Ours.NAME) / perSecond.get(other);
      samples("etcd-registry / " + other, underWay).add(ratio);
    }
  }

  private Samples samples(String what, int underWay) {
    return measured.computeIfAbsent(what + " " + underWay, key -> new Samples());
  }

  private void report() {
    Table table = new Table("joins/s", "one by one", "64 in flight", "all at once");
    joiners.forEach(joiner -> row(table, joiner.name(), 0));
    row(table, "etcd-registry / " + Joiners.Raw.GUARDED, 2);
    row(table, "etcd-registry / " + Joiners.Raw.NESTED, 2);
    table.print();
    System.out.println(
        "Medians of " + samples(Joiners.Ours.NAME, 1).size() + " rounds, least and greatest.");
  }

  private void row(Table table, String name, int decimals) {
    table.row(
        name,
        samples(name, UNDER_WAY[0]).text(decimals),
        samples(name, UNDER_WAY[1]).text(decimals),
        samples(name, UNDER_WAY[2]).text(decimals));
  }
}
