package io.etcdregistry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Change;
import io.etcdregistry.Instance;
import io.etcdregistry.Snapshot;
import io.etcdregistry.Snapshot.Freshness;
import io.etcdregistry.StoredInstances;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventLogTest {
  private final EventLog log = new EventLog(Selector.of(List.of("zone=eu")));

  private static Instance instance(String id, String zone, long revision) {
    return StoredInstances.of(
        "services/orders/" + id, "{\"name\":\"orders\",\"zone\":\"" + zone + "\"}", revision, 1);
  }

  private List<String> change(
      long revision, List<Instance> added, List<Instance> updated, List<Instance> removed) {
    Snapshot now = new Snapshot("orders", revision, revision, Freshness.LIVE, List.of(), List.of());
    return log.events(new Change(now, added, updated, removed, revision == 99)).stream()
        .map(event -> event.json(false).replace("\"", ""))
        .toList();
  }

  @Test
  void events_first_isThePresentStateAndSync() {
    assertThat(
            change(
                5, List.of(instance("a", "eu", 3), instance("b", "us", 4)), List.of(), List.of()))
        .containsExactly(
            "{type:joined,revision:3,service:orders,instance:{name:orders,zone:eu}}",
            "{type:sync,revision:5,service:orders}");
  }

  @Test
  void events_emptyState_isSyncAlone() {
    assertThat(change(5, List.of(), List.of(), List.of()))
        .containsExactly("{type:sync,revision:5,service:orders}");
  }

  @Test
  void events_fitCeasesAndComes_isLeftAndJoined() {
    change(5, List.of(instance("a", "eu", 3), instance("b", "us", 4)), List.of(), List.of());
    assertThat(
            change(
                8, List.of(), List.of(instance("a", "us", 7), instance("b", "eu", 8)), List.of()))
        .containsExactly(
            "{type:left,revision:8,service:orders,instance:{name:orders,zone:us}}",
            "{type:joined,revision:8,service:orders,instance:{name:orders,zone:eu}}");
    assertThat(change(9, List.of(), List.of(instance("b", "eu", 9)), List.of()))
        .singleElement()
        .asString()
        .startsWith("{type:updated,revision:9");
    assertThat(
            change(
                10, List.of(), List.of(), List.of(instance("a", "us", 7), instance("b", "eu", 9))))
        .containsExactly("{type:left,revision:10,service:orders,instance:{name:orders,zone:eu}}");
  }

  @Test
  void events_reset_comesFirst() {
    change(5, List.of(), List.of(), List.of());
    assertThat(change(99, List.of(instance("a", "eu", 2)), List.of(), List.of()))
        .containsExactly(
            "{type:reset,revision:99,service:orders}",
            "{type:joined,revision:2,service:orders,instance:{name:orders,zone:eu}}");
  }
}
