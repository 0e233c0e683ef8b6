package io.etcdregistry.internal.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.Registration.State;
import io.etcdregistry.internal.store.KeyValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Whatever happened, once it is over everything is as it should be. {@code -Dsimulation.seed=N} tells
 * one story again, {@code -Dsimulation.seeds=N} tells so many.
 */
class SimulationTest {
  private static final int STEPS = 60;

  /** Longer than the interval of the audits and verifications that find what no event told. */
  private static final Duration LONG = Duration.ofMinutes(8);

  private static final Duration QUIET = Duration.ofMinutes(2);

  @Test
  void afterABadTime_allIsAsItShouldBe() {
    long only = Long.getLong("simulation.seed", -1);
    if (only >= 0) {
      tell(only);
      return;
    }
    for (long seed = 0; seed < Long.getLong("simulation.seeds", 300); seed++) {
      tell(seed);
    }
  }

  private static void tell(long seed) {
    Simulation simulation = new Simulation(seed);
    try {
      for (int i = 0; i < STEPS; i++) {
        simulation.step();
      }
      simulation.heal();
      simulation.time.advance(LONG);
      int events = simulation.cluster.events().size();
      simulation.time.advance(QUIET);
      assertThat(simulation.cluster.events()).as("somebody still writes").hasSize(events);
      verifyRecords(simulation);
      verifyViews(simulation);
      verifyCost(simulation);
      close(simulation);
    } catch (AssertionError | RuntimeException e) {
      fail("seed " + seed + "\n" + String.join("\n", simulation.story), e);
    }
  }

  /** Each key has one owner, which wants it, and which is one of those alive. */
  private static void verifyRecords(Simulation simulation) {
    Map<String, List<Registration>> wanted = new TreeMap<>();
    for (SimulatedClient client : simulation.clients) {
      client
          .wanted()
          .forEach((key, made) -> wanted.computeIfAbsent(key, k -> new ArrayList<>()).add(made));
    }
    Map<String, String> held =
        simulation.held().stream().collect(Collectors.toMap(KeyValue::key, SimulationTest::text));
    assertThat(held.keySet()).as("what etcd holds").isEqualTo(wanted.keySet());
    wanted.forEach(
        (key, made) -> {
          List<Registration> owners =
              made.stream().filter(one -> one.instance().json().equals(held.get(key))).toList();
          assertThat(owners).as(key + " has one owner: " + made).hasSize(1);
          assertThat(owners.get(0).state()).as(key + " " + owners).isEqualTo(State.JOINED);
          assertThat(made.stream().filter(one -> one.state() == State.JOINED))
              .as(key + " " + made)
              .hasSize(1);
          assertThat(made.stream().filter(one -> one.state() == State.SUPERSEDED))
              .as(key + " " + made)
              .hasSize(made.size() - 1);
        });
  }

  private static String text(KeyValue pair) {
    return new String(pair.value(), UTF_8);
  }

  /** Each view shows what etcd holds. */
  private static void verifyViews(Simulation simulation) {
    for (SimulatedClient client : simulation.clients) {
      assertThat(client.complaints).isEmpty();
      client.views.forEach(
          (name, view) ->
              assertThat(view.snapshot().instances().stream().map(Instance::json))
                  .as("view of " + name + " at client " + simulation.clients.indexOf(client))
                  .containsExactlyElementsOf(
                      simulation.held().stream()
                          .filter(pair -> pair.key().startsWith("services/" + name + "/"))
                          .map(SimulationTest::text)
                          .toList()));
    }
  }

  /** One lease for each client that has something joined, two streams at most. */
  private static void verifyCost(Simulation simulation) {
    long joiners =
        simulation.clients.stream().filter(client -> !client.registrations().isEmpty()).count();
    assertThat((long) simulation.cluster.leases().size()).as("leases").isLessThanOrEqualTo(joiners);
    for (SimulatedClient client : simulation.clients) {
      assertThat(client.store.link().openStreams()).as("streams").isLessThanOrEqualTo(2);
    }
  }

  private static void close(Simulation simulation) {
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
