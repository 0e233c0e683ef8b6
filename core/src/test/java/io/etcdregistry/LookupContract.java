package io.etcdregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.Instance.Status;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Finding one, and finding all. */
public interface LookupContract extends RegistryBench {
  private void join(Registry registry, int port, Status status) {
    registry.join(Instance.named("orders").port(port).status(status));
  }

  @Test
  default void lookup_nothingThere_isEmpty() {
    Registry registry = registry();
    assertThat(registry.lookup("orders")).isEmpty();
    assertThat(registry.list("orders")).isEmpty();
    assertThat(registry.list()).isEmpty();
    assertThat(registry.service("orders").pick()).isEmpty();
  }

  @Test
  default void lookup_prefersUpOverDraining() {
    Registry registry = registry();
    join(registry, 1, Status.STARTING);
    join(registry, 2, Status.DOWN);
    assertThat(registry.lookup("orders")).isEmpty();
    assertThat(registry.list("orders")).hasSize(2);
    join(registry, 3, Status.DRAINING);
    assertThat(registry.lookup("orders")).map(Instance::status).contains(Status.DRAINING);
    join(registry, 4, Status.UP);
    for (int i = 0; i < 50; i++) {
      assertThat(registry.lookup("orders")).map(Instance::status).contains(Status.UP);
    }
    assertThat(registry.list("orders")).hasSize(4);
  }

  @Test
  default void lookup_unknownStatus_countsAsUp() {
    putDocument(key("orders", "x"), "{\"name\":\"orders\",\"url\":\"http://x\",\"status\":7}", 0);
    assertThat(registry().lookup("orders")).map(Instance::status).contains(Status.UP);
  }

  @Test
  default void lookup_choosesAmongAll() {
    Registry registry = registry();
    IntStream.rangeClosed(1, 3).forEach(port -> join(registry, port, Status.UP));
    Set<String> chosen =
        IntStream.range(0, 200)
            .mapToObj(i -> registry.lookup("orders").orElseThrow().host())
            .collect(Collectors.toSet());
    assertThat(chosen).hasSize(3);
  }

  @Test
  default void list_isOrderedByKeyAndUnmodifiable() {
    Registry registry = registry();
    for (String id : List.of("b", "a", "B", "_", "c.1")) {
      registry.join(Instance.named("orders").hostname("h-" + id.length()).id(id));
    }
    assertThat(registry.list("orders"))
        .extracting(Instance::id)
        .containsExactly("B", "_", "a", "b", "c.1")
        .isEqualTo(registry().list("orders").stream().map(Instance::id).toList());
    List<Instance> listed = registry.list("orders");
    assertThatThrownBy(listed::clear).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  default void list_thousandsOfInstances_isComplete() {
    Registry reader = registry();
    String pad = "x".repeat(2_000);
    for (int i = 0; i < 3_000; i++) {
      putDocument(
          key("s" + i % 10, "%04d".formatted(i)),
          "{\"name\":\"s%d\",\"url\":\"http://%d\",\"pad\":\"%s\"}".formatted(i % 10, i, pad),
          0);
    }
    assertThat(reader.list()).hasSize(3_000);
    assertThat(reader.list("s7")).hasSize(300);
    assertThat(reader.list("s7").stream().map(Instance::key)).isSorted();
  }

  @Test
  default void async_saysTheSame() {
    Registry registry = registry();
    Registration joined = get(registry.async().join(Instance.named("orders").port(1)));
    assertThat(get(registry.async().lookup("orders")))
        .contains(registry.lookup("orders").orElseThrow());
    assertThat(get(registry.async().list("orders"))).isEqualTo(registry.list("orders"));
    assertThat(get(registry().async().list())).hasSize(1);
    get(registry.async().leave("orders"));
    assertThat(joined.state()).isEqualTo(Registration.State.LEFT);
    assertThat(get(registry.async().list("orders"))).isEmpty();
  }
}
