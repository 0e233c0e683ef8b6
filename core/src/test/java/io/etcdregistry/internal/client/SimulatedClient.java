package io.etcdregistry.internal.client;

import io.etcdregistry.Instance;
import io.etcdregistry.RecordsForTests;
import io.etcdregistry.Registration;
import io.etcdregistry.Registry;
import io.etcdregistry.ServiceView;
import io.etcdregistry.internal.codec.Keys;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.store.FakeCluster;
import io.etcdregistry.internal.store.FakeStore;
import io.etcdregistry.internal.time.SerialExecutor;
import io.etcdregistry.spi.FakeProcess;
import io.etcdregistry.spi.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** One process of a {@link Simulation}: its registry, and what it was told to want. */
final class SimulatedClient {
  static final Duration TTL = Duration.ofSeconds(10);
  static final Duration TIMEOUT = Duration.ofSeconds(5);

  final FakeProcess process;
  final FakeStore store;
  final EtcdRegistry registry;
  final Map<String, ServiceView> views = new LinkedHashMap<>();
  final List<String> complaints = new ArrayList<>();
  private final List<Wish> wishes = new ArrayList<>();

  /** A registration, or the attempt to make one. */
  private record Wish(
      String name, Optional<Registration> announced, CompletableFuture<Registration> joining) {
    /** The registration, if it is wanted: not failed, and not left. */
    Optional<Registration> wanted() {
      Optional<Registration> made =
          joining.isDone() && !joining.isCompletedExceptionally()
              ? Optional.of(joining.join())
              : announced;
      return made.filter(registration -> registration.state() != Registration.State.LEFT);
    }
  }

  SimulatedClient(FakeTime time, FakeCluster cluster, Keys keys, Random random) {
    process = new FakeProcess(time);
    store = cluster.client(process);
    LongSupplier entropy = new Random(random.nextLong())::nextLong;
    Environment env =
        new Environment(
            store,
            process,
            new SerialExecutor(Runnable::run),
            Runnable::run,
            Runnable::run,
            entropy,
            TIMEOUT);
    registry =
        new EtcdRegistry(
            env, TTL, keys, RecordsForTests.of(keys), Registry::builder, () -> {});
  }

  void join(String name, int port, int number) {
    CompletableFuture<Registration> joining =
        registry.async().join(Instance.named(name).port(port).with("n", number));
    wishes.add(new Wish(name, Optional.empty(), joining));
  }

  void announce(String name, int port, int number) {
    Registration announced =
        registry.announce(Instance.named(name).port(port).with("n", number));
    wishes.add(new Wish(name, Optional.of(announced), new CompletableFuture<>()));
  }

  CompletableFuture<Void> leave(String name) {
    return registry.async().leave(name);
  }

  void watch(String name) {
    if (views.containsKey(name)) {
      return;
    }
    ServiceView view = registry.service(name);
    views.put(name, view);
    long[] last = {0};
    view.onChange(
        change -> {
          long version = change.snapshot().version();
          if (version <= last[0]) {
            complaints.add(name + ": version " + version + " after " + last[0]);
          }
          last[0] = version;
        });
  }

  /** What it wants, by key: the latest registration of each. */
  Map<String, Registration> wanted() {
    Map<String, Registration> wanted = new LinkedHashMap<>();
    for (Wish wish : wishes) {
      wish.wanted().ifPresent(made -> wanted.put(made.instance().key(), made));
    }
    return wanted;
  }

  /** Every registration it wants, also those that give way to a later one of its own. */
  List<Registration> registrations() {
    return wishes.stream().flatMap(wish -> wish.wanted().stream()).toList();
  }

  /** What a kill -9 does. */
  void die() {
    process.kill();
    store.close();
  }
}
