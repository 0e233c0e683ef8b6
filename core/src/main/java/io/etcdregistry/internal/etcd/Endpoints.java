package io.etcdregistry.internal.etcd;

import io.etcdregistry.internal.etcd.Fault.Kind;
import io.etcdregistry.internal.telemetry.Telemetry;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

/**
 * All endpoints of a store, and which one is spoken to. Of the loop, all of it.
 *
 * <p>A client keeps to one endpoint, chosen at random among the seeds, as long as that serves, and
 * moves to the one that answered in its place.
 *
 * <p>What is told of it: a fault at once, silence only when it has lasted, or when another endpoint
 * has taken over. The first connection of a cold JVM takes a second, and so do calls of a slow
 * etcd.
 */
final class Endpoints {
  /** Silence of an endpoint, or trouble of all, is told when it has lasted. */
  private static final Duration LASTING = Duration.ofSeconds(3);

  private final Dialer dialer;
  private final Loop loop;
  private final Telemetry telemetry;
  private final Duration rest;
  private final List<Endpoint> all = new ArrayList<>();
  private Endpoint home; // what this client chose at random, so that many spread evenly
  private Endpoint preferred;
  private OptionalLong clusterId = OptionalLong.empty();
  private Runnable onTrouble = () -> {};

  /** When all endpoints came to be in trouble; empty while one is not. */
  private OptionalLong darkSince = OptionalLong.empty();

  private boolean darknessTold;

  Endpoints(EtcdConfig config, Dialer dialer, Loop loop, Telemetry telemetry) {
    this.dialer = dialer;
    this.loop = loop;
    this.telemetry = telemetry;
    this.rest = config.rest();
    for (EtcdConfig.Seed seed : config.seeds()) {
      all.add(Endpoint.seed(seed, loop.now()));
    }
    Collections.shuffle(all, ThreadLocalRandom.current());
    home = all.get(0);
    preferred = home;
  }

  /** Has something run whenever an endpoint fails. */
  void onTrouble(Runnable task) {
    onTrouble = task;
  }

  /** The endpoints, in the client's own order. */
  List<Endpoint> all() {
    return all;
  }

  /** The cluster of the seeds, once one of them has answered. */
  OptionalLong clusterId() {
    return clusterId;
  }

  /** The endpoint to try next, unless all have been. */
  Optional<Endpoint> pick(Predicate<Endpoint> tried) {
    long now = loop.now();
    List<Picker.Candidate> candidates = new ArrayList<>(all.size());
    for (Endpoint endpoint : all) {
      candidates.add(new Picker.Candidate(tried.test(endpoint), endpoint.rests(now)));
    }
    OptionalInt index = Picker.pick(candidates, Math.max(0, all.indexOf(preferred)));
    return index.isPresent() ? Optional.of(all.get(index.getAsInt())) : Optional.empty();
  }

  /** The link to an endpoint. */
  Link link(Endpoint endpoint) {
    return endpoint.link(dialer, loop);
  }

  /**
   * Notes an answer.
   *
   * @param cluster the id in its header; 0 if it has none, like a proxy's own list of members
   * @return false if the answer is from another cluster than the seeds', and not to be used
   */
  boolean answered(Endpoint endpoint, Link link, long cluster) {
    if (cluster == 0) {
      if (link.verified() || !endpoint.discovered()) {
        well(endpoint, link);
      }
      return true;
    }
    if (endpoint.discovered()) {
      if (clusterId.isPresent() && clusterId.getAsLong() != cluster) {
        remove(endpoint, "belongs to another cluster");
        return false;
      }
    } else {
      seedIsOf(cluster);
    }
    well(endpoint, link);
    return true;
  }

  /** Notes that an endpoint is as it should be. */
  void well(Endpoint endpoint, Link link) {
    link.verified(true);
    recovered(endpoint);
    Fault left = preferred.trouble();
    if (preferred != endpoint && left != null) {
      if (preferred.everWell()) {
        tell(preferred, left);
        telemetry.failedOver(preferred.toString(), endpoint.toString());
      }
      preferred = endpoint;
    }
  }

  private void recovered(Endpoint endpoint) {
    long now = loop.now();
    boolean told = endpoint.well(now);
    Duration after = Duration.ofNanos(now - endpoint.troubledSince());
    if (darknessTold) {
      Duration lasted = Duration.ofNanos(now - darkSince.orElse(now));
      telemetry.outageEnded(endpoint.toString(), after, lasted);
    } else if (told) {
      telemetry.endpointRecovered(endpoint.toString(), after);
    }
    darkSince = OptionalLong.empty();
    darknessTold = false;
  }

