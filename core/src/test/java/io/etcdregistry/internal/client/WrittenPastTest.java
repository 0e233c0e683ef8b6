package io.etcdregistry.internal.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Change;
import io.etcdregistry.Snapshot;
import io.etcdregistry.Snapshot.Freshness;
import io.etcdregistry.internal.store.FakeLink.Lost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A cluster that lost its data, and whose revision is past the old one when clients return. */
class WrittenPastTest {
  private final World world = new World();

  @AfterEach
  void nothingIsLeft() {
    world.close();
  }

  @Test
  void wipedAndWrittenPast_noLiveSnapshotMixesTheOldWithTheNew() {
    World.Client reader = world.client();
    put("old", 1);
    assertThat(reader.seen("orders")).hasSize(1);
    List<Change> changes = new ArrayList<>();
    reader.registry.service("orders").onChange(changes::add);
    reader.store.link().partition(Lost.FOR_GOOD);
    world.pass(Duration.ofSeconds(30));
    world.cluster.wipe();
    put("old", 2);
    for (int i = 0; i < 10; i++) {
      put("new", i);
    }
    reader.store.link().heal();
    for (int i = 0; i < 20; i++) {
      world.pass(Duration.ofMillis(500));
      put("new", i);
    }
    assertThat(changes)
        .filteredOn(change -> change.snapshot().freshness() == Freshness.LIVE)
        .extracting(change -> told(change.snapshot()))
        .containsOnly("old 1", "new, old 2");
    assertThat(changes).as("told as a reset").anyMatch(Change::reset);
  }

  private static String told(Snapshot snapshot) {
    return snapshot.instances().stream()
        .map(one -> one.id().equals("old") ? "old " + one.number("n").orElseThrow() : one.id())
        .collect(Collectors.joining(", "));
  }

  private void put(String id, int n) {
    String document = "{\"name\":\"orders\",\"id\":\"%s\",\"n\":%d}".formatted(id, n);
    world.cluster.put("services/orders/" + id, document.getBytes(UTF_8), 0);
  }
}
