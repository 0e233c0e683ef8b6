package io.etcdregistry;

import static io.etcdregistry.InstanceTest.complete;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.RegistryException.Reason;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one may set in what one joins with, and how it is refused. */
final class InstanceBuilderTest {
  private static void refused(Consumer<Instance.Builder> change, String message) {
    assertThatThrownBy(() -> change.accept(Instance.named("orders")))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.INVALID);
              assertThat(e).hasMessage(message);
            });
  }

  @Test
  void with_javaValues_areWrittenExactly() {
    Map<String, Object> nested = new LinkedHashMap<>();
    nested.put("nothing", null);
    nested.put("list", List.of(true, "x", Map.of()));
    Instance instance =
        complete(
            Instance.named("orders")
                .with("nested", nested)
                .with("null", null)
                .with("byte", (byte) 7)
                .with("long", Long.MIN_VALUE)
                .with("big", BigInteger.TWO.pow(100))
                .with("decimal", new BigDecimal("1.10"))
                .with("huge", new BigDecimal("1e400"))
                .with("double", 0.1)
                .with("float", 0.1f));

    assertThat(instance.json())
        .contains(
            "\"nested\":{\"nothing\":null,\"list\":[true,\"x\",{}]},\"null\":null,\"byte\":7,"
                + "\"long\":-9223372036854775808,\"big\":1267650600228229401496703205376,"
                + "\"decimal\":1.10,\"huge\":1E+400,\"double\":0.1,\"float\":0.1,");
    assertThat(instance.fields()).containsEntry("null", null).containsKey("nested");
  }

  @Test
  void with_list_isReadAtOnce() {
    List<Object> list = new ArrayList<>(List.of(1));
    Instance.Builder builder = Instance.named("orders").with("list", list);
    list.add(2);

    assertThat(complete(builder).fields()).containsEntry("list", List.of(BigDecimal.ONE));
  }

  @Test
  void fields_areUnmodifiable() {
    Map<String, ?> fields = complete(Instance.named("a").json("{\"l\":[1],\"m\":{}}")).fields();

    assertThatThrownBy(() -> fields.remove("l")).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> ((List<?>) fields.get("l")).remove(0))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> ((Map<?, ?>) fields.get("m")).remove("x"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 65536, Integer.MIN_VALUE})
  void port_outOfRange_isRefused(int port) {
    refused(b -> b.port(port), "port: " + port + " (expected: a whole number from 1 to 65535)");
  }

  @Test
  void setters_wrongValues_areRefusedAtOnce() {
    String label = " (expected: a text of 1 to 255 characters without control characters)";
    String hostname = " (expected: a DNS name in ASCII, or an IP address without a zone)";
    String host = " (expected: host:port or a host alone)";
    String url = " (expected: an absolute URI of at most 2048 characters)";
    String weight = " (expected: a number from 0 to 1000000)";
    String status = " (expected: starting, up, draining or down)";
    String id = " (expected: 1 to 128 of A-Z a-z 0-9 . _ : -)";
    refused(b -> b.with("port", "80"), "port: \"80\" (expected: a whole number from 1 to 65535)");
    refused(b -> b.with("port", 80.5), "port: 80.5 (expected: a whole number from 1 to 65535)");
    refused(b -> b.with("port", null), "port: null (expected: a whole number from 1 to 65535)");
    refused(b -> b.hostname(""), "hostname: \"\"" + hostname);
    refused(b -> b.hostname("a b"), "hostname: \"a b\"" + hostname);
    refused(b -> b.hostname("fe80::1%eth0"), "hostname: \"fe80::1%eth0\"" + hostname);
    refused(b -> b.hostname("fe80::xyz"), "hostname: \"fe80::xyz\"" + hostname);
    refused(b -> b.hostname("bücher.example"), "hostname: \"bücher.example\"" + hostname);
    refused(b -> b.with("hostname", 7), "hostname: 7" + hostname);
    refused(b -> b.host("a/b"), "host: \"a/b\"" + host);
    refused(b -> b.host("a@b"), "host: \"a@b\"" + host);
    refused(b -> b.url("/relative"), "url: \"/relative\"" + url);
    refused(b -> b.url("http://a b"), "url: \"http://a b\"" + url);
    refused(b -> b.protocol("1x"), "protocol: \"1x\" (expected: a URI scheme such as http)");
    refused(b -> b.version(" "), "version: \" \"" + label);
    refused(b -> b.zone("a\nb"), "zone: \"a\\nb\"" + label);
    refused(b -> b.with("zone", null), "zone: null" + label);
    refused(b -> b.weight(-1), "weight: -1.0" + weight);
    refused(b -> b.weight(1e7), "weight: 1.0E7" + weight);
    refused(b -> b.with("status", "UP"), "status: \"UP\"" + status);
    refused(
        b -> b.with("name", "other"),
        "name: \"other\" (expected: \"orders\", as the instance is named)");
    refused(b -> b.id(""), "id: \"\"" + id);
    refused(b -> b.id("a/b"), "id: \"a/b\"" + id);
    refused(b -> b.id("a".repeat(129)), "id: \"" + "a".repeat(60) + "…\"" + id);
  }

  @Test
  void with_whatJsonCannotCarry_isRefused() {
    String number = " (expected: finite, at most 1000 characters, exponent within 9999)";
    refused(b -> b.weight(Double.NaN), "\"weight\": the number \"NaN\"" + number);
    refused(b -> b.with("x", new BigDecimal("1e10000")), "\"x\": the number \"1E+10000\"" + number);
    refused(
        b -> b.with("x", BigInteger.TEN.pow(1000)),
        "\"x\": the number \"1" + "0".repeat(59) + "…\"" + number);
    refused(
        b -> b.with("x", List.of('c')),
        "\"x\": a java.lang.Character (expected: a String, Boolean, Number, List, Map or null)");
    refused(
        b -> b.with("x", Map.of(1, 2)),
        "\"x\": a map with a key that is no String (expected: Strings)");
    refused(b -> b.with("x", "\uD83D"), "\"x\": text with half of a surrogate pair, \"\\ud83d\"");
    refused(
        b -> b.with("\uDE80", 1),
        "field: \"\\ude80\" (expected: text without half a surrogate pair)");
    List<Object> cycle = new ArrayList<>();
    cycle.add(cycle);
    refused(b -> b.with("x", cycle), "\"x\": nested deeper than 64 levels");
  }

  @Test
  void with_listThatUnfoldsWithoutEnd_isTooLarge() {
    List<?> list = List.of("x");
    for (int i = 0; i < 50; i++) {
      list = List.of(list, list);
    }
    List<?> bomb = list;

    assertThatThrownBy(() -> Instance.named("orders").with("x", bomb))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LARGE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "[1]|not a JSON object",
        "^^|not JSON at line 1 column 1",
        "{|not JSON at line 1 column 2",
        "{} {}|not JSON at line 1 column 5",
        "{'a':1}|not JSON at line 1 column 3",
        "{\"a\":01}|not JSON at line 1 column 6",
        "{\"a\":NaN}|not JSON at line 1 column 6",
        "{\"a\":TRUE}|not JSON at line 1 column 6",
        "{\"a\":1,}|not JSON at line 1 column 9",
        "{\"a\":1,\"a\":2}|a member given twice, \"a\"",
        "{\"x\":[{\"a\":1,\"a\":1}]}|a member given twice, \"a\"",
        "{\"a\":\"\\ud800\"}|not JSON at line 1 column 14",
        "{\"a\":1e99999}|the number \"1e99999\" (expected: finite, at most 1000 characters, exponent within 9999)",
      })
  void json_malformed_isRefused(String text, String why) {
    refused(
        b -> b.json(text),
        "json: " + Fields.shown(text) + " is " + why + " (expected: a JSON object)");
  }

  @Test
  void json_oneMemberWrong_setsNothing() {
    Instance.Builder builder = Instance.named("orders");

    assertThatThrownBy(() -> builder.json("{\"a\":1,\"port\":0}"))
        .hasMessage("port: 0 (expected: a whole number from 1 to 65535)");
    assertThat(complete(builder).fields()).doesNotContainKeys("a", "port");
  }

  @Test
  void json_portAsDecimal_isAPort() {
    Instance instance = complete(Instance.named("orders").json("{\"port\":8080.0}"));

    assertThat(instance.host()).isEqualTo("192.168.1.10:8080");
    assertThat(instance.port()).hasValue(8080);
  }

  @Test
  void document_overTheLimit_isTooLarge() {
    Instance.Builder builder = Instance.named("orders").port(1);
    builder.with("fits", "x".repeat(Json.MAX_BYTES - 160));
    assertThat(complete(builder).json()).hasSizeLessThanOrEqualTo(Json.MAX_BYTES);

    builder.with("more", "ü".repeat(60));
    assertThatThrownBy(() -> complete(builder))
        .hasMessageMatching("document of orders: 65\\d{3} bytes \\(expected: at most 65536\\)")
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LARGE));
    assertThatThrownBy(() -> builder.json("{\"a\":\"" + "x".repeat(Json.MAX_BYTES) + "\"}"))
        .hasMessage("json: 65544 bytes (expected: at most 65536)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a\u0000b", "a\nb", "\uD83D", "x\uDE80\uD83D"})
  void named_notAName_isRefused(String name) {
    assertThatThrownBy(() -> Instance.named(name))
        .hasMessageStartingWith("name: ")
        .hasMessageEndingWith(
            " (expected: 1 to 255 characters, not only blanks, without control characters)");
  }

  @Test
  void named_lengthIsBounded() {
    assertThat(complete(Instance.named("n".repeat(255))).name()).hasSize(255);
    assertThatThrownBy(() -> Instance.named("n".repeat(256))).hasMessageStartingWith("name: ");
  }
}
