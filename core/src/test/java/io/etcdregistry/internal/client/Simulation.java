package io.etcdregistry.internal.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.etcdregistry.RecordsForTests;
import io.etcdregistry.internal.codec.Keys;
import io.etcdregistry.internal.codec.Records;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.store.FakeChange;
import io.etcdregistry.internal.store.FakeCluster;
import io.etcdregistry.internal.store.FakeStore;
import io.etcdregistry.internal.store.Faults.Call;
import io.etcdregistry.internal.store.KeyValue;
import io.etcdregistry.internal.store.Store;
import io.etcdregistry.internal.time.SerialExecutor;
import io.etcdregistry.spi.Time;
import io.etcdregistry.testing.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * Some clients, one cluster, and a bad time: operations and faults at random, from a seed that
 * makes the same story again. What must always be true is judged all along.
 */
final class Simulation {
  final FakeTime time = new FakeTime();
  final FakeCluster cluster = new FakeCluster(time);
  final Keys keys = Keys.of("");
  final List<SimulatedClient> clients = new ArrayList<>();
  final Plot plot;
  final Past past;

  /** What was done, for whoever has to understand a failure. */
  final List<String> story = new ArrayList<>();

  private final Random random;
  private final Random operator;
  private final UnaryOperator<Store> decoration;
  private final Records records = RecordsForTests.of(keys);
  private final Map<FakeStore, SimulatedClient> stores = new HashMap<>();
  private final Map<Integer, SimulatedClient> owners = new HashMap<>();
  private final WriteLaws laws = new WriteLaws(stores::get, owners, this::complain);
  private final Misfortune misfortune;
  private final Scenes scenes;
  private String complaint = "";
  private long resetAt = Long.MIN_VALUE / 2;
  private long disturbedAt;
  private int number;

  /**
   * A story that has not begun.
   *
   * @param seed what makes it the same again
   * @param decoration put around the store of each client
   */
  Simulation(long seed, UnaryOperator<Store> decoration) {
    this.random = new Random(seed);
    this.operator = new Random(seed * 31 + 7);
    this.decoration = decoration;
    this.plot = Plot.of(random);
    this.past = new Past(keys, records);
    this.misfortune = new Misfortune(this, random);
    this.scenes = new Scenes(this, random);
    disturbedAt = time.nanoTime();
    cluster.version(plot.version());
    cluster.observe(this::changed);
    tell(plot.toString());
    for (int i = 0; i < plot.owners() + plot.readers(); i++) {
      begin(i >= plot.owners());
    }
  }

  // ---- clients ----

  /** Starts another process. */
  void begin(boolean reader) {
    SimulatedClient client = new SimulatedClient(this, stores.size(), reader);
    stores.put(client.store, client);
    client.store.link().latency(Duration.ZERO, plot.latency(), random.nextLong());
    clients.add(client);
    if (reader) {
      client.watch(anyName());
    }
  }

  EtcdRegistry registry(Time process, Store store) {
    LongSupplier entropy = new Random(random.nextLong())::nextLong;
    Environment env =
        new Environment(
            decoration.apply(store),
            process,
            new SerialExecutor(Runnable::run),
            Runnable::run,
            Runnable::run,
            entropy,
            SimulatedClient.TIMEOUT);
    return new EtcdRegistry(env, plot.ttl(), keys, records, new NoOrigin());
  }

  SimulatedClient anyClient() {
    return clients.get(random.nextInt(clients.size()));
  }

  String anyName() {
    return String.valueOf((char) ('a' + random.nextInt(plot.names())));
  }

  int anyPort() {
    return 1 + random.nextInt(plot.ports());
  }

  /** A number for a wish of a client's. */
  int numberFor(SimulatedClient client) {
    owners.put(++number, client);
    return number;
  }

  // ---- what happens ----

  /** Does something, and lets some time pass. */
  void step() {
    if (operator.nextInt(4) == 0) {
      override();
    }
    SimulatedClient client = anyClient();
    Plot.Weather weather = plot.weather();
    int dice = random.nextInt(100);
    if ((dice -= weather.use()) < 0) {
      use(client);
    } else if ((dice -= weather.calls()) < 0) {
      misfortune.ofCalls(client);
    } else if ((dice -= weather.network()) < 0) {
      misfortune.ofNetwork(client);
    } else if ((dice -= weather.process()) < 0) {
      misfortune.ofProcess(client);
    } else if (dice - weather.scenes() < 0) {
      scenes.play(client);
    } else {
      misfortune.ofCluster();
    }
    pass(pause());
  }

