package io.etcdregistry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.Instance.Status;
import io.etcdregistry.RegistryException.Reason;
import io.etcdregistry.internal.codec.Keys;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class InstanceTest {
  private static final String HERE = "192.168.1.10";

  private static Instance complete(Instance.Builder builder) {
    return Instance.complete(builder, () -> HERE, Optional.empty());
  }

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
  void complete_portAlone_isTheDocumentOfTheReadme() {
    Instance instance = complete(Instance.named("my-service-name").port(8080));

    assertThat(instance.json())
        .isEqualTo(
            "{\"name\":\"my-service-name\",\"port\":8080,\"hostname\":\"192.168.1.10\","
                + "\"host\":\"192.168.1.10:8080\",\"url\":\"http://192.168.1.10:8080\"}");
    assertThat(instance).hasToString(instance.json());
    // printf %s my-service-name-http://192.168.1.10:8080 | sha1sum
    assertThat(instance.id()).isEqualTo("a4b6d9145a0edd218cc73596b12ca2d1b30419a1");
    assertThat(instance.name()).isEqualTo("my-service-name");
    assertThat(instance.port()).hasValue(8080);
    assertThat(instance.hostname()).isEqualTo(HERE);
    assertThat(instance.host()).isEqualTo("192.168.1.10:8080");
    assertThat(instance.url()).isEqualTo("http://192.168.1.10:8080");
    assertThat(instance.protocol()).isEqualTo("http");
    assertThat(instance.version()).isEmpty();
    assertThat(instance.zone()).isEmpty();
    assertThat(instance.weight()).isEqualTo(1.0);
    assertThat(instance.status()).isEqualTo(Status.UP);
    assertThat(instance.key()).isEmpty();
    assertThat(instance.revision()).isZero();
    assertThat(instance.lease()).isZero();
  }

  @Test
  void complete_fields_keepTheOrderTheyWereGivenIn() {
    Instance instance =
        complete(
            Instance.named("orders")
                .with("b", 1)
                .zone("eu-1")
                .with("a", List.of())
                .url("https://orders.example/")
                .with("b", 2)
                .port(80));

    assertThat(instance.json())
        .isEqualTo(
            "{\"name\":\"orders\",\"b\":2,\"zone\":\"eu-1\",\"a\":[],"
                + "\"url\":\"https://orders.example/\",\"port\":80,"
                + "\"hostname\":\"192.168.1.10\",\"host\":\"192.168.1.10:80\"}");
    assertThat(instance.protocol()).isEqualTo("https");
  }

  @Test
  void complete_everySetter_isRead() {
    Instance instance =
        complete(
            Instance.named("orders")
                .hostname("db.example")
                .protocol("grpc")
                .id("one:1")
                .version("2.1")
                .zone("eu")
                .weight(2.5)
                .status(Status.STARTING));

    assertThat(instance.url()).isEqualTo("grpc://db.example");
    assertThat(instance.id()).isEqualTo("one:1");
    assertThat(instance.version()).hasValue("2.1");
    assertThat(instance.zone()).hasValue("eu");
    assertThat(instance.weight()).isEqualTo(2.5);
    assertThat(instance.status()).isEqualTo(Status.STARTING);
    assertThat(instance.fields()).doesNotContainKey("id");
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.1:80",
    "fd00::1, [fd00::1]:80",
    "[fd00::1], [fd00::1]:80",
    "under_score.example, under_score.example:80"
  })
  void complete_hostname_makesHost(String hostname, String host) {
    assertThat(complete(Instance.named("orders").hostname(hostname).port(80)).host())
        .isEqualTo(host);
  }

  @ParameterizedTest
  @CsvSource({
    "gateway.example:81, gateway.example",
    "gateway.example, gateway.example",
    "[fd00::1]:81, fd00::1",
    "[fd00::1], fd00::1",
    "10.1.1.1:9, 10.1.1.1"
  })
  void complete_hostGiven_saysTheHostname(String host, String hostname) {
    Instance instance = complete(Instance.named("orders").host(host).port(80));

    assertThat(instance.hostname()).isEqualTo(hostname);
    assertThat(instance.host()).isEqualTo(host);
    assertThat(instance.url()).isEqualTo("http://" + host);
  }

  @Test
  void complete_zoneOfTheProcess_isSaidUnlessGiven() {
    Optional<String> zone = Optional.of("eu");
    Instance added = Instance.complete(Instance.named("orders").port(80), () -> HERE, zone);
    Instance given = Instance.complete(Instance.named("orders").zone("us"), () -> HERE, zone);

    assertThat(added.json())
        .startsWith("{\"name\":\"orders\",\"port\":80,\"zone\":\"eu\",\"hostname\":");
    assertThat(given.zone()).hasValue("us");
    assertThat(Instance.complete(added.toBuilder(), () -> "", zone)).isEqualTo(added);
  }

  @Test
  void complete_withoutPort_hasAnIdOfItsOwn() {
    Instance one = complete(Instance.named("worker"));
    Instance two = complete(Instance.named("worker"));

    assertThat(one.json()).isEqualTo(two.json()).doesNotContain("port");
    assertThat(one.host()).isEqualTo(HERE);
    assertThat(one.id()).matches("[0-9a-f]{40}-[0-9a-f]{16}").isNotEqualTo(two.id());
  }

  @Test
  void complete_anyJson_comesBackEqual() {
    String text =
        "{\"a\":{\"b\":[1,2.50,-0,1e400,9007199254740993,null,true,{}]},\"\":\"\","
            + "\"long\":123456789012345678901234567890.123456789,"
            + "\"text\":\"\\\"\\\\/\\n\\u0000 ü \uD83D\uDE80\"}";
    Instance instance = complete(Instance.named("shop \uD83D\uDED2").json(text).port(1));

    assertThat(instance.json())
        .startsWith(
            "{\"name\":\"shop \uD83D\uDED2\",\"a\":{\"b\":[1,2.50,-0,1e400,9007199254740993,");
    assertThat(instance.number("long"))
        .hasValue(new BigDecimal("123456789012345678901234567890.123456789"));
    assertThat(instance.string("text")).hasValue("\"\\/\n\u0000 ü \uD83D\uDE80");
    assertThat(instance.string("")).hasValue("");
    assertThat(instance.string("long")).isEmpty();
    assertThat(instance.number("text")).isEmpty();
    assertThat(instance.number("none")).isEmpty();
    assertThat(read(instance.json()).fields()).isEqualTo(instance.fields());
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

  @Test
  void toBuilder_unchanged_isTheSameRecord() {
    Instance instance = complete(Instance.named("orders").with("a", 1.50).port(80).version("1"));
    Instance again = Instance.complete(instance.toBuilder(), () -> "10.9.9.9", Optional.empty());

    assertThat(again).isEqualTo(instance).hasSameHashCodeAs(instance);
  }

  @Test
  void toBuilder_newPort_movesHostAndUrlButNotTheId() {
    Instance instance = complete(Instance.named("orders").port(80)).at("services/orders/x1", 7, 9);
    Instance moved =
        Instance.complete(
            instance.toBuilder().port(81).status(Status.DRAINING),
            () -> "10.9.9.9",
            Optional.empty());

    assertThat(moved.json())
        .isEqualTo(
            "{\"name\":\"orders\",\"port\":81,\"status\":\"draining\","
                + "\"hostname\":\"192.168.1.10\",\"host\":\"192.168.1.10:81\","
                + "\"url\":\"http://192.168.1.10:81\"}");
    assertThat(moved.id()).isEqualTo(instance.id()).isEqualTo("x1");
    assertThat(moved.status()).isEqualTo(Status.DRAINING);
    assertThatThrownBy(() -> instance.toBuilder().id("x2"))
        .hasMessage("id: \"x2\" (expected: x1, as the instance joined)");
    assertThat(instance.toBuilder().id("x1")).isNotNull();
  }

  @Test
  void toBuilder_givenHost_stays() {
    Instance instance = complete(Instance.named("orders").host("gateway:1").port(80));

    assertThat(complete(instance.toBuilder().port(81)).host()).isEqualTo("gateway:1");
  }

  private static Instance read(String json) {
    return stored("services/orders/id", json.getBytes(UTF_8));
  }

  private static Instance stored(String key, byte[] value) {
    return Instance.stored(
            new Instance.Stored(key, value, 5, 6),
            new Alike(),
            why -> {
              throw new AssertionError(why);
            })
        .orElseThrow();
  }

  private static String whyNot(byte[] value) {
    List<String> reasons = new ArrayList<>();
    Instance.Stored stored = new Instance.Stored("services/orders/id", value, 5, 6);
    assertThat(Instance.stored(stored, new Alike(), reasons::add)).isEmpty();
    assertThat(reasons).hasSize(1);
    return reasons.get(0);
  }

  @Test
  void stored_text_isKeptToTheByte() {
    String text = " {\n \"name\" : \"orders\",\"a\":1.0,\"a\":2 } \n";
    Instance instance = read(text);

    assertThat(instance.json()).isEqualTo(text);
    assertThat(instance.number("a")).hasValue(new BigDecimal("2"));
    assertThat(instance.key()).isEqualTo("services/orders/id");
    assertThat(instance.id()).isEqualTo("id");
    assertThat(instance.revision()).isEqualTo(5);
    assertThat(instance.lease()).isEqualTo(6);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"name\":7,\"port\":\"80\",\"hostname\":[],\"host\":{},\"url\":null,\"protocol\":1}",
        "{\"port\":0,\"status\":\"gone\",\"weight\":-1,\"zone\":1,\"version\":false}",
        "{\"port\":65536,\"status\":7,\"weight\":\"9\"}",
        "{\"port\":1.5,\"weight\":1e9999}",
        "{\"port\":1e9999,\"weight\":null}",
      })
  void stored_oddTypes_areDefaults(String json) {
    Instance instance = read(json);

    assertThat(instance.name()).isEqualTo("orders");
    assertThat(instance.port()).isEmpty();
    assertThat(instance.hostname()).isEmpty();
    assertThat(instance.host()).isEmpty();
    assertThat(instance.url()).isEmpty();
    assertThat(instance.protocol()).isEqualTo("http");
    assertThat(instance.version()).isEmpty();
    assertThat(instance.zone()).isEmpty();
    assertThat(instance.weight()).isEqualTo(1.0);
    assertThat(instance.status()).isEqualTo(Status.UP);
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"hostname\":\"h\",\"port\":1}', h, h:1, http://h:1",
    "'{\"hostname\":\"::1\",\"port\":1}', ::1, [::1]:1, http://[::1]:1",
    "'{\"host\":\"h:1\"}', h, h:1, http://h:1",
    "'{\"url\":\"https://u@h:1/p?q\"}', h, h:1, https://u@h:1/p?q",
    "'{\"url\":\"mailto:x\"}', '', '', mailto:x",
  })
  void stored_fieldsMissing_areConcluded(String json, String hostname, String host, String url) {
    Instance instance = read(json);

    assertThat(instance.hostname()).isEqualTo(hostname);
    assertThat(instance.host()).isEqualTo(host);
    assertThat(instance.url()).isEqualTo(url);
  }

  @ParameterizedTest
  @CsvSource({
    "services/a-b/1, a.b, a.b",
    "services/a-b/1, a b, a b",
    "services/a-b/1, a-b, a-b",
    "services/a-b/1, a-c, a-b",
    "services/a-b/1, '', a-b",
    "services/ns/x--/1, x\uD83D\uDE80, x\uD83D\uDE80"
  })
  void stored_name_mustBelongToTheKey(String key, String given, String name) {
    assertThat(stored(key, ("{\"name\":\"" + given + "\"}").getBytes(UTF_8)).name())
        .isEqualTo(name);
  }

  @Test
  void folds_agreesWithTheKeys() {
    long seed = System.currentTimeMillis();
    Random random = new Random(seed);
    for (int i = 0; i < 10_000; i++) {
      String name =
          random
              .ints(random.nextInt(6), 0x20, random.nextBoolean() ? 0x7f : 0x1ffff)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      String part = Keys.fold(name);
      assertThat(Fields.folds(name, part)).as("%s, seed %d", name, seed).isTrue();
      assertThat(Fields.folds(name + "x", part)).isFalse();
      assertThat(Fields.folds("a" + name, "-" + part)).isFalse();
    }
  }

  @Test
  void stored_noRecord_saysWhy() {
    assertThat(whyNot("".getBytes(UTF_8))).isEqualTo("not JSON at line 1 column 1");
    assertThat(whyNot("hello".getBytes(UTF_8))).startsWith("not JSON at line 1");
    assertThat(whyNot("[]".getBytes(UTF_8))).isEqualTo("not a JSON object");
    assertThat(whyNot("null".getBytes(UTF_8))).isEqualTo("not a JSON object");
    assertThat(whyNot("{\"a\":\"\u0001\"}".getBytes(UTF_8))).startsWith("not JSON at line 1");
    assertThat(whyNot("{\"a\":\"\\ud800\"}".getBytes(UTF_8))).startsWith("not JSON at line 1");
    assertThat(whyNot("\uFEFF{}".getBytes(UTF_8)))
        .isEqualTo("not JSON: it begins with a byte order mark");
    assertThat(whyNot(new byte[] {'{', '"', (byte) 0xc3, '"', ':', '1', '}'}))
        .isEqualTo("not UTF-8");
    assertThat(whyNot(new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80})).isEqualTo("not UTF-8");
    assertThat(whyNot(new byte[65537])).isEqualTo("65537 bytes long (a record has at most 65536)");
    assertThat(whyNot(("{\"a\":" + "[".repeat(60_000)).getBytes(UTF_8)))
        .isEqualTo("nested deeper than 64 levels");
    assertThat(whyNot("{\"a\":1e2000000000}".getBytes(UTF_8)))
        .startsWith("the number \"1e2000000000\"");
  }

  @Test
  void stored_atTheLimits_isARecord() {
    String deep = "{\"a\":" + "[".repeat(63) + "]".repeat(63) + "}";
    assertThat(read(deep).json()).isEqualTo(deep);
    assertThat(complete(Instance.named("orders").json(deep)).fields()).containsKey("a");
    String digits = "{\"a\":" + "1".repeat(1000) + "}";
    assertThat(read(digits).number("a"))
        .hasValueSatisfying(n -> assertThat(n.precision()).isEqualTo(1000));
    String large = "{\"a\":\"" + "x".repeat(Json.MAX_BYTES - 8) + "\"}";
    assertThat(read(large).json()).hasSize(65536);
    assertThat(read(large).string("a")).hasValueSatisfying(a -> assertThat(a).startsWith("xx"));
    assertThat(read(large).hostname()).isEmpty();
  }

  @Test
  void equals_isKeyAndDocument() {
    Instance one = read("{\"name\":\"orders\"}");

    assertThat(one).isEqualTo(read("{\"name\":\"orders\"}"));
    assertThat(one).isEqualTo(one.at("services/orders/id", 99, 98));
    assertThat(one).isNotEqualTo(read("{\"name\":\"orders\" }"));
    assertThat(one).isNotEqualTo(one.at("services/orders/id2", 5, 6));
    assertThat(complete(Instance.named("a").port(1).id("1")))
        .isNotEqualTo(complete(Instance.named("a").port(1).id("2")));
  }
}
