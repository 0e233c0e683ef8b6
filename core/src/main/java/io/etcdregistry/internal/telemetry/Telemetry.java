package io.etcdregistry.internal.telemetry;

import static io.etcdregistry.internal.telemetry.LogLines.said;
import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.etcdregistry.Registration;
import io.etcdregistry.Registration.State;
import io.etcdregistry.Registration.Status;
import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import io.etcdregistry.RegistryObserver;
import io.etcdregistry.RegistryStats.Counter;
import io.etcdregistry.Snapshot.Freshness;
import io.etcdregistry.spi.Time;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What a client goes through, as its parts report it: counted, logged and told to the observers.
 * Nothing here waits for anybody. Thread-safe.
 *
 * <p>A report is made once for each change, not for each retry: that is the caller's part, who
 * knows which it is. How many lines a change of many things makes in the log is this class's.
 */
public final class Telemetry {
  private final Counts<Counter> counts = new Counts<>(Counter.class);
  private final Counts<Reason> failures = new Counts<>(Reason.class);
  private final Counts<State> states = new Counts<>(State.class);
  private final List<ToldObserver> observers;
  private final LogLines log;

  /**
   * Reports of a client.
   *
   * @param observers told of everything, each at its own pace
   * @param threads where user code may run
   * @param time whose clock counts
   * @param logger what the log is written to
   */
  public Telemetry(
      List<RegistryObserver> observers, Executor threads, Time time, System.Logger logger) {
    this.log = new LogLines(logger, time, threads);
    this.observers =
        observers.stream()
            .map(observer -> new ToldObserver(observer, threads, counts, log))
            .toList();
  }

  /** Reports that are only counted. */
  public static Telemetry silent(Executor threads, Time time) {
    return new Telemetry(List.of(), threads, time, new NoLog());
  }

  /** Reports of a client that nobody observes, to the library's log. */
  public Telemetry(Executor threads, Time time) {
    this(List.of(), threads, time, System.getLogger("io.etcdregistry"));
  }

  void tell(Consumer<RegistryObserver> event) {
    observers.forEach(observer -> observer.tell(event));
  }

  /** Completes when every line so far is in the log. */
  public CompletableFuture<Void> written() {
    return log.written();
  }

  // ---- numbers ----

  /** Counts one. */
  public void count(Counter counter) {
    counts.add(counter, 1);
  }

  /** Counts several. */
  public void count(Counter counter, long number) {
    counts.add(counter, number);
  }

  /** Everything counted so far. */
  public Map<Counter, Long> counts() {
    return counts.now();
  }

  /** The verbs that failed so far. */
  public Map<Reason, Long> failures() {
    return failures.now();
  }

