package io.etcdregistry;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.store.KeyValue;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Names and namespaces that look alike are kept apart. */
public interface NameContract extends RegistryBench {
  @Test
  default void prefix_isNotTheName() {
    Registry registry = registry();
    for (String name : List.of("orders", "orders-eu", "order", "orders2")) {
      registry.join(Instance.named(name).port(1));
    }
    assertThat(registry().list("orders")).extracting(Instance::name).containsExactly("orders");
    assertThat(registry.list("order")).extracting(Instance::name).containsExactly("order");
    assertThat(registry.list())
        .extracting(Instance::name)
        .containsExactly("order", "orders-eu", "orders", "orders2");
  }

  @Test
  default void namespace_isNotAName() {
    String name = "n" + namespace().substring(9);
    Registry none = registry("?timeout=20s&hostname=" + HOSTNAME);
    Registry inside = registry("/" + name + "?timeout=20s&hostname=" + HOSTNAME);
    Registry deeper = registry("/" + name + "/eu?timeout=20s&hostname=" + HOSTNAME);
    Registration plain = none.join(Instance.named(name).port(1));
    Registration within = inside.join(Instance.named("eu").port(2));
    Registration below = deeper.join(Instance.named("x").port(3));
    assertThat(List.of(plain, within, below).stream().map(r -> r.instance().key()))
        .allMatch(key -> key.startsWith("services/" + name + "/"));
    assertThat(urls(none.list(name))).containsExactly("http://192.168.1.10:1");
    assertThat(none.list("eu")).isEmpty();
    assertThat(urls(inside.list())).containsExactly("http://192.168.1.10:2");
    assertThat(urls(inside.list("eu"))).containsExactly("http://192.168.1.10:2");
    assertThat(urls(deeper.list())).containsExactly("http://192.168.1.10:3");
    assertThat(
            urls(
                registry("?timeout=20s&hostname=" + HOSTNAME).list().stream()
                    .filter(i -> i.name().equals(name))
                    .toList()))
        .containsExactly("http://192.168.1.10:1");
  }

  @Test
  default void foldedNames_areKeptApart() {
    Registry registry = registry();
    List<String> names =
        List.of("my-service", "my service", "my.service", "my_service", "my/service");
    for (int i = 0; i < names.size(); i++) {
      registry.join(Instance.named(names.get(i)).port(1000 + i));
    }
    assertThat(pairs())
        .hasSize(names.size())
        .extracting(KeyValue::key)
        .allMatch(key -> key.startsWith(prefix() + "my-service/"));
    Registry reader = registry();
    for (int i = 0; i < names.size(); i++) {
      assertThat(urls(reader.list(names.get(i))))
          .containsExactly("http://192.168.1.10:" + (1000 + i));
      assertThat(urls(registry.list(names.get(i))))
          .containsExactly("http://192.168.1.10:" + (1000 + i));
    }
    registry.leave("my service");
    assertThat(registry.list("my service")).isEmpty();
    assertThat(pairs()).hasSize(names.size() - 1);
  }

  @Test
  default void sameIdUnderFoldedNames_theLatestJoinWins() {
    Registry registry = registry();
    Registration first = registry.join(Instance.named("a b").port(1).id("one"));
    Registration second = registry().join(Instance.named("a.b").port(2).id("one"));
    awaitState(first, Registration.State.SUPERSEDED);
    assertThat(second.state()).isEqualTo(Registration.State.JOINED);
    await("the view follows", () -> registry.list("a b").isEmpty());
    assertThat(registry.list("a.b")).hasSize(1);
    assertThat(pairs()).hasSize(1);
  }

  @Test
  default void name_withAnEmoji_isFound() {
    registry().join(Instance.named("\ud83d\udc1d bees").port(1));
    assertThat(registry().lookup("\ud83d\udc1d bees").orElseThrow().name())
        .isEqualTo("\ud83d\udc1d bees");
    assertThat(pairs().get(0).key()).startsWith(prefix() + "---bees/");
  }

  @Test
  default void name_thatFoldsAway_isFound() {
    registry().join(Instance.named("漢字").port(1));
    registry().join(Instance.named("ああ").port(2));
    assertThat(registry().list("漢字")).extracting(Instance::name).containsExactly("漢字");
    assertThat(registry().list("--")).isEmpty();
  }
}
