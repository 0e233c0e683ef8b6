package io.etcdregistry.internal.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.etcdregistry.internal.client.SimulatedClient.Trouble;
import io.etcdregistry.internal.store.FakeCluster;
import io.etcdregistry.internal.store.FakeLink.Lost;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import java.time.Duration;
import java.util.Random;

/** Troubles that go together in life, and would seldom do so by chance. */
final class Scenes {
  private final Simulation simulation;
  private final FakeCluster cluster;
  private final Random random;

  Scenes(Simulation simulation, Random random) {
    this.simulation = simulation;
    this.cluster = simulation.cluster;
    this.random = random;
  }

  void play(SimulatedClient client) {
    switch (random.nextInt(10)) {
      case 0, 1, 2 -> compactedBehindItsBack(client);
      case 3, 4, 5 -> replacedWhileAway(client);
      case 6, 7, 8 -> outage();
      default -> lostAll();
    }
  }

  /**
   * A client's streams break; before they are back something is deleted, which is the last that the
   * client has seen, and that very revision is compacted. Then something else happens.
   */
  private void compactedBehindItsBack(SimulatedClient client) {
    if (!client.process.running() || cluster.full()) {
      return;
    }
    String service = "services/" + simulation.anyName();
    boolean away = random.nextInt(3) == 0;
    simulation.tell(
        client
            + (away ? " is cut off" : "'s streams break")
            + ", a delete is compacted: "
            + service);
    put(service + "/first");
    simulation.pass(Duration.ofMillis(500));
    if (away) {
      cutOff(client);
    } else {
      client.store.link().breakStreams(new StoreException(Failure.UNREACHABLE, "reset"));
      client.jolted();
    }
    cluster.delete(service + "/first");
    if (random.nextInt(4) != 0) {
      cluster.compact(cluster.header().revision());
    }
    simulation.pass(away ? Duration.ofSeconds(random.nextInt(15)) : Duration.ofMillis(200));
    if (away) {
      heal(client);
    }
    put(service + "/second");
    simulation.pass(Duration.ofMillis(random.nextInt(3000)));
    cluster.delete(service + "/second");
  }

  private void put(String key) {
    if (!cluster.full()) {
      byte[] value = ("{\"stranger\":" + random.nextInt() + "}").getBytes(UTF_8);
      cluster.put(key, value, 0);
    }
  }

  /** A client is cut off beyond its TTL, while another takes its place. */
  private void replacedWhileAway(SimulatedClient client) {
    SimulatedClient other = simulation.anyClient();
    if (other == client || client.reader() || other.reader()) {
      return;
    }
    simulation.tell(client + " is cut off for longer than its TTL, " + other + " joins");
    cutOff(client);
    simulation.pass(Duration.ofSeconds(random.nextInt(20)));
    if (other.process.running()) {
      simulation.join(other, simulation.anyName());
    }
    simulation.pass(Duration.ofSeconds(random.nextInt(5)));
    heal(client);
  }

  /** All members are down for a while. */
  private void outage() {
    Duration length = Duration.ofSeconds(1 + random.nextInt(30));
    simulation.tell("all members are down for " + length);
    cluster.loseLeader();
    simulation.pass(length);
    simulation.disturbed();
    cluster.electLeader(Duration.ofSeconds(1));
  }

  /** All data is lost, and much is written before the clients are back. */
  private void lostAll() {
    if (!simulation.plot.resets() || cluster.full()) {
      return;
    }
    simulation.tell("the cluster is wiped, and written beyond the revision it had");
    long revision = cluster.header().revision();
    simulation.clients.forEach(this::cutOff);
    cluster.wipe(random.nextBoolean());
    simulation.pass(Duration.ofSeconds(5 + random.nextInt(10)));
    String key = "services/" + simulation.anyName() + "/stranger";
    while (cluster.header().revision() < revision + random.nextInt(5) - 1) {
      put(key);
    }
    simulation.clients.forEach(this::heal);
  }

  private void cutOff(SimulatedClient client) {
    client.store.link().partition(Lost.FOR_GOOD);
    client.begins(Trouble.NETWORK);
  }

  private void heal(SimulatedClient client) {
    client.store.link().heal();
    client.ends(Trouble.NETWORK);
  }
}
