package io.etcdregistry.cli;

import static java.util.Comparator.comparingLong;

import io.etcdregistry.Instance;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** What is wrong with the records of a namespace. */
final class RecordCheck {
  private static final String RECORDS = "records";
  private static final String PORTS = "ports";

  /** How many findings of a kind are told one by one. */
  private static final int MOST = 20;

  private static final int AT_A_TIME = 32;
  private static final int CONNECT_MILLIS = 2000;

  private final List<Instance> instances;
  private final Mends mends;
  private final List<Finding> findings = new ArrayList<>();

  RecordCheck(List<Instance> instances, Mends mends) {
    this.instances = instances;
    this.mends = mends;
  }

  /**
   * @param unreadable keys that hold no record, with why
   * @param connect whether to see who listens
   */
  List<Finding> findings(Map<String, String> unreadable, boolean connect) {
    long services = instances.stream().map(Instance::name).distinct().count();
    findings.add(
        Finding.ok(
            RECORDS, count(instances.size(), "instance") + " of " + count(services, "service")));
    List<Finding> odd =
        unreadable.entrySet().stream()
            .map(
                entry ->
                    Finding.problem(
                        RECORDS,
                        entry.getKey() + " holds no record: " + entry.getValue(),
                        "It is skipped by everybody; whoever wrote it is found by nobody.",
                        mends.etcdctl("del " + Mends.quoted(entry.getKey()))))
            .toList();
    tell(odd);
    tell(instances.stream().filter(one -> one.lease() == 0).map(this::leaseless).toList());
    folding();
    duplicates();
    if (connect) {
      tell(refusing());
    }
    return findings;
  }

  private static String count(long number, String of) {
    return number + " " + of + (number == 1 ? "" : "s");
  }

  private void tell(List<Finding> found) {
    findings.addAll(found.subList(0, Math.min(MOST, found.size())));
    if (found.size() > MOST) {
      Finding like = found.get(MOST);
      findings.add(
          Finding.problem(
              like.check(),
              "and " + (found.size() - MOST) + " more such, the first: " + like.found(),
              like.meaning(),
              like.mend()));
    }
  }

  private String leave(Instance one) {
    return mends.ours("leave " + Mends.quoted(one.name()) + " " + Mends.quoted(one.id()));
  }

  private Finding leaseless(Instance one) {
    return Finding.problem(
        RECORDS,
        one.key() + " has no lease",
        "It stays when its owner is gone, and callers are sent where nobody may be.",
        leave(one));
  }

  private void folding() {
    Map<String, TreeSet<String>> names = new TreeMap<>();
    for (Instance one : instances) {
      String key = one.key();
      names
          .computeIfAbsent(key.substring(0, key.lastIndexOf('/')), part -> new TreeSet<>())
          .add(one.name());
    }
    names.forEach(
        (part, together) -> {
          if (together.size() > 1) {
            findings.add(
                Finding.problem(
                    RECORDS,
                    "names that share the keys " + part + "/: " + String.join(", ", together),
                    "They are kept apart, but rights and ids are common to them, and each client of"
                        + " one is told of all.",
                    "rename one: only letters, digits and - are kept in keys"));
          }
        });
  }

  private void duplicates() {
    Map<String, List<Instance>> byHost = new LinkedHashMap<>();
    instances.stream()
        .filter(one -> called(one) && one.port().isPresent())
        .forEach(one -> byHost.computeIfAbsent(one.host(), h -> new ArrayList<>()).add(one));
    List<Finding> found = new ArrayList<>();
    byHost.forEach(
        (host, same) -> {
          if (same.size() > 1) {
            found.add(
                Finding.problem(
                    RECORDS,
                    host
                        + " is given by "
                        + same.stream().map(Instance::key).collect(Collectors.joining(" and ")),
                    "One process gets the calls of several records, or one of them is stale.",
                    withdraw(same)));
          }
        });
    tell(found);
  }

  /**
   * A record without an owner goes; of owners that live, the one that wrote longest ago makes way.
   */
  private String withdraw(List<Instance> same) {
    return same.stream()
        .filter(one -> one.lease() == 0)
        .findFirst()
        .map(this::leave)
        .orElseGet(() -> disable(Collections.min(same, comparingLong(Instance::revision))));
  }

  private static boolean called(Instance one) {
    return one.status() == Instance.Status.UP || one.status() == Instance.Status.DRAINING;
  }

  private List<Finding> refusing() {
    ExecutorService pool =
        Executors.newFixedThreadPool(
            AT_A_TIME,
            task -> {
              Thread thread = new Thread(task, "ports");
              thread.setDaemon(true);
              return thread;
            });
    try {
      Map<Instance, CompletableFuture<Optional<String>>> asked = new LinkedHashMap<>();
      for (Instance one : instances) {
        OptionalInt port = one.port();
        if (called(one) && port.isPresent() && !one.hostname().isEmpty()) {
          asked.put(
              one,
              CompletableFuture.supplyAsync(() -> refusal(one.hostname(), port.getAsInt()), pool));
        }
      }
      List<Finding> found = new ArrayList<>();
      asked.forEach((one, answer) -> answer.join().ifPresent(why -> found.add(refusing(one, why))));
      if (found.isEmpty() && !asked.isEmpty()) {
        findings.add(Finding.ok(PORTS, "all " + asked.size() + " accept connections"));
      }
      return found;
    } finally {
      pool.shutdownNow();
    }
  }

  private Finding refusing(Instance one, String why) {
    return Finding.problem(
        PORTS,
        one.key() + ": nobody listens at " + one.host() + ": " + why,
        "Calls to it fail. Seen from this machine; others may reach it.",
        one.lease() == 0 ? leave(one) : disable(one));
  }

  /** What keeps callers away although its owner lives, and would join again. */
  private String disable(Instance one) {
    return mends.ours(
        "disable " + Mends.quoted(one.name()) + " " + Mends.quoted(one.id()) + " --for 1h");
  }

  private static Optional<String> refusal(String host, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
