package io.etcdregistry.internal.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.etcdregistry.internal.client.SimulatedClient.Trouble;
import io.etcdregistry.internal.store.FakeCluster;
import io.etcdregistry.internal.store.FakeLink;
import io.etcdregistry.internal.store.FakeLink.Lost;
import io.etcdregistry.internal.store.Faults;
import io.etcdregistry.internal.store.Faults.Call;
import io.etcdregistry.internal.store.KeyValue;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** What befalls the clients and the cluster of a {@link Simulation}. */
final class Misfortune {
  private static final List<Call> CALLS = List.of(Call.values());

  private final Simulation simulation;
  private final FakeCluster cluster;
  private final Random random;
  private Optional<FakeCluster.Image> image = Optional.empty();

  Misfortune(Simulation simulation, Random random) {
    this.simulation = simulation;
    this.cluster = simulation.cluster;
    this.random = random;
  }

  private static Duration millis(int millis) {
    return Duration.ofMillis(millis);
  }

  /** The next calls of a kind go wrong. */
  void ofCalls(SimulatedClient client) {
    Call call = random.nextBoolean() ? Call.COMMIT : CALLS.get(random.nextInt(CALLS.size()));
    int count = 1 + random.nextInt(2);
    Duration delay = Duration.ofSeconds(1 + random.nextInt(25));
    Faults faults = client.store.faults();
    String which = client + "'s next " + count + " of " + call + ": ";
    switch (random.nextInt(5)) {
      case 0 -> {
        simulation.tell(which + "answers lost");
        faults.loseAnswers(call, count);
      }
      case 1 -> {
        simulation.tell(which + "requests lost");
        faults.loseRequests(call, count);
      }
      case 2 -> {
        simulation.tell(which + "late by " + delay);
        faults.delayRequests(call, count, delay);
      }
      case 3 -> {
        simulation.tell(which + "straggling by " + delay);
        faults.straggle(call, count, delay);
      }
      default -> {
        simulation.tell(which + "refused");
        faults.failNext(call, count, new StoreException(Failure.OVERLOADED, "too many"));
      }
    }
  }

  /** A client's network goes wrong, or recovers. */
  void ofNetwork(SimulatedClient client) {
    FakeLink link = client.store.link();
    int what = random.nextInt(13);
    switch (what) {
      case 0, 1 -> {
        Lost lost = what == 0 ? Lost.FOR_GOOD : Lost.UNTIL_HEALED;
        simulation.tell(client + " is cut off, what it sends is lost " + lost);
        link.partition(lost);
        client.begins(Trouble.NETWORK);
      }
      case 2 -> {
        simulation.tell(client + " is refused");
        link.refuse();
        client.begins(Trouble.NETWORK);
      }
      case 3 -> {
        simulation.tell(client + "'s member has no leader");
        link.loseLeader();
        client.begins(Trouble.NETWORK);
      }
      case 4 -> {
        simulation.tell(client + "'s streams hang");
        link.hangStreams();
        client.jolted();
      }
      case 5 -> {
        simulation.tell(client + "'s next stream hangs");
        link.hangNextStreams(1);
        client.begins(Trouble.NETWORK);
      }
      case 6 -> {
        simulation.tell(client + "'s streams break");
        link.breakStreams(new StoreException(Failure.UNREACHABLE, "reset"));
        client.jolted();
      }
      case 7 -> {
        simulation.tell(client + "'s watches are cancelled");
        link.cancelWatches(new StoreException(Failure.OVERLOADED, "cancelled"));
      }
      case 8 -> {
        int delay = random.nextInt(3000);
        simulation.tell(client + "'s backlogs come after " + delay + " ms");
        client.store.faults().backlogDelay(millis(delay));
      }
      case 9 -> {
        if (simulation.plot.dropsDeletes()) {
          simulation.tell(client + " is not told of the next delete");
          client.store.faults().dropDeletes(1);
        }
      }
      default -> {
        simulation.tell(client + "'s network is well");
        link.heal();
        link.hangNextStreams(0);
        client.ends(Trouble.NETWORK);
      }
    }
  }

