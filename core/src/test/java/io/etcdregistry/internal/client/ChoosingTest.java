package io.etcdregistry.internal.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.Call;
import io.etcdregistry.Instance;
import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryStats.Counter;
import io.etcdregistry.ServiceView;
import io.etcdregistry.ViewOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Views that choose by options, on the records that etcd holds. */
class ChoosingTest {
  private final World world = new World();
  private final World.Client reader = world.client();

  @AfterEach
  void nothingIsLeft() {
    world.close();
  }

  private void put(String id, String members) {
    String json = "{\"name\":\"orders\"" + (members.isEmpty() ? "" : "," + members) + "}";
    world.cluster.put("services/orders/" + id, json.getBytes(UTF_8), 0);
    world.pass(Duration.ZERO);
  }

  private ServiceView view(ViewOptions options) {
    ServiceView view = reader.registry.service("orders", options);
    world.await(view.whenReady());
    return view;
  }

  private static Set<String> picked(ServiceView view) {
    return Stream.generate(view::pick)
        .limit(100)
        .flatMap(Optional::stream)
        .map(Instance::id)
        .collect(Collectors.toSet());
  }

  @Test
  void view_choosesFromWhatEtcdHolds_whoeverAskedFirst() {
    ServiceView early = reader.registry.service("orders", ViewOptions.roundRobin());
    assertThat(early.pick()).isEmpty();
    assertThat(early.begin()).isEmpty();
    put("a", "");
    put("b", "\"status\":\"draining\"");
    world.await(early.whenReady());
    assertThat(picked(early)).containsExactly("a");
    ServiceView late = reader.registry.service("orders", ViewOptions.weighted());
    assertThat(picked(late)).containsExactly("a"); // without waiting
    put("c", "");
    assertThat(picked(early)).containsExactly("a", "c");
    assertThat(picked(late)).containsExactly("a", "c");
    world.cluster.delete("services/orders/a");
    world.cluster.delete("services/orders/c");
    world.pass(Duration.ZERO);
    assertThat(picked(early)).containsExactly("b");
    assertThat(reader.registry.async().lookup("orders").join()).map(Instance::id).hasValue("b");
  }

  @Test
  void equalOptions_areTheSameView_othersAreNot() {
    Predicate<Instance> canary = instance -> instance.version().isPresent();
    ServiceView view = view(ViewOptions.roundRobin().where(canary));
    assertThat(view(ViewOptions.roundRobin().where(canary))).isSameAs(view);
    assertThat(view(ViewOptions.roundRobin())).isNotSameAs(view);
    assertThat(view(ViewOptions.random())).isSameAs(reader.registry.service("orders"));
  }

  @Test
  void ownWrites_areChosenFrom_whenTheVerbReturns() {
    ServiceView view = view(ViewOptions.leastPending());
    reader.store.link().hangStreams();
    reader.join("orders", 8080);
    assertThat(view.pick()).isPresent();
    world.await(reader.registry.async().leave("orders"));
    assertThat(view.pick()).isEmpty();
  }

  @Test
  void cutOff_isChosenFromTheLastKnownGood() {
    put("a", "");
    ServiceView view = view(ViewOptions.powerOfTwoChoices());
    world.cluster.loseLeader();
    world.pass(Duration.ofMinutes(1));
    assertThat(view.begin().map(Call::instance)).isPresent();
    world.cluster.electLeader(Duration.ofSeconds(1));
  }

  @Test
  void awaitAvailable_countsWhatPassesTheFilter() {
    put("a", "\"version\":\"1\"");
    put("b", "\"version\":\"2\"");
    ViewOptions second =
        ViewOptions.random().where(instance -> instance.version().equals(Optional.of("2")));
    ServiceView view = view(second);
    assertThat(view.awaitAvailable(1, Duration.ofSeconds(1)).instances()).hasSize(2);
    assertThat(picked(view)).containsExactly("b");
  }

  @Test
  void oddFields_areDefaults_andCounted() {
    put("a", "\"status\":\"sleepy\",\"weight\":-1,\"zone\":7");
    put("b", "\"status\":null,\"weight\":null,\"zone\":null");
    put("c", "\"status\":1,\"weight\":\"9\",\"zone\":[\"eu\"]");
    put("d", "\"status\":\"up\",\"weight\":2,\"zone\":\"eu\"");
    ServiceView view = view(ViewOptions.weighted().zone("eu"));
    assertThat(view.snapshot().instances()).hasSize(4);
    assertThat(picked(view)).contains("a", "b", "c", "d");
    assertThat(reader.registry.stats().count(Counter.FIELDS_IGNORED)).isEqualTo(6);
    put("a", "\"weight\":1e300");
    assertThat(reader.registry.stats().count(Counter.FIELDS_IGNORED)).isEqualTo(7);
  }

  @Test
  void instanceThatFails_isLeftOutOfItsView_andLoggedOnce() {
    Stream.of("a", "b", "c").forEach(id -> put(id, ""));
    ServiceView view = reader.view("orders");
    for (int i = 0; i < 100; i++) {
      try (Call call = view.begin().orElseThrow()) {
        if (call.instance().id().equals("b")) {
          call.failed("refused\u001b[0m");
        } else {
          call.succeeded();
        }
      }
    }
    assertThat(picked(view)).containsExactly("a", "c");
    assertThat(picked(view(ViewOptions.roundRobin()))).containsExactly("a", "b", "c");
    assertThat(reader.log.lines())
        .filteredOn(line -> line.contains("is not chosen"))
        .singleElement()
        .asString()
        .contains("services/orders/b is not chosen for 10 s", "refused?[0m");
    assertThat(reader.registry.stats().count(Counter.EJECTIONS)).isEqualTo(1);
  }

  @Test
  void options_refuseWhatCannotBe_andAreEqualByTheirParts() {
    ViewOptions options = ViewOptions.random();
    List<Runnable> wrong =
        Arrays.asList(
            () -> options.subset(0, 1),
            () -> options.slowStart(Duration.ofSeconds(-1)),
            () -> options.slowStart(Duration.ofHours(2)),
            () -> options.ejection(Duration.ofMillis(99)),
            () -> options.ejection(Duration.ofMinutes(6)));
    assertThat(wrong)
        .allSatisfy(
            step ->
                assertThatThrownBy(step::run)
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("expected: "));
    assertThat(options.zone("eu").subset(3, 1))
        .isEqualTo(ViewOptions.random().zone("eu").subset(3, 1));
    assertThat(options.zone("eu"))
        .isNotEqualTo(options)
        .hasToString(
            "ViewOptions[picker=RANDOM, filter=Optional.empty, zone=Optional[eu], slowStart=PT0S,"
                + " subset=0, client=0, ejection=PT10S]");
  }
}
