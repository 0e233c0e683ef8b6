package io.etcdregistry.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.internal.codec.Keys.Place;
import io.etcdregistry.internal.store.KeyRange;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class KeysTest {
  private static final Keys BARE = Keys.of("");
  private static final Keys TEAM = Keys.of("team/eu.1");

  @ParameterizedTest
  @CsvSource({
    "orders, orders",
    "My-Service-9, My-Service-9",
    "a b/c.d_e, a-b-c-d-e",
    "caf\u00e9, caf-",
    "shop\uD83D\uDED2, shop--",
    "'', ''"
  })
  void fold_keepsLettersDigitsAndDashes(String name, String part) {
    assertThat(Keys.fold(name)).isEqualTo(part);
  }

  @Test
  void foldsAway_isANameOfWhichNothingIsLeft() {
    assertThat(Keys.foldsAway("\uD83D\uDED2")).isTrue();
    assertThat(Keys.foldsAway("--")).isTrue();
    assertThat(Keys.foldsAway("\uD83D\uDED21")).isFalse();
  }

  @Test
  void keys_areLaidOutAsAgreed() {
    assertThat(BARE.key("my service", "id:1")).isEqualTo("services/my-service/id:1");
    assertThat(TEAM.key("orders", "1")).isEqualTo("services/team/eu.1/orders/1");
    assertThat(TEAM).hasToString("services/team/eu.1/");
  }

  @Test
  void service_rangeEndsWithTheName() {
    KeyRange orders = BARE.service("orders");

    assertThat(orders).isEqualTo(new KeyRange("services/orders/", "services/orders0"));
    assertThat(orders.contains(BARE.key("orders", "1"))).isTrue();
    assertThat(orders.contains(BARE.key("orders-eu", "1"))).isFalse();
    assertThat(orders.contains(BARE.key("order", "1"))).isFalse();
  }

  @Test
  void all_leavesOverridesOut() {
    assertThat(BARE.all()).isEqualTo(new KeyRange("services/", "services0"));
    assertThat(BARE.all().contains("services-overrides/x")).isFalse();
    assertThat(TEAM.all()).isEqualTo(new KeyRange("services/team/eu.1/", "services/team/eu.10"));
    assertThat(TEAM.all().contains("services/team/eu.10/a/1")).isFalse();
  }

  @Test
  void parse_ownKey_comesBack() {
    assertThat(BARE.parse(BARE.key("a b", "x"))).hasValue(new Place("a-b", "x"));
    assertThat(TEAM.parse(TEAM.key("orders", "1.2:3_4-5")))
        .hasValue(new Place("orders", "1.2:3_4-5"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "services/",
        "services/orders",
        "services/orders/",
        "services//1",
        "services/orders//1",
        "services/orders/1/",
        "services/orders/eu/1", // the name eu in the namespace orders
        "services/or.ders/1", // no name folds to that
        "services/orders\u00e9/1",
        "services0/orders/1",
        "service/orders/1",
        "/services/orders/1",
        "services-overrides/orders/1"
      })
  void parse_anythingElse_isNotOurs(String key) {
    assertThat(BARE.parse(key)).isEqualTo(Optional.empty());
  }

  @Test
  void parse_namespacesAndNames_areNotConfused() {
    Keys orders = Keys.of("orders");

    assertThat(orders.parse("services/orders/eu/1")).hasValue(new Place("eu", "1"));
    assertThat(orders.parse("services/orders/1")).isEmpty();
    assertThat(orders.parse("services/orders/deeper/eu/1")).isEmpty();
    assertThat(orders.parse("services/orders-eu/eu/1")).isEmpty();
  }

  @Test
  void parse_strangersIds_areTakenButBounded() {
    assertThat(BARE.parse("services/orders/a b\u0000")).hasValue(new Place("orders", "a b\u0000"));
    assertThat(BARE.parse("services/orders/" + "x".repeat(5000))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "a/", "/a", "a//b", "a b", "\u00e9", "a%2f"})
  void of_badNamespace_isRefused(String namespace) {
    assertThatThrownBy(() -> Keys.of(namespace)).isInstanceOf(IllegalArgumentException.class);
  }
}