  private void tell(Endpoint endpoint, Fault fault) {
    if (!endpoint.tellTrouble()) {
      telemetry.endpointFailed(endpoint.toString(), fault.text());
    }
  }

  private void seedIsOf(long cluster) {
    if (clusterId.isPresent() && clusterId.getAsLong() != cluster) {
      telemetry.note(
          "cluster",
          Level.WARNING,
          "The etcd cluster is another than before (id "
              + Long.toHexString(cluster)
              + " after "
              + Long.toHexString(clusterId.getAsLong())
              + "): it was set up anew, or the endpoints given are of two clusters");
      for (Endpoint endpoint : List.copyOf(all)) {
        if (endpoint.discovered()) {
          remove(endpoint, "was a member of the former cluster");
        }
      }
      onTrouble.run();
    }
    clusterId = OptionalLong.of(cluster);
  }

  /**
   * Notes a fault that another endpoint may not have.
   *
   * @return whether the same endpoint has another address to be tried at once
   */
  boolean failed(Endpoint endpoint, Link link, Fault fault) {
    if (endpoint.discovered()) {
      link.verified(false); // whoever answers there next may be somebody else
    }
    if (endpoint.turn(link, fault.kind())) {
      return true;
    }
    endpoint.rest(loop.now(), rest);
    if (fault.kind().failure() == Kind.UNREACHABLE.failure()) {
      link.hurry();
    }
    report(endpoint, fault, true);
    return false;
  }

  /**
   * Notes that an endpoint did not answer in time. A link on which nothing at all was heard may be
   * dead without knowing it (a peer that vanished, a connect that hangs), so the next call gets a
   * new one; calls under way keep the old.
   */
  void silent(Endpoint endpoint, Link link, long since) {
    long now = loop.now();
    endpoint.rest(now, rest);
    if (!link.heardSince(since) && now - link.openedAt() >= rest.toNanos()) {
      endpoint.drop(link);
    }
    report(endpoint, new Fault(Kind.TIMED_OUT, "does not answer"), false);
  }

  private void report(Endpoint endpoint, Fault fault, boolean certain) {
    if (!all.contains(endpoint)) {
      return;
    }
    long now = loop.now();
    endpoint.trouble(fault, now);
    if (certain || now - endpoint.troubledSince() >= LASTING.toNanos()) {
      tell(endpoint, fault);
    }
    if (all.stream().allMatch(each -> each.trouble() != null)) {
      dark();
    }
    onTrouble.run();
  }

  /** Warns once of an outage that is more than a moment: a slow start is none. */
  private void dark() {
    long now = loop.now();
    if (darkSince.isEmpty()) {
      darkSince = OptionalLong.of(now);
    } else if (!darknessTold && now - darkSince.getAsLong() >= LASTING.toNanos()) {
      darknessTold = true;
      telemetry.outageBegan(String.join("; ", describe()));
    }
  }

  /** Puts in what the cluster told of, and takes out what it no longer tells of. */
  void install(Collection<Endpoint> found, Collection<Address> listed) {
    for (Endpoint endpoint : found) {
      all.add(ThreadLocalRandom.current().nextInt(all.size() + 1), endpoint);
      telemetry.note("member", Level.DEBUG, "Found the etcd member " + endpoint);
    }
    for (Endpoint endpoint : List.copyOf(all)) {
      if (endpoint.discovered() && !listed.contains(endpoint.address())) {
        remove(endpoint, "is no longer a member");
      }
    }
  }

  /** Moves back to the endpoint first chosen, if it serves, so that clients spread again. */
  void goHome() {
    if (home.trouble() == null) {
      preferred = home;
    }
  }

  private void remove(Endpoint endpoint, String why) {
    if (all.remove(endpoint)) {
      telemetry.note("removed", Level.INFO, "etcd at " + endpoint + " " + why + ": no longer used");
      Link link = endpoint.link();
      if (link != null) {
        endpoint.drop(link);
      }
      if (home == endpoint) {
        home = all.get(0);
      }
      if (preferred == endpoint) {
        preferred = home;
      }
    }
  }

  /** Each endpoint with what is wrong with it, the preferred one first. */
  List<String> describe() {
    List<String> lines = new ArrayList<>();
    for (Endpoint endpoint : all) {
      Fault trouble = endpoint.trouble();
      String line = trouble == null ? endpoint.toString() : endpoint + ": " + trouble.text();
      lines.add(endpoint == preferred ? 0 : lines.size(), line);
    }
    return List.copyOf(lines);
  }
}
