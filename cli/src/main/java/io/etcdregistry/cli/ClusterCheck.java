package io.etcdregistry.cli;

import io.etcdregistry.internal.diagnosis.EndpointReport;
import io.etcdregistry.internal.diagnosis.EndpointReport.Space;
import io.etcdregistry.internal.diagnosis.EndpointReport.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What the members of a cluster say of themselves, judged. */
final class ClusterCheck {
  private static final String ETCD = "etcd";
  private static final String SPACE = "space";
  private static final Duration SLOW = Duration.ofMillis(100);
  private static final long USUAL_QUOTA = 2L << 30;
  private static final double NEARLY_FULL = 0.8;

  private final List<EndpointReport> endpoints;
  private final Mends mends;
  private final List<Finding> findings = new ArrayList<>();

  ClusterCheck(List<EndpointReport> endpoints, Mends mends) {
    this.endpoints = endpoints;
    this.mends = mends;
  }

  List<Finding> findings() {
    endpoints.stream().filter(one -> !one.answers()).forEach(this::away);
    endpoints.stream()
        .filter(one -> one.reach() == EndpointReport.Reach.REFUSES)
        .findFirst()
        .ifPresent(this::refusing);
    List<EndpointReport> answering =
        endpoints.stream().filter(endpoint -> endpoint.status().isPresent()).toList();
    if (answering.isEmpty()) {
      return findings;
    }
    members(answering);
    leader(answering);
    versions(answering);
    latency(answering);
    Set<Long> told = new TreeSet<>();
    for (EndpointReport endpoint : answering) {
      endpoint
          .status()
          .filter(status -> told.add(status.id()))
          .ifPresent(status -> space(endpoint, status));
    }
    return findings;
  }

  private static String name(EndpointReport endpoint) {
    return endpoint.member().isEmpty()
        ? endpoint.address()
        : endpoint.member() + " at " + endpoint.address();
  }

  /** 3.4 from 3.4.42 on, 3.5.28 to 3.5.31 and 3.6.0 to 3.6.11 tell their state to nobody else. */
  private void refusing(EndpointReport endpoint) {
    findings.add(
        Finding.note(
            ETCD,
            name(endpoint) + " answers, but tells only root how it is: " + endpoint.failure(),
            "Versions, leader, latency, alarms and space cannot be seen as this user.",
            mends.oursAsRoot("doctor")));
  }

  private void away(EndpointReport endpoint) {
    findings.add(
        Finding.problem(
            "reach",
            name(endpoint) + " does not answer: " + endpoint.failure(),
            endpoint.given()
                ? "Clients that know this endpoint alone find nothing; others go elsewhere after a"
                    + " second."
                : "The cluster tells clients of this address, and they cannot turn to it when others"
                    + " fail.",
            endpoint.given()
                ? mends.etcdctlAt(endpoint.address(), "endpoint health")
                : "start that member, or have it advertise where it is reached:"
                    + " --advertise-client-urls"));
  }

  private void members(List<EndpointReport> answering) {
    List<Status> seen = distinct(answering);
    boolean all = endpoints.stream().allMatch(one -> one.status().isPresent());
    List<Status> voters = seen.stream().filter(status -> !status.learner()).toList();
    if (voters.size() < seen.size()) {
      findings.add(
          Finding.note(
              ETCD,
              "members without a vote yet, as learners: " + (seen.size() - voters.size()),
              "They serve few requests, and the cluster survives no more losses than without them.",
              mends.etcdctl("member promote ID")));
    }
    if (voters.size() == 1 && all) {
      findings.add(
          Finding.note(
              ETCD,
              "the cluster has one member",
              "While it is away nothing can join; callers keep what they know.",
              mends.etcdctl("member add NAME --peer-urls=URL")));
    } else if (!voters.isEmpty() && voters.size() % 2 == 0 && all) {
      findings.add(
          Finding.note(
              ETCD,
              "the cluster has an even number of members: " + voters.size(),
              "It survives the loss of as many as with one fewer.",
              mends.etcdctl("member add NAME --peer-urls=URL")));
    }
  }

  /** What each member says, also if several endpoints lead to it. */
  private static List<Status> distinct(List<EndpointReport> answering) {
    Map<Long, Status> byId = new LinkedHashMap<>();
    answering.forEach(one -> one.status().ifPresent(s -> byId.putIfAbsent(s.id(), s)));
    return List.copyOf(byId.values());
  }

