package io.etcdregistry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Instances are kept in few bytes, and nothing of it is to be seen. */
final class PackedTest {
  private final Alike alike = new Alike();

  private Instance stored(String key, String document) {
    Instance.Stored stored = new Instance.Stored(key, document.getBytes(UTF_8), 1, 2);
    return Instance.stored(stored, alike, why -> {}).orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "ab",
        "abc",
        "00",
        "ff00",
        "FF00",
        "g0",
        "a.b_c:d-e",
        "\u00ff\u0080x",
        "/x",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "da39a3ee5e6b4b0d3255bfef95601890afd8070",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709-0123456789abcdef"
      })
  void id_isKeptToTheChar(String id) {
    String key = "services/ns/orders/" + id.replace("/", "");
    String document = "{\"name\":\"orders\",\"x\":\"ä€😀\"}";
    Instance instance = stored(key, document);
    assertThat(instance.id()).isEqualTo(id.replace("/", ""));
    assertThat(instance.key()).isEqualTo(key);
    assertThat(instance.json()).isEqualTo(document);
    assertThat(instance.host()).isEmpty(); // from now on the key is remembered
    assertThat(instance.key()).isEqualTo(key).isSameAs(instance.key());
    assertThat(instance.holds(document.getBytes(UTF_8))).isTrue();
    assertThat(instance.holds("{}".getBytes(UTF_8))).isFalse();
  }

  @Test
  void stored_idOfAStrangerIsTooLong_isNoRecord() {
    List<String> reasons = new ArrayList<>();
    byte[] document = "{\"name\":\"orders\"}".getBytes(UTF_8);
    for (String digit : List.of("x", "a")) {
      String longest = digit.repeat(Packed.MOST_ID);
      assertThat(stored("services/orders/" + longest, "{}").id()).isEqualTo(longest);
      String key = "services/orders/" + longest + digit;
      assertThat(Instance.stored(new Instance.Stored(key, document, 1, 2), alike, reasons::add))
          .isEmpty();
    }
    assertThat(reasons)
        .hasSize(2)
        .allMatch(why -> why.contains("32768 characters in the last part of its key"));
  }

  @Test
  void keys_compareAsTheirTextsDo() {
    List<String> keys =
        List.of(
            "services/orders/a",
            "services/orders/ab",
            "services/orders/aB",
            "services/orders/abcd",
            "services/orders/ff",
            "services/orders/fff",
            "services/orders/\u00ff",
            "services/order/x",
            "services/orders-eu/a",
            "services/orders",
            "services/",
            "",
            "t",
            "services/orders/");
    for (String one : keys) {
      if (one.endsWith("/") || !one.contains("/") || one.equals("services/orders")) {
        continue; // no records
      }
      for (String other : keys) {
        assertThat(Integer.signum(stored(one, "{}").compareKey(other)))
            .as(one + " and " + other)
            .isEqualTo(Integer.signum(one.compareTo(other)));
      }
    }
  }

  @Test
  void alike_isShared_andNoMoreThanThat() {
    Instance one = stored("services/orders/1", "{\"name\":\"orders\",\"zone\":\"a\"}");
    Instance two = stored("services/orders/2", "{\"name\":\"orders\",\"zone\":\"a\",\"port\":1}");
    assertThat(two.name()).isSameAs(one.name());
    assertThat(two.zone().orElseThrow()).isSameAs(one.zone().orElseThrow());
    assertThat(stored("services/my-service/1", "{\"name\":\"my service\"}").name())
        .isEqualTo("my service");
    assertThat(stored("services/my-service/2", "{\"name\":\"my.service\"}").name())
        .isEqualTo("my.service");
    assertThat(stored("services/my-service/3", "{\"name\":\"other\"}").name())
        .isEqualTo("my-service");
    assertThat(stored("services/my-service/4", "{}").name()).isEqualTo("my-service");
    assertThat(stored("services/my-service/5", "{\"name\":\"my\\u0020service\"}").name())
        .isEqualTo("my service");
  }

  @Test
  void equality_isOfKeyNameIdAndText() {
    Instance one = stored("services/orders/1", "{}");
    assertThat(stored("services/orders/1", "{}")).isEqualTo(one).hasSameHashCodeAs(one);
    assertThat(stored("services/orders/2", "{}")).isNotEqualTo(one);
    assertThat(stored("services/order/1", "{}")).isNotEqualTo(one);
    assertThat(stored("services/orders/1", "{ }")).isNotEqualTo(one);
    assertThat(one.overridden(stored("x/1", "{\"status\":\"down\"}"))).isNotEqualTo(one);
  }
}
