package io.etcdregistry.internal.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any text may be a name, as far as keys can carry it, and names stay apart. */
final class NamesTest {
  private final World world = new World();
  private final World.Client client = world.client();

  @AfterEach
  void nothingIsLeft() {
    world.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a\nb", "\uD83D"})
  void verbs_whatIsNoName_isInvalid(String name) {
    refused(() -> client.registry.lookup(name));
    refused(() -> client.registry.list(name));
    refused(() -> client.registry.service(name));
    refused(() -> client.registry.async().lookup(name).join());
    refused(() -> client.registry.async().list(name).join());
    refused(() -> Instance.named(name));
  }

  private static void refused(ThrowingCallable verb) {
    assertThatThrownBy(verb)
        .extracting(e -> e instanceof CompletionException ? e.getCause() : e)
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.INVALID);
              assertThat(e).hasMessageStartingWith("name: \"").hasMessageContaining("(expected: ");
            });
  }

  @Test
  void services_areCountedByTheirDocuments_notTheirKeys() {
    World.Client client = world.client();
    client.join("orders", 1);
    client.join("orders", 2);
    client.join("ord\u00e9rs", 1);
    client.join("ord-rs", 1);
    assertThat(world.await(client.registry.async().services()))
        .containsExactly(entry("ord-rs", 1), entry("orders", 2), entry("ord\u00e9rs", 1));
  }

  @Test
  void namesThatFoldTogether_areKeptApart() {
    Registration cart = client.join("shop \uD83D\uDED2", 1);
    Registration dashes = client.join("shop---", 2);

    assertThat(cart.instance().key()).matches("services/shop---/[0-9a-f]{40}");
    assertThat(dashes.instance().key()).matches("services/shop---/[0-9a-f]{40}");
    assertThat(client.seen("shop \uD83D\uDED2")).containsExactly(cart.instance());
    assertThat(client.seen("shop---")).containsExactly(dashes.instance());
    assertThat(client.seen("shop...")).isEmpty();
  }

  @Test
  void record_withANameOfAnotherService_countsWhereItStands() {
    byte[] value = "{\"name\":\"payments\"}".getBytes(UTF_8);
    world.cluster.put("services/orders/x", value, 0);

    assertThat(client.seen("payments")).isEmpty();
    assertThat(client.seen("orders"))
        .singleElement()
        .satisfies(instance -> assertThat(instance.name()).isEqualTo("orders"))
        .satisfies(instance -> assertThat(instance.json()).isEqualTo("{\"name\":\"payments\"}"));
  }

  @Test
  void orders_neverShowsANamespaceOrALongerName() {
    for (String key : new String[] {"orders-eu/1", "orders/eu/1", "orders/1/", "order/1"}) {
      world.cluster.put("services/" + key, "{}".getBytes(UTF_8), 0);
    }
    world.cluster.put("services/orders/1", "{}".getBytes(UTF_8), 0);

    assertThat(client.seen("orders")).hasSize(1);
    assertThat(client.registry.all().snapshot().instances()).isEmpty();
    world.pass(Duration.ZERO);
    assertThat(client.registry.all().snapshot().instances())
        .extracting(Instance::key)
        .containsExactly("services/order/1", "services/orders-eu/1", "services/orders/1");
  }
}
