package io.etcdregistry.internal.client;

import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.RegistryException;
import io.etcdregistry.ServiceView;
import io.etcdregistry.Snapshot.Freshness;
import io.etcdregistry.internal.store.FakeStore;
import io.etcdregistry.spi.FakeProcess;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** One process of a {@link Simulation}: its registry, what it was told to want, and its laws. */
final class SimulatedClient {
  static final Duration TIMEOUT = Duration.ofSeconds(5);

  final FakeProcess process;
  final FakeStore store;
  final EtcdRegistry registry;
  final Map<String, ServiceView> views = new LinkedHashMap<>();

  private final Simulation simulation;
  private final int id;
  private final Map<String, ViewLaws> laws = new LinkedHashMap<>();
  private final Map<Integer, Wish> wishes = new LinkedHashMap<>();
  private final boolean reader;
  private final Set<Trouble> troubles = EnumSet.noneOf(Trouble.class);
  private long disturbedAt;
  private long joltedAt;

  SimulatedClient(Simulation simulation, int id, boolean reader) {
    this.simulation = simulation;
    this.id = id;
    this.reader = reader;
    process = new FakeProcess(simulation.time);
    store = simulation.cluster.client(process);
    registry = simulation.registry(process, store);
    disturbedAt = simulation.time.nanoTime();
  }

  /** Whether it only reads. */
  boolean reader() {
    return reader;
  }

  // ---- what it is told to do ----

  void join(String name, int port, int number) {
    Wish wish = Wish.joining(name, number, registry.async().join(instance(name, port, number)));
    wishes.put(number, wish);
    long asked = simulation.time.nanoTime();
    wish.whenJoined().thenAccept(joined -> verifyShown(joined.instance(), asked));
  }

  void announce(String name, int port, int number) {
    wishes.put(
        number, Wish.announced(name, number, registry.announce(instance(name, port, number))));
  }

  private static Instance.Builder instance(String name, int port, int number) {
    return Instance.named(name).port(port).with("n", number);
  }

  /** Changes a document without waiting until that is committed. */
  void update(Wish wish, int number) {
    wish.registration()
        .filter(registration -> wish.wanted())
        .ifPresent(
            registration -> {
              Thread.currentThread().interrupt();
              try {
                registration.update(builder -> builder.with("u", number));
              } catch (RegistryException interrupted) {
                // it stays wanted
              } finally {
                Thread.interrupted();
              }
            });
  }

  void leave(String name) {
    List<Wish> leaving = wishes.values().stream().filter(w -> w.name().equals(name)).toList();
    leaving.forEach(Wish::leaving);
    long asked = simulation.time.nanoTime();
    registry.async().leave(name).thenRun(() -> confirmed(leaving, asked));
  }

  private void confirmed(List<Wish> leaving, long asked) {
    leaving.forEach(Wish::confirmedLeft);
    if (resetSince(asked)) {
      return; // a copy of the cluster may hold it again
    }
    for (Wish wish : leaving) {
      if (simulation.held().stream().anyMatch(p -> Wish.numberOf(p) == wish.number())) {
        simulation.complain(this + " is told that it left with what is there: " + wish);
      }
      ServiceView view = views.get(wish.name());
      boolean live = view != null && view.snapshot().freshness() == Freshness.LIVE;
      if (live && view.snapshot().instances().stream().anyMatch(i -> isOf(wish, i))) {
        simulation.complain(this + " shows what it has left: " + wish + ", " + view.snapshot());
      }
    }
  }

  /** Whether the cluster was reset so that a client need not have known it at some moment. */
  private boolean resetSince(long moment) {
    return simulation.resetAt() - moment > -Duration.ofSeconds(20).toNanos();
  }

  private static boolean isOf(Wish wish, Instance instance) {
    return instance.number("n").filter(n -> n.intValue() == wish.number()).isPresent();
  }

