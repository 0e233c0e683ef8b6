package io.etcdregistry.internal.etcd;

import static io.etcdregistry.internal.etcd.ScriptedEtcd.fail;
import static io.etcdregistry.internal.etcd.ScriptedEtcd.say;
import static io.etcdregistry.internal.etcd.ScriptedNetwork.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.Listing;
import io.etcdregistry.internal.store.Store;
import io.etcdregistry.protocol.RangeResponse;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an operator reads about endpoints, and an observer is told: once per change, all of it. */
class EndpointStoriesTest {
  private static final Status NO_LEADER =
      Status.UNAVAILABLE.withDescription("etcdserver: no leader");

  private final ScriptedNetwork network = new ScriptedNetwork();

  @AfterEach
  void close() {
    network.close();
  }

  /** Reads about every second, however that ends. */
  private void use(Store store, Duration time) {
    long end = network.time.nanoTime() + time.toNanos();
    while (network.time.nanoTime() < end) {
      CompletableFuture<Listing> reading = store.list(KeyRange.key("k"), TIMEOUT);
      network.time.advanceUntil(reading::isDone, Duration.ofMinutes(1));
      network.time.advance(Duration.ofSeconds(1));
    }
  }

  private void answerIn(ScriptedEtcd etcd, Duration delay) {
    etcd.range =
        (request, answer) ->
            network.time.schedule(
                delay,
                () -> say(answer, RangeResponse.newBuilder().setHeader(etcd.header()).build()));
  }

  @Test
  void firstConnectionThatTakesItsTime_isNoNews() {
    ScriptedEtcd a = network.listen("a", 1);
    Store store = network.client("a");
    answerIn(a, Duration.ofMillis(2500));
    use(store, Duration.ofSeconds(1));
    assertThat(network.log.lines()).isEmpty();
    assertThat(network.events.all()).isEmpty();
  }

  @Test
  void slowFirstConnection_toOneOfTwo_isNoNews() {
    ScriptedEtcd a = network.listen("a", 1);
    ScriptedEtcd b = network.listen("b", 1);
    for (int client = 0; client < 8; client++) {
      Store store = network.client("a", "b");
      answerIn(a, Duration.ofMillis(1500));
      answerIn(b, Duration.ofMillis(200));
      use(store, Duration.ofSeconds(1));
      answerIn(a, Duration.ZERO);
      answerIn(b, Duration.ZERO);
      use(store, Duration.ofMinutes(1));
    }
    assertThat(network.log.lines()).isEmpty();
  }

  @Test
  void etcdThatAlwaysTakesTwoSeconds_isNoNews() {
    ScriptedEtcd a = network.listen("a", 1);
    Store store = network.client("a");
    answerIn(a, Duration.ofSeconds(2));
    use(store, Duration.ofHours(1));
    assertThat(network.log.lines()).isEmpty();
  }

  @Test
  void onlyEtcdAwayForAnHour() {
    ScriptedEtcd a = network.listen("a", 1);
    Store store = network.client("a");
    use(store, Duration.ofMinutes(1));
    network.refuse("a", 1);
    use(store, Duration.ofHours(1));
    network.listen("a", 1, a);
    use(store, Duration.ofMinutes(1));
    assertThat(network.log.lines())
        .containsExactly(
            "INFO etcd at a:1: connection refused (is etcd running there?)",
            "WARNING No endpoint of etcd serves: a:1: connection refused (is etcd running there?)."
                + " What was joined stays wanted, views show what was known last; trying on",
            "INFO etcd serves again, at a:1: the outage lasted 60 min");
    assertThat(network.events.all())
        .containsExactly(
            "a:1 failed: connection refused (is etcd running there?)",
            "outage began: a:1: connection refused (is etcd running there?)",
            "a:1 recovered",
            "outage ended");
  }

  @Test
  void onlyEtcdHungForAnHour() {
    ScriptedEtcd a = network.listen("a", 1);
    Store store = network.client("a");
    use(store, Duration.ofMinutes(1));
    a.range = (request, answer) -> {};
    use(store, Duration.ofHours(1));
    answerIn(a, Duration.ZERO);
    use(store, Duration.ofMinutes(1));
    assertThat(network.log.lines())
        .containsExactly(
            "INFO etcd at a:1: does not answer",
            "WARNING No endpoint of etcd serves: a:1: does not answer. What was joined stays"
                + " wanted, views show what was known last; trying on",
            "INFO etcd serves again, at a:1: the outage lasted 59 min");
  }

  @Test
  void oneOfThreeHungForAnHour() {
    ScriptedEtcd a = network.listen("a", 1);
    ScriptedEtcd b = network.listen("b", 1);
    ScriptedEtcd c = network.listen("c", 1);
    Store store = network.client("a", "b", "c");
    use(store, Duration.ofSeconds(1));
    String used = a.arrived.isEmpty() ? b.arrived.isEmpty() ? "c" : "b" : "a";
    ScriptedEtcd hung = used.equals("a") ? a : used.equals("b") ? b : c;
    hung.range = (request, answer) -> {};
    use(store, Duration.ofHours(1));
    assertThat(network.log.lines()).hasSize(2);
    assertThat(network.log.lines().get(0))
        .isEqualTo("INFO etcd at " + used + ":1: does not answer");
    assertThat(network.log.lines().get(1))
        .matches("INFO Using etcd at [abc]:1 in place of " + used + ":1");
  }

  @Test
  void quorumLostForAnHour() {
    ScriptedEtcd a = network.listen("a", 1);
    ScriptedEtcd b = network.listen("b", 1);
    Store store = network.client("a", "b");
    use(store, Duration.ofMinutes(1));
    a.range = (request, answer) -> fail(answer, NO_LEADER);
    b.range = (request, answer) -> fail(answer, NO_LEADER);
    use(store, Duration.ofHours(1));
    answerIn(a, Duration.ZERO);
    answerIn(b, Duration.ZERO);
    use(store, Duration.ofHours(1));
    assertThat(network.log.lines()).hasSize(4);
    assertThat(network.log.lines().subList(0, 2))
        .containsExactlyInAnyOrder(
            "INFO etcd at a:1: etcdserver: no leader (no quorum, or electing just now)",
            "INFO etcd at b:1: etcdserver: no leader (no quorum, or electing just now)");
    assertThat(network.log.lines().get(2))
        .startsWith("WARNING No endpoint of etcd serves: ")
        .contains("a:1: etcdserver: no leader", "b:1: etcdserver: no leader");
    assertThat(network.log.lines().get(3))
        .matches("INFO etcd serves again, at [ab]:1: the outage lasted 60 min");
  }
}