  private void leader(List<EndpointReport> answering) {
    List<EndpointReport> without =
        answering.stream()
            .filter(one -> one.status().map(status -> status.leader() == 0).orElse(false))
            .toList();
    without.forEach(
        one ->
            findings.add(
                Finding.problem(
                    "leader",
                    name(one) + " knows of no leader",
                    "It can serve nothing that matters: it is cut off, or most members are away.",
                    mends.etcdctlAt(one.address(), "endpoint status --cluster -w table"))));
    Set<Long> leaders =
        answering.stream()
            .flatMap(one -> one.status().map(Status::leader).filter(id -> id != 0).stream())
            .collect(Collectors.toCollection(TreeSet::new));
    if (leaders.size() > 1) {
      findings.add(
          Finding.problem(
              "leader",
              "members take different members for the leader",
              "An election is under way, or the endpoints belong to different clusters.",
              mends.etcdctl("member list -w table")));
    } else if (without.isEmpty()) {
      String leader =
          answering.stream()
              .filter(one -> one.status().map(s -> s.id() == s.leader()).orElse(false))
              .map(ClusterCheck::name)
              .findFirst()
              .orElse("a member that did not answer");
      findings.add(Finding.ok("leader", leader));
    }
  }

  private void versions(List<EndpointReport> answering) {
    Set<String> versions =
        answering.stream()
            .flatMap(one -> one.status().map(Status::version).stream())
            .collect(Collectors.toCollection(TreeSet::new));
    String together = String.join(", ", versions);
    if (versions.stream().anyMatch(version -> EtcdVersion.parse(version).isBefore(3, 4, 0))) {
      findings.add(
          Finding.problem(
              "version",
              "etcd " + together,
              "Before 3.4, etcd does not answer all that is asked of it here.",
              "upgrade etcd, one minor version at a time"));
    } else if (versions.size() > 1) {
      findings.add(
          Finding.note(
              "version",
              "members of different versions: " + together,
              "The cluster behaves like the oldest.",
              "finish the upgrade"));
    } else {
      findings.add(Finding.ok("version", "etcd " + together));
    }
  }

  private void latency(List<EndpointReport> answering) {
    String all =
        answering.stream()
            .map(one -> name(one) + " " + millis(latencyOf(one)))
            .collect(Collectors.joining(", "));
    Optional<Duration> slowest =
        answering.stream().map(ClusterCheck::latencyOf).max(Comparator.naturalOrder());
    if (slowest.isPresent() && slowest.get().compareTo(SLOW) > 0) {
      findings.add(
          Finding.note(
              "latency",
              all,
              "Over " + millis(SLOW) + " joining is slow, and changes are seen late.",
              "name nearer members first in -e, or see what etcd's disk and network do"));
    } else {
      findings.add(Finding.ok("latency", all));
    }
  }

  private static Duration latencyOf(EndpointReport one) {
    return one.status().map(Status::latency).orElse(Duration.ZERO);
  }

  private static String millis(Duration time) {
    return String.format(Locale.ROOT, "%.1f ms", time.toNanos() / 1e6);
  }

  private void space(EndpointReport endpoint, Status status) {
    for (String error : status.errors()) {
      boolean full = error.contains("NOSPACE");
      findings.add(
          Finding.problem(
              full ? SPACE : ETCD,
              name(endpoint) + " reports: " + error,
              full
                  ? "The database has reached its quota: nothing can be written until the alarm is"
                      + " disarmed, and nobody can join."
                  : "The member is not well.",
              full ? makeRoom() : mends.etcdctlAt(endpoint.address(), "endpoint status -w table")));
    }
    Space space = status.space();
    long quota = space.quota() > 0 ? space.quota() : USUAL_QUOTA;
    if (space.size() > quota * NEARLY_FULL && status.errors().isEmpty()) {
      findings.add(
          Finding.problem(
              SPACE,
              name(endpoint) + " uses " + mebibytes(space.size()) + " of " + mebibytes(quota),
              "At its quota etcd refuses every write, and nobody can join.",
              makeRoom() + "; and have etcd compact by itself: --auto-compaction-retention=1h"));
    }
  }

  /** What is compacted is given back by defragmenting only, and an alarm stays until disarmed. */
  private String makeRoom() {
    return mends.etcdctl("compact")
        + " $("
        + mends.etcdctl("endpoint status -w json")
        + " | grep -o '\"revision\":[0-9]*' | cut -d: -f2 | head -n 1); "
        + mends.etcdctl("defrag --cluster")
        + " && "
        + mends.etcdctl("alarm disarm");
  }

  private static String mebibytes(long bytes) {
    return (bytes >> 20) + " MiB";
  }
}