  /** What was joined is in the client's own views when that is told. */
  private void verifyShown(Instance joined, long asked) {
    if (resetSince(asked)) {
      return;
    }
    ServiceView view = views.get(joined.name());
    boolean loaded = view != null && view.snapshot().freshness() == Freshness.LIVE;
    boolean held =
        simulation
            .cluster
            .pair(joined.key())
            .filter(p -> text(p).equals(joined.json()))
            .isPresent();
    if (loaded && held && view.snapshot().instances().stream().noneMatch(joined::equals)) {
      simulation.complain(this + " does not show what it joined: " + joined);
    }
  }

  private static String text(io.etcdregistry.internal.store.KeyValue pair) {
    return new String(pair.value(), java.nio.charset.StandardCharsets.UTF_8);
  }

  /** Begins a view of a service, or of all if the name is empty. */
  void watch(String name) {
    if (!views.containsKey(name)) {
      ServiceView view = name.isEmpty() ? registry.all() : registry.service(name);
      boolean exact = reader && !simulation.plot.dropsDeletes();
      ViewLaws law = new ViewLaws(simulation.past, exact, this::complain);
      views.put(name, view);
      laws.put(name, law);
      view.onChange(law);
    }
  }

  private void complain(String what) {
    simulation.complain(this + " " + what);
  }

  /** Ends as it should. */
  void close() {
    wishes.values().forEach(Wish::leaving);
    registry.closing();
  }

  /** What a kill -9 does. */
  void die() {
    begins(Trouble.PROCESS);
    process.kill();
    store.close();
  }

  // ---- what it wants ----

  Optional<Wish> wish(int number) {
    return Optional.ofNullable(wishes.get(number));
  }

  /** One of the wishes it has, if there is any. */
  Optional<Wish> anyWish(Random random) {
    List<Wish> wanted = wishes.values().stream().filter(Wish::wanted).toList();
    return wanted.isEmpty()
        ? Optional.empty()
        : Optional.of(wanted.get(random.nextInt(wanted.size())));
  }

  /** Every registration it wants, also those that give way to a later one of its own. */
  List<Registration> registrations() {
    return wishes.values().stream()
        .filter(Wish::wanted)
        .flatMap(wish -> wish.registration().stream())
        .toList();
  }

  /** The latest registration of each key. */
  Map<String, Registration> wanted() {
    Map<String, Registration> wanted = new LinkedHashMap<>();
    registrations().forEach(made -> wanted.put(made.instance().key(), made));
    return wanted;
  }

  // ---- how it is ----

  /** What keeps a client from renewing its lease. */
  enum Trouble {
    /** It is cut off, or its member is, or the next stream will not work. */
    NETWORK,
    /** Its network is slow. */
    LATENCY,
    /** It does not run. */
    PROCESS
  }

  /** Its streams end or hang. One time it must cope with, but not with several within a TTL. */
  void jolted() {
    long now = simulation.time.nanoTime();
    if (now - joltedAt < simulation.plot.ttl().multipliedBy(2).toNanos()) {
      disturbedAt = now;
    }
    joltedAt = now;
  }

  /** Something keeps it from renewing its lease from now on. */
  void begins(Trouble trouble) {
    troubles.add(trouble);
  }

  /** It does no longer. */
  void ends(Trouble trouble) {
    troubles.remove(trouble);
    disturbedAt = simulation.time.nanoTime();
  }

  /** Whether nothing has kept it from renewing its lease for long enough. */
  boolean undisturbed() {
    long calm = simulation.time.nanoTime() - Math.max(disturbedAt, simulation.disturbedAt());
    return troubles.isEmpty()
        && calm > simulation.plot.ttl().multipliedBy(3).plusSeconds(10).toNanos();
  }

  /** Whether a lease was given back and granted again by a request that came late. */
  boolean zombie(long lease) {
    return simulation.cluster.ended(lease);
  }

  /** Judges what can be judged at any time. */
  void judge() {
    boolean awake = undisturbed();
    long now = simulation.time.nanoTime();
    views.forEach(
        (name, view) -> {
          ViewLaws law = laws.get(name);
          law.look(view.snapshot());
          if (awake) {
            law.current(view.snapshot(), now);
          }
        });
    if (store.link().openStreams() > 2) {
      complain("has " + store.link().openStreams() + " streams");
    }
  }

  @Override
  public String toString() {
    return "client " + id;
  }
}
