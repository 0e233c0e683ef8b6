package io.etcdregistry;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Documents come back as they were joined; what is no document is passed over. */
public interface DocumentContract extends RegistryBench {
  private Instance read(String name) {
    List<Instance> found = registry().list(name);
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  @Test
  default void document_everyKindOfField_comesBackEqual() {
    String json =
        "{\"zero\":-0.0,\"big\":123456789012345678901234567890,\"exact\":1.10,"
            + "\"tiny\":1e-400,\"null\":null,\"yes\":true,\"empty\":{},\"none\":[],"
            + "\"nested\":{\"z\":1,\"a\":[1,[2,{\"b\":null}],\"x\"]},"
            + "\"text\":\"\\u0000\\n\\\"\\\\ \\u2028 \\ud83d\\ude00 ä 漢\",\"\":\"nameless\"}";
    Registration joined = registry().join(Instance.named("orders").port(1).json(json));
    Instance instance = read("orders");
    assertThat(instance.json()).isEqualTo(joined.instance().json());
    assertThat(rawDocument(instance)).contains(instance.json());
    assertThat(instance.fields()).isEqualTo(joined.instance().fields());
    assertThat(instance.number("big")).contains(new BigDecimal("123456789012345678901234567890"));
    assertThat(instance.number("exact")).contains(new BigDecimal("1.10"));
    assertThat(instance.number("tiny")).contains(new BigDecimal("1e-400"));
    assertThat(instance.fields()).containsEntry("null", null).containsEntry("yes", true);
    assertThat(instance.fields()).containsEntry("empty", Map.of()).containsEntry("none", List.of());
    assertThat(instance.string("text")).contains("\u0000\n\"\\ \u2028 \ud83d\ude00 ä 漢");
    assertThat(instance.string("")).contains("nameless");
    assertThat(instance.fields().keySet())
        .containsSubsequence("zero", "big", "exact", "tiny", "null", "yes", "empty", "none");
  }

  @Test
  default void document_fieldsOneByOne_comeBackEqual() {
    registry()
        .join(
            Instance.named("orders")
                .port(1)
                .version("1.2.3")
                .zone("eu")
                .weight(2.5)
                .with("list", Arrays.asList(1, null, "x", Map.of("k", 9007199254740993L)))
                .with("nothing", null));
    Instance instance = read("orders");
    assertThat(instance.version()).contains("1.2.3");
    assertThat(instance.zone()).contains("eu");
    assertThat(instance.weight()).isEqualTo(2.5);
    assertThat(instance.fields())
        .containsEntry(
            "list",
            Arrays.asList(
                new BigDecimal(1), null, "x", Map.of("k", new BigDecimal("9007199254740993"))))
        .containsEntry("nothing", null);
  }

  @Test
  default void document_ofAStranger_isGivenAsItIsStored() {
    String text = "  {\"extra\" : 1.0 ,\"name\":\"orders\", \"url\":\"http://h\" }\n";
    putDocument(key("orders", "x"), text, 0);
    assertThat(read("orders").json()).isEqualTo(text);
    assertThat(read("orders").lease()).isZero();
    assertThat(read("orders").key()).isEqualTo(key("orders", "x"));
  }

  @Test
  default void value_thatIsNoDocument_isPassedOver() {
    Registry reader = registry();
    ServiceView view = reader.service("orders");
    assertThat(reader.list("orders")).isEmpty();
    List<String> none =
        List.of("", "x", "[]", "null", "1", "{", "{}x", "{\"name\":\"orders\"", "\ud83d");
    for (int i = 0; i < none.size(); i++) {
      putDocument(key("orders", "bad" + i), none.get(i), 0);
    }
    putDocument(
        key("orders", "huge"), "{\"name\":\"orders\",\"x\":\"" + "y".repeat(70_000) + "\"}", 0);
    putDocument(prefix() + "orders/deep/er", document("orders", "deeper"), 0);
    putDocument(prefix() + "orders", document("orders", "shallow"), 0);
    putDocument(prefix() + "orders/", document("orders", "nameless"), 0);
    putDocument(key("orders", "good"), document("orders", "good"), 0);
    await("the good one", () -> !view.snapshot().instances().isEmpty());
    assertThat(urls(reader.list("orders"))).containsExactly("http://good");
    assertThat(urls(registry().list("orders"))).containsExactly("http://good");
    assertThat(urls(registry().list())).containsExactly("http://good");
  }

  @Test
  default void value_brokenAndMended_comesBack() {
    Registry reader = registry();
    String key = key("orders", "x");
    putDocument(key, document("orders", "h"), 0);
    assertThat(reader.list("orders")).hasSize(1);
    putDocument(key, "not json", 0);
    await("gone", () -> reader.list("orders").isEmpty());
    putDocument(key, document("orders", "h2"), 0);
    await("back", () -> urls(reader.list("orders")).equals(List.of("http://h2")));
  }
}