  /** An operator overrides one of the records there could be, or lifts that. */
  private void override() {
    List<KeyValue> held = held();
    if (held.isEmpty() || cluster.full() || !cluster.hasLeader()) {
      return;
    }
    String record = held.get(operator.nextInt(held.size())).key();
    String key = "services-overrides/" + record.substring("services/".length());
    int what = operator.nextInt(5);
    if (what == 0) {
      tell("an operator lifts " + key);
      cluster.delete(key);
      return;
    }
    boolean forATime = what == 1;
    long lease = forATime ? operator.nextLong() >>> 1 | 1 : 0;
    if (forATime) {
      cluster.grant(lease, Duration.ofSeconds(2 + operator.nextInt(20)));
    }
    String status = operator.nextBoolean() ? "draining" : "down";
    String text = "{\"status\":\"" + status + "\",\"o\":" + operator.nextInt(1000) + "}";
    tell("an operator says " + text + " of " + key + (forATime ? " for a time" : ""));
    cluster.put(key, (what == 2 ? "odd" : text).getBytes(UTF_8), lease);
  }

  private Duration pause() {
    return switch (random.nextInt(10)) {
      case 0 -> Duration.ZERO;
      case 1, 2 -> Duration.ofSeconds(random.nextInt(30));
      default -> Duration.ofMillis(random.nextInt(1500));
    };
  }

  private void use(SimulatedClient client) {
    if (!client.process.running()) {
      return;
    }
    int what = client.reader() ? 9 : random.nextInt(13);
    if (what < 4) {
      join(client, anyName());
    } else if (what < 6) {
      announce(client, anyName());
    } else if (what < 8) {
      String name = client.anyWish(random).map(Wish::name).orElseGet(this::anyName);
      tell(client + " leaves " + name);
      client.leave(name);
    } else if (what < 10) {
      String name = random.nextInt(10) == 0 ? "" : anyName();
      tell(client + " watches " + name);
      client.watch(name);
    } else if (what < 11) {
      comeAndGo(client, anyName());
    } else {
      client.anyWish(random).ifPresent(wish -> reconsider(client, wish));
    }
  }

  void join(SimulatedClient client, String name) {
    int port = anyPort();
    int wish = numberFor(client);
    tell(client + " joins " + name + ":" + port + " n=" + wish);
    client.join(name, port, wish);
  }

  void announce(SimulatedClient client, String name) {
    int port = anyPort();
    int wish = numberFor(client);
    tell(client + " announces " + name + ":" + port + " n=" + wish);
    client.announce(name, port, wish);
  }

  private void reconsider(SimulatedClient client, Wish wish) {
    if (random.nextInt(3) == 0) {
      tell(client + " cancels " + wish);
      wish.cancel();
    } else {
      tell(client + " updates " + wish);
      client.update(wish, random.nextInt(1000));
    }
  }

  /** Announces, with a write that lands late, and leaves before it does. */
  void comeAndGo(SimulatedClient client, String name) {
    Duration late = Duration.ofSeconds(5 + random.nextInt(20));
    if (random.nextBoolean()) {
      tell(client + "'s next commit straggles by " + late);
      client.store.faults().straggle(Call.COMMIT, 1, late);
    } else {
      tell(client + "'s next commit is late by " + late);
      client.store.faults().delayRequests(Call.COMMIT, 1, late);
    }
    announce(client, name);
    Duration stay = Duration.ofMillis(1000 + random.nextInt(4000));
    client.process.schedule(stay, () -> client.leave(name));
  }

  /** Lets time pass; throws if anything was not as it must be. */
  void pass(Duration duration) {
    time.advance(duration);
    clients.forEach(SimulatedClient::judge);
    if (!complaint.isEmpty()) {
      throw new AssertionError(complaint);
    }
  }

  /** Ends every fault; whatever is wrong still has to come right by itself. */
  void heal() {
    tell("all faults end");
    misfortune.end();
  }

  // ---- what is known ----

  private void changed(FakeChange change) {
    if (change.cause() == FakeChange.Cause.RESET) {
      resetAt = time.nanoTime();
      past.begin(change.events(), resetAt);
    } else {
      past.add(change.events(), time.nanoTime());
    }
    laws.judge(change);
  }

  void tell(String what) {
    story.add(time.now() + " " + what);
  }

  void complain(String what) {
    if (complaint.isEmpty()) {
      complaint = time.now() + " " + what;
    }
  }

  /** When the cluster was wiped or restored last. */
  long resetAt() {
    return resetAt;
  }

  /** Something keeps every client from renewing its lease. */
  void disturbed() {
    disturbedAt = time.nanoTime();
  }

  /** When {@link #disturbed} was called last. */
  long disturbedAt() {
    return cluster.hasLeader() ? disturbedAt : time.nanoTime();
  }

  /** The records in etcd. */
  List<KeyValue> held() {
    return cluster.list(keys.all()).pairs();
  }
}