  /** How many registrations stand where. */
  public Map<State, Integer> registrations() {
    return states.now().entrySet().stream()
        .filter(entry -> entry.getKey() != State.LEFT)
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().intValue()));
  }

  // ---- registrations ----

  /** A registration began, in a state. */
  public void registered(State state) {
    states.add(state, 1);
  }

  /** A registration came to stand elsewhere. */
  public void registrationChanged(Registration registration, Status before, Status now) {
    states.add(before.state(), -1);
    states.add(now.state(), 1);
    String key = registration.instance().key();
    if (now.state() == State.LEFT) {
      count(Counter.LEAVES);
    }
    if (now.state() == State.SUPERSEDED) {
      count(Counter.SUPERSESSIONS);
      String line = key + " is not ours any more: " + now.why() + "; standing by until it is free";
      log.writeSome("superseded", WARNING, line);
    } else if (before.state() == State.SUPERSEDED && now.state() != State.LEFT) {
      Duration without = Duration.between(before.since(), now.since());
      log.writeSome("regained", INFO, key + " is ours again, after " + said(without));
    } else {
      log.write(DEBUG, key + ": " + before.state() + " -> " + now.state() + ", " + now.why());
    }
    tell(observer -> observer.registrationChanged(registration, before, now));
  }

  /**
   * A record that had vanished was put back.
   *
   * @param registration whose
   * @param absent since it was noticed
   * @param deleted whether it alone was deleted, while its lease lived
   */
  public void recordRestored(Registration registration, Duration absent, boolean deleted) {
    count(Counter.RECORDS_RESTORED);
    if (deleted) {
      String key = registration.instance().key();
      log.writeSome(
          "deleted", WARNING, key + " was deleted in etcd although it is wanted: it was put back");
    }
    tell(observer -> observer.recordRestored(registration, absent));
  }

  /** All records that were lost with leases are there again. */
  public void allRestored(int records, Duration absent) {
    String which = records == 1 ? "The record is" : "All " + records + " records are";
    log.write(INFO, which + " in etcd again, " + said(absent) + " after the loss was noticed");
  }

  /** Whether anything is joined, or to be. */
  public boolean hasRegistrations() {
    return registrations().values().stream().anyMatch(count -> count > 0);
  }

  /** A verb of the public API ends with a future: hears of its failure. */
  public void failing(String operation, CompletableFuture<?> future) {
    var unused =
        future.whenComplete(
            (result, failure) -> {
              Throwable cause =
                  failure instanceof CompletionException ? failure.getCause() : failure;
              if (cause instanceof RegistryException known) {
                failures.add(known.reason(), 1);
                tell(observer -> observer.operationFailed(operation, known));
              }
            });
  }

  // ---- leases ----

  /**
   * A lease was granted.
   *
   * @param lease its id
   * @param ttl what etcd granted
   * @param without since the one before was found lost; zero if there was none
   */
  public void leaseGranted(long lease, Duration ttl, Duration without) {
    count(Counter.LEASES_GRANTED);
    if (without.isZero()) {
      log.write(DEBUG, named(lease, ttl) + " was granted");
    } else {
      log.write(
          INFO,
          named(lease, ttl)
              + " was granted "
              + said(without)
              + " after the last one was found lost; its records are put back now");
    }
    tell(observer -> observer.leaseGranted(lease, ttl, without));
  }

  /** A lease was not confirmed for its whole TTL. */
  public void leaseSuspect(long lease, Duration ttl) {
    log.write(
        WARNING,
        named(lease, ttl)
            + " has not been renewed for its whole TTL: etcd may have dropped the records under it."
            + " Renewing goes on, as only etcd ends a lease");
  }

  /** A lease that was suspect is confirmed. */
  public void leaseConfirmed(long lease, Duration ttl, Duration unconfirmed) {
    log.write(
        INFO,
        named(lease, ttl) + " is renewed again after " + said(unconfirmed) + ": etcd has kept it");
  }

  /** etcd does not know a lease any more. */
  public void leaseLost(long lease, Duration ttl, String why) {
    count(Counter.LEASES_LOST);
    log.write(
        WARNING,
        named(lease, ttl)
            + " is lost, and the records under it with it: "
            + why
            + ". Another one is asked for");
    tell(observer -> observer.leaseLost(lease, ttl, why));
  }

  private static String named(long lease, Duration ttl) {
    return "Lease " + Long.toHexString(lease) + " (TTL " + said(ttl) + ")";
  }

  // ---- views ----

  /** A view is as fresh as it says. */
  public void freshnessChanged(
      String service, Freshness before, Freshness now, Duration unconfirmed) {
    boolean atLast = before == Freshness.DISK && now == Freshness.LIVE;
    log.write(
        atLast ? INFO : DEBUG,
        atLast
            ? view(service) + " shows what etcd holds now, no longer what was on disk"
            : view(service)
                + ": "
                + before
                + " -> "
                + now
                + ", unconfirmed for "
                + said(unconfirmed));
    tell(observer -> observer.freshnessChanged(service, before, now, unconfirmed));
  }

  /** A view shows what an earlier run kept on disk, until etcd answers. */
  public void fromDisk(String service, int records, Duration age) {
    String what = view(service) + " shows what was kept on disk " + said(age) + " ago, ";
    log.write(INFO, what + records + " records, until etcd has answered");
  }

  /** A view is read anew. */
  public void resyncing(String service, String why) {
    count(Counter.RESYNCS);
    log.writeSome("resync", INFO, view(service) + " is read anew: " + why);
    tell(observer -> observer.resyncing(service, why));
  }

  /** A comparison found what the watch never told of. */
  public void mismatchFound(String service, int records) {
    count(Counter.MISMATCHES, records);
    log.writeSome(
        "mismatch",
        WARNING,
        view(service)
            + " had missed changes of "
            + (records == 1 ? "a record" : records + " records")
            + ", of which etcd never told; a comparison with etcd has mended it");
    tell(observer -> observer.mismatchFound(service, records));
  }

  /** Most of a fleet vanished at once. */
  public void fleetLost(String service, int lost, int left) {
    count(Counter.SUSPECTS, lost);
    log.writeSome(
        "fleet lost",
        WARNING,
        view(service)
            + " lost "
            + lost
            + " instances at once, none of which had said it would leave; "
            + left
            + " are left. The lost ones are called for a while if nobody else fits");
    tell(observer -> observer.fleetLost(service, lost, left));
  }

  /** A key holds no record. */
  public void recordSkipped(String key, String why) {
    count(Counter.RECORDS_SKIPPED);
    String printable = key.replaceAll("[^ -~]", "?");
    log.writeSome("skipped", WARNING, "Skipped the key " + printable + ": " + why);
    tell(observer -> observer.recordSkipped(key, why));
  }

  /** The cluster was wiped, restored or exchanged. */
  public void clusterReset(String why) {
    count(Counter.RESETS);
    log.write(
        WARNING,
        "The etcd cluster was wiped, restored from a backup or exchanged: "
            + why
            + ". Everything is read anew, and joined again");
    tell(observer -> observer.clusterReset(why));
  }

  private static String view(String service) {
    return service.isEmpty() ? "The view of all services" : "The view of \"" + service + "\"";
  }

  /** A listener of a view threw: the first time it is written to the log. */
  public void listenerFailed(String service, Throwable failure, boolean first) {
    count(Counter.LISTENER_FAILURES);
    if (first) {
      log.write(
          WARNING,
          "A listener of \""
              + service
              + "\" threw; it is kept, and further failures of it are only"
              + " counted",
          failure);
    }
  }

  // ---- etcd ----

  /** Something about endpoints, members or the login that is for the log only. */
  public void note(String kind, System.Logger.Level level, String line) {
    log.writeSome(kind, level, line);
  }

  /** etcd refuses something. */
  public void accessDenied(String what, String why) {
    log.writeSome(
        "denied", WARNING, "etcd does not let this client " + what + ": " + why + "; trying on");
    tell(observer -> observer.accessDenied(what, why));
  }

  /** etcd does what it refused. */
  public void accessGranted(String what, Duration after) {
    log.writeSome(
        "granted", INFO, "etcd lets this client " + what + " again, after " + said(after));
    tell(observer -> observer.accessGranted(what, after));
  }

  /** An endpoint does not serve. */
  public void endpointFailed(String endpoint, String why) {
    log.writeSome("endpoint failed", INFO, "etcd at " + endpoint + ": " + why);
    tell(observer -> observer.endpointFailed(endpoint, why));
  }

  /** An endpoint serves again, while others did. */
  public void endpointRecovered(String endpoint, Duration after) {
    log.writeSome(
        "endpoint recovered", INFO, "etcd at " + endpoint + " serves again, after " + said(after));
    tell(observer -> observer.endpointRecovered(endpoint, after));
  }

  /** Another endpoint is used in place of one that failed. */
  public void failedOver(String from, String to) {
    count(Counter.FAILOVERS);
    log.writeSome("failover", INFO, "Using etcd at " + to + " in place of " + from);
    tell(observer -> observer.failedOver(from, to));
  }

  /** No endpoint serves. */
  public void outageBegan(String why) {
    count(Counter.OUTAGES);
    log.write(
        WARNING,
        "No endpoint of etcd serves: "
            + why
            + ". What was joined stays wanted, views show what was known last; trying on");
    tell(observer -> observer.outageBegan(why));
  }

  /**
   * An endpoint serves again, the first one.
   *
   * @param endpoint which
   * @param after how long it did not
   * @param lasted how long none did
   */
  public void outageEnded(String endpoint, Duration after, Duration lasted) {
    log.write(INFO, "etcd serves again, at " + endpoint + ": the outage lasted " + said(lasted));
    tell(observer -> observer.endpointRecovered(endpoint, after));
    tell(observer -> observer.outageEnded(lasted));
  }
}
