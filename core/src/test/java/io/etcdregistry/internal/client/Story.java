package io.etcdregistry.internal.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.Registration.State;
import io.etcdregistry.Snapshot.Freshness;
import io.etcdregistry.internal.store.KeyValue;
import io.etcdregistry.internal.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** One story of a {@link Simulation}: a bad time, and an end at which all is as it should be. */
final class Story {
  /** Enough for every back-off there is. */
  private static final Duration SOON = Duration.ofSeconds(90);

  /** Longer than the interval of the verifications that find what no event told. */
  private static final Duration LONG = Duration.ofMinutes(8);

  private static final Duration QUIET = Duration.ofMinutes(2);

  private final long seed;
  private final Simulation simulation;

  private Story(long seed, UnaryOperator<Store> decoration) {
    this.seed = seed;
    this.simulation = new Simulation(seed, decoration);
    Blunders.heardBy(simulation::complain);
  }

  /**
   * Tells a story.
   *
   * @param seed which one
   * @param decoration put around the store of each client
   * @throws AssertionError if anything was not as it must be, with all that happened
   */
  static void tell(long seed, UnaryOperator<Store> decoration) {
    new Story(seed, decoration).tell();
  }

  private void tell() {
    try {
      for (int i = 0; i < simulation.plot.steps(); i++) {
        simulation.step();
      }
      simulation.heal();
      simulation.pass(simulation.plot.dropsDeletes() ? LONG : SOON);
      int events = simulation.cluster.eventCount();
      simulation.pass(QUIET);
      assertThat(simulation.cluster.eventsFrom(events)).as("somebody still writes").isEmpty();
      verifyRecords();
      verifyViews();
      verifyCost();
      close();
    } catch (AssertionError | RuntimeException e) {
      String told = String.join("\n", simulation.story);
      throw new AssertionError("seed " + seed + ": " + e.getMessage() + "\n" + told, e);
    }
  }

  /** Each key has one owner, which wants it, and which is one of those alive. */
  private void verifyRecords() {
    Map<String, List<Registration>> wanted = new TreeMap<>();
    for (SimulatedClient client : simulation.clients) {
      client
          .wanted()
          .forEach((key, made) -> wanted.computeIfAbsent(key, k -> new ArrayList<>()).add(made));
    }
    Map<String, String> held =
        simulation.held().stream().collect(Collectors.toMap(KeyValue::key, Story::text));
    assertThat(held.keySet()).as("what etcd holds").isEqualTo(wanted.keySet());
    wanted.forEach((key, made) -> verifyOwner(key, String.valueOf(held.get(key)), made));
  }

  private static void verifyOwner(String key, String document, List<Registration> made) {
    List<Registration> owners =
        made.stream().filter(one -> one.instance().json().equals(document)).toList();
    assertThat(owners).as(key + " has one owner: " + made).hasSize(1);
    assertThat(owners.get(0).state()).as(key + " " + owners).isEqualTo(State.JOINED);
    assertThat(made.stream().filter(one -> one.state() == State.JOINED))
        .as(key + " " + made)
        .hasSize(1);
    assertThat(made.stream().filter(one -> one.state() == State.SUPERSEDED))
        .as(key + " " + made)
        .hasSize(made.size() - 1);
  }

  private static String text(KeyValue pair) {
    return new String(pair.value(), UTF_8);
  }

  /** Each view shows what etcd holds, and says that it does. */
  private void verifyViews() {
    for (SimulatedClient client : simulation.clients) {
      client.views.forEach(
          (name, view) -> {
            assertThat(view.snapshot().instances().stream().map(Instance::json))
                .as("view of \"" + name + "\" at " + client)
                .containsExactlyElementsOf(
                    simulation.past.now(name).stream().map(Instance::json).toList());
            assertThat(view.snapshot().freshness()).isEqualTo(Freshness.LIVE);
            assertThat(simulation.past.isOverridden(view.snapshot()))
                .as("view of \"" + name + "\" at " + client + " is as operators say")
                .isTrue();
          });
    }
  }

  /** One lease for each client that has something joined, two streams at most. */
  private void verifyCost() {
    long joiners =
        simulation.clients.stream().filter(client -> !client.registrations().isEmpty()).count();
    assertThat((long) simulation.cluster.leases().size()).as("leases").isLessThanOrEqualTo(joiners);
  }

  private void close() {
    for (SimulatedClient client : simulation.clients) {
      CompletableFuture<Void> closed = client.registry.closing();
      simulation.time.advanceUntil(closed::isDone, Duration.ofMinutes(1));
      assertThat(closed).isDone();
    }
    assertThat(simulation.held()).as("left behind").isEmpty();
    assertThat(simulation.cluster.leases()).as("leases left behind").isEmpty();
    assertThat(simulation.cluster.openStreams()).as("streams left behind").isZero();
    simulation.time.advance(Duration.ofMinutes(2));
    for (SimulatedClient client : simulation.clients) {
      assertThat(client.process.pending()).as("tasks left behind").isZero();
    }
  }
}
