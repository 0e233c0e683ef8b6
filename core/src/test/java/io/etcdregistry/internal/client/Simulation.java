package io.etcdregistry.internal.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.etcdregistry.internal.codec.Keys;
import io.etcdregistry.internal.store.FakeCluster;
import io.etcdregistry.internal.store.FakeLink.Lost;
import io.etcdregistry.internal.store.Faults.Call;
import io.etcdregistry.internal.store.KeyValue;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.internal.store.WatchStream;
import io.etcdregistry.spi.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Some clients, one cluster, and a bad time: operations and faults at random, from a seed that
 * makes the same story again.
 */
final class Simulation {
  private static final List<String> NAMES = List.of("a", "b", "c");
  private static final List<Call> CALLS = List.of(Call.values());
  private static final int PORTS = 2;
  private static final int CLIENTS = 4;

  final FakeTime time = new FakeTime();
  final FakeCluster cluster = new FakeCluster(time);
  final Keys keys = Keys.of("");
  final List<SimulatedClient> clients = new ArrayList<>();

  /** What was done, for whoever has to understand a failure. */
  final List<String> story = new ArrayList<>();

  /** Whether etcd's own bug is simulated: deletes that no watch is told of. */
  final boolean dropsDeletes;

  private final Random random;
  private Optional<FakeCluster.Image> image = Optional.empty();
  private int number;

  Simulation(long seed) {
    random = new Random(seed);
    dropsDeletes = random.nextInt(4) == 0;
    cluster.version(random.nextBoolean() ? FakeCluster.Version.V3_4 : FakeCluster.Version.V3_5);
    while (clients.size() < CLIENTS) {
      begin();
    }
  }

  private void begin() {
    SimulatedClient client = new SimulatedClient(time, cluster, keys, random);
    client.store.link().latency(Duration.ZERO, millis(20), random.nextLong());
    clients.add(client);
  }

  /** Does something, and lets some time pass. */
  void step() {
    SimulatedClient client = clients.get(random.nextInt(clients.size()));
    String name = NAMES.get(random.nextInt(NAMES.size()));
    int dice = random.nextInt(100);
    if (dice < 40) {
      use(client, name);
    } else if (dice < 60) {
      disturbCalls(client);
    } else if (dice < 75) {
      disturbNetwork(client);
    } else if (dice < 85) {
      disturbProcess(client);
    } else {
      disturbCluster();
    }
    pass(pause());
  }

  /**
   * Lets time pass, and looks whether anything was written that must not be.
   *
   * <p>Where a grant lands after its lease was revoked, and then a put under it, the record ends
   * with a lease that nobody renews: no leave can promise more, as nothing tells it of the grant.
   */
  void pass(Duration duration) {
    int seen = cluster.eventCount();
    List<Set<String>> left = clients.stream().map(client -> Set.copyOf(client.left)).toList();
    time.advance(duration);
    for (WatchStream.Event event : cluster.eventsFrom(seen)) {
      String document = new String(event.pair().value(), UTF_8);
      for (Set<String> documents : left) {
        boolean zombie = cluster.ended(event.pair().lease());
        if (!event.deleted() && !zombie && documents.contains(document)) {
          throw new AssertionError("written after its leave was confirmed: " + document);
        }
      }
    }
  }

  /** What was there comes back with a copy of the cluster: no leave counts any more. */
  private void become(Runnable restored) {
    restored.run();
    clients.forEach(client -> client.left.clear());
  }

  private Duration pause() {
    return switch (random.nextInt(10)) {
      case 0 -> Duration.ZERO;
      case 1, 2 -> Duration.ofSeconds(random.nextInt(30));
      default -> millis(random.nextInt(1500));
    };
  }

  private static Duration millis(int millis) {
    return Duration.ofMillis(millis);
  }

  private void tell(SimulatedClient client, String what) {
    tell(clients.indexOf(client) + ": " + what);
  }

  private void tell(String what) {
    story.add(time.now() + " " + what);
  }

  private void use(SimulatedClient client, String name) {
    if (!client.process.running()) {
      return;
    }
    int port = 1 + random.nextInt(PORTS);
    int what = random.nextInt(12);
    number++;
    if (what < 4) {
      tell(client, "join " + name + ":" + port + " n=" + number);
      client.join(name, port, number);
    } else if (what < 6) {
      tell(client, "announce " + name + ":" + port + " n=" + number);
      client.announce(name, port, number);
    } else if (what < 8) {
      String joined = client.anyName(random).orElse(name);
      tell(client, "leave " + joined);
      client.leave(joined);
    } else if (what < 10) {
      tell(client, "watch " + name);
      client.watch(name);
    } else {
      comeAndGo(client, name, port);
    }
  }

  /** Announces, with a write that lands late, and leaves before it does. */
  private void comeAndGo(SimulatedClient client, String name, int port) {
    Duration late = Duration.ofSeconds(5 + random.nextInt(20));
    Duration stay = millis(1000 + random.nextInt(4000));
    tell(client, "announce " + name + ":" + port + " n=" + number + ", straggling by " + late);
    client.store.faults().straggle(Call.COMMIT, 1, late);
    client.announce(name, port, number);
    client.process.schedule(stay, () -> client.leave(name));
  }

