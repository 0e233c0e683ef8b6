package io.etcdregistry.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Instance;
import io.etcdregistry.RecordedEvents;
import io.etcdregistry.RecordsForTests;
import io.etcdregistry.Registration;
import io.etcdregistry.ServiceView;
import io.etcdregistry.internal.codec.Keys;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.store.FakeCluster;
import io.etcdregistry.internal.store.FakeStore;
import io.etcdregistry.internal.telemetry.LoggedLines;
import io.etcdregistry.internal.telemetry.Telemetry;
import io.etcdregistry.internal.time.SerialExecutor;
import io.etcdregistry.testing.FakeTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** A cluster and its clients on fake time, all on the test's thread. */
final class World implements AutoCloseable {
  static final Duration TTL = Duration.ofSeconds(10);
  static final Duration TIMEOUT = Duration.ofSeconds(5);

  final FakeTime time = new FakeTime();
  final FakeCluster cluster = new FakeCluster(time);
  final Random random = new Random(42);
  final Keys keys = Keys.of("");
  private final List<Client> clients = new ArrayList<>();

  /** One process with a registry. */
  final class Client {
    final FakeStore store = cluster.client();
    final LoggedLines log = new LoggedLines();
    final RecordedEvents events = new RecordedEvents();
    final EtcdRegistry registry;

    Client(Optional<Path> cache) {
      Environment env =
          new Environment(
                  store,
                  time,
                  new SerialExecutor(Runnable::run),
                  Runnable::run,
                  Runnable::run,
                  random::nextLong,
                  TIMEOUT)
              .with(new Telemetry(List.of(events), Runnable::run, time, log));
      registry = new EtcdRegistry(env, TTL, keys, RecordsForTests.of(keys), new NoOrigin(cache));
    }

    /** Joins, and waits until it is committed. */
    Registration join(String name, int port) {
      return await(registry.async().join(Instance.named(name).port(port)));
    }

    ServiceView view(String name) {
      ServiceView view = registry.service(name);
      await(view.whenReady());
      return view;
    }

    List<Instance> seen(String name) {
      return view(name).snapshot().instances();
    }

    /** What a kill -9 does: the process is gone, and nobody was told. */
    void die() {
      store.close();
      clients.remove(this);
    }
  }

  Client client() {
    return client(Optional.empty());
  }

  /** A client that keeps what it reads in a directory. */
  Client client(Optional<Path> cache) {
    Client client = new Client(cache);
    clients.add(client);
    return client;
  }

  /** Lets time pass until a future is done; for one that should be done in time. */
  <T> T await(CompletableFuture<T> future) {
    time.advanceUntil(future::isDone, Duration.ofMinutes(10));
    assertThat(future).isDone();
    return future.join();
  }

  void pass(Duration duration) {
    time.advance(duration);
  }

  /** The records in etcd, by key. */
  List<String> held() {
    return cluster.list(keys.all()).pairs().stream().map(pair -> pair.key()).toList();
  }

  /** Leaves with everything; afterwards nothing of any client may be left. */
  @Override
  public void close() {
    for (Client client : List.copyOf(clients)) {
      await(client.registry.closing());
    }
    assertThat(cluster.openStreams()).as("streams left").isZero();
    assertThat(cluster.openWatches()).as("watches left").isZero();
  }
}