  /** A client's process or clock goes wrong, or recovers. */
  void ofProcess(SimulatedClient client) {
    if (!client.process.running()) {
      simulation.tell(client + " goes on");
      client.process.resume();
      client.ends(Trouble.PROCESS);
      return;
    }
    int what = random.nextInt(7);
    switch (what) {
      case 0 -> {
        simulation.tell(client + " is stopped");
        client.begins(Trouble.PROCESS);
        client.process.stop();
      }
      case 1 -> {
        simulation.tell(client + " falls asleep");
        client.begins(Trouble.PROCESS);
        client.process.sleep();
      }
      case 2 -> {
        Duration by = Duration.ofHours(random.nextInt(48) - 24);
        simulation.tell(client + "'s clock is set by " + by);
        client.process.stepWall(by);
      }
      case 3 -> {
        simulation.tell(client + " is told of losses twice");
        client.store.faults().tellLossTwice(true);
      }
      case 4, 5 -> {
        simulation.tell(client + (what == 4 ? " is killed" : " closes"));
        if (what == 4) {
          client.die();
        } else {
          client.close();
        }
        simulation.clients.remove(client);
        simulation.begin(client.reader());
      }
      default -> {
        simulation.tell(client + "'s network is slow");
        client.begins(Trouble.LATENCY);
        client.store.link().latency(Duration.ZERO, millis(1500), random.nextLong());
      }
    }
  }

  /** The cluster or its operators. */
  void ofCluster() {
    int what = random.nextInt(12);
    simulation.disturbed();
    switch (what) {
      case 0 -> {
        simulation.tell("the leader is lost");
        cluster.loseLeader();
      }
      case 1, 2 -> elect();
      case 3 -> {
        simulation.tell("the cluster restarts");
        cluster.restart();
      }
      case 4 -> wipe();
      case 5 -> {
        simulation.tell("the cluster is copied");
        image = Optional.of(cluster.snapshot());
      }
      case 6 -> image.ifPresent(this::restore);
      case 7, 8 -> compact();
      case 9 -> revoke();
      case 10 -> meddle();
      default -> {
        boolean full = random.nextInt(3) == 0;
        simulation.tell("the cluster is full: " + full);
        cluster.full(full);
      }
    }
  }

  private void elect() {
    simulation.tell("there is a new leader");
    cluster.electLeader(Duration.ofSeconds(1));
  }

  /** Loses all data. The members are down for a while before and after. */
  void wipe() {
    if (simulation.plot.resets()) {
      boolean sameId = random.nextBoolean();
      simulation.tell("the cluster is wiped, with the same id: " + sameId);
      down(() -> cluster.wipe(sameId));
    }
  }

  private void restore(FakeCluster.Image past) {
    boolean sameId = random.nextBoolean();
    simulation.tell("the cluster is restored, with the same id: " + sameId);
    down(() -> cluster.restore(past, sameId));
  }

  private void down(Runnable change) {
    cluster.loseLeader();
    change.run();
    simulation.time.schedule(millis(1000 + random.nextInt(3000)), this::elect);
  }

  private void compact() {
    long from = cluster.compactedTo() + 1;
    long to = cluster.header().revision();
    if (from <= to) {
      boolean all = random.nextBoolean();
      long at = all ? to : from + (long) (random.nextDouble() * (to - from + 1));
      simulation.tell("compaction at " + at + " of " + to);
      cluster.compact(at);
    }
  }

  private void revoke() {
    List<Long> leases = cluster.leases().stream().sorted().toList();
    if (!leases.isEmpty()) {
      long lease = leases.get(random.nextInt(leases.size()));
      simulation.tell("a lease is revoked by hand");
      cluster.revoke(lease);
    }
  }

  private void meddle() {
    List<KeyValue> held = simulation.held();
    if (held.isEmpty()) {
      return;
    }
    String key = held.get(random.nextInt(held.size())).key();
    switch (random.nextInt(3)) {
      case 0 -> {
        simulation.tell(key + " is deleted by hand");
        cluster.delete(key);
      }
      case 1 -> overwrite(key, "{\"name\":\"a\",\"stranger\":true}");
      default -> overwrite(key, "no record at all");
    }
  }

  private void overwrite(String key, String value) {
    if (!cluster.full()) {
      simulation.tell(key + " is overwritten by hand");
      cluster.put(key, value.getBytes(UTF_8), 0);
    }
  }

  /** All of it is over. */
  void end() {
    cluster.full(false);
    cluster.electLeader(Duration.ofSeconds(1));
    simulation.disturbed();
    for (SimulatedClient client : simulation.clients) {
      client.store.faults().clear();
      client.store.faults().dropDeletes(0);
      client.store.faults().backlogDelay(Duration.ZERO);
      FakeLink link = client.store.link();
      link.hangNextStreams(0);
      link.heal();
      link.latency(Duration.ZERO, millis(20), random.nextLong());
      if (!client.process.running()) {
        client.process.resume();
      }
      EnumSet.allOf(Trouble.class).forEach(client::ends);
    }
    for (KeyValue pair : simulation.held()) {
      if (pair.lease() == 0) {
        cluster.delete(pair.key());
      }
    }
  }
}