  private void disturbCalls(SimulatedClient client) {
    Call call = random.nextBoolean() ? Call.COMMIT : CALLS.get(random.nextInt(CALLS.size()));
    int count = 1 + random.nextInt(2);
    Duration delay = Duration.ofSeconds(1 + random.nextInt(25));
    var faults = client.store.faults();
    int what = random.nextInt(5);
    tell(client, call + " x" + count + " disturbed: " + what + ", " + delay);
    switch (what) {
      case 0 -> faults.loseAnswers(call, count);
      case 1 -> faults.loseRequests(call, count);
      case 2 -> faults.delayRequests(call, count, delay);
      case 3 -> faults.straggle(call, count, delay);
      default -> faults.failNext(call, count, new StoreException(Failure.OVERLOADED, "too many"));
    }
  }

  private void disturbNetwork(SimulatedClient client) {
    var link = client.store.link();
    int what = random.nextInt(12);
    tell(client, "network: " + what);
    switch (what) {
      case 0 -> link.partition(Lost.FOR_GOOD);
      case 1 -> link.partition(Lost.UNTIL_HEALED);
      case 2 -> link.refuse();
      case 3 -> link.loseLeader();
      case 4 -> link.hangStreams();
      case 5 -> link.hangNextStreams(1);
      case 6 -> link.breakStreams(new StoreException(Failure.UNREACHABLE, "reset"));
      case 7 -> link.cancelWatches(new StoreException(Failure.OVERLOADED, "cancelled"));
      case 8 -> client.store.faults().backlogDelay(millis(random.nextInt(3000)));
      case 9 -> client.store.faults().dropDeletes(dropsDeletes ? 1 : 0);
      default -> link.heal();
    }
  }

  private void disturbProcess(SimulatedClient client) {
    int what = random.nextInt(6);
    tell(client, "process: " + what);
    if (!client.process.running()) {
      client.process.resume();
      return;
    }
    switch (what) {
      case 0 -> client.process.stop();
      case 1 -> client.process.sleep();
      case 2 -> client.process.stepWall(Duration.ofHours(random.nextInt(48) - 24));
      case 3 -> client.store.faults().tellLossTwice(true);
      case 4 -> {
        client.die();
        clients.remove(client);
        begin();
      }
      default -> client.store.link().latency(Duration.ZERO, millis(1500), random.nextLong());
    }
  }

  private void disturbCluster() {
    int what = random.nextInt(12);
    tell("cluster: " + what);
    switch (what) {
      case 0 -> cluster.loseLeader();
      case 1, 2 -> cluster.electLeader(Duration.ofSeconds(1));
      case 3 -> cluster.restart();
      case 4 -> become(() -> cluster.wipe(random.nextBoolean()));
      case 5 -> image = Optional.of(cluster.snapshot());
      case 6 -> image.ifPresent(past -> become(() -> cluster.restore(past, random.nextBoolean())));
      case 7, 8 -> compact();
      case 9 -> cluster.leases().stream().sorted().findFirst().ifPresent(cluster::revoke);
      case 10 -> meddle();
      default -> cluster.full(random.nextInt(3) == 0);
    }
  }

  private void compact() {
    long from = cluster.compactedTo() + 1;
    long to = cluster.header().revision();
    if (from <= to) {
      boolean all = random.nextBoolean();
      cluster.compact(all ? to : from + (long) (random.nextDouble() * (to - from + 1)));
    }
  }

  private void meddle() {
    List<KeyValue> held = cluster.list(keys.all()).pairs();
    if (held.isEmpty()) {
      return;
    }
    String key = held.get(random.nextInt(held.size())).key();
    if (random.nextBoolean()) {
      cluster.delete(key);
    } else if (!cluster.full()) {
      cluster.put(key, "{\"name\":\"a\",\"stranger\":true}".getBytes(UTF_8), 0);
    }
  }

  /** Ends every fault; whatever is wrong still has to come right by itself. */
  void heal() {
    tell("all faults end");
    cluster.full(false);
    cluster.electLeader(Duration.ofSeconds(1));
    for (SimulatedClient client : clients) {
      client.store.faults().clear();
      client.store.faults().dropDeletes(0);
      client.store.faults().backlogDelay(Duration.ZERO);
      client.store.link().hangNextStreams(0);
      client.store.link().heal();
      client.store.link().latency(Duration.ZERO, millis(20), random.nextLong());
      if (!client.process.running()) {
        client.process.resume();
      }
    }
    for (KeyValue pair : cluster.list(keys.all()).pairs()) {
      if (pair.lease() == 0) {
        cluster.delete(pair.key());
      }
    }
  }

  /** The records in etcd. */
  List<KeyValue> held() {
    return cluster.list(keys.all()).pairs();
  }
}
