package io.etcdregistry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.Instance.Status;
import io.etcdregistry.internal.codec.Keys;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What records say: those to join with, and those read from etcd. */
final class InstanceTest {
  private static final String HERE = "192.168.1.10";

  static Instance complete(Instance.Builder builder) {
    return Instance.complete(builder, () -> HERE, Optional.empty());
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
  void saying_isTheDocumentWithAnotherStatus() {
    Instance up = complete(Instance.named("orders").with("a", 1.50).port(80));
    Instance down = complete(Instance.named("orders").status(Status.DOWN).port(80));

    assertThat(up.saying(Status.DRAINING))
        .isEqualTo(up.json().replace("}", ",\"status\":\"draining\"}"));
    assertThat(down.saying(Status.UP)).isEqualTo(down.json().replace("\"down\"", "\"up\""));
    assertThat(down.saying(Status.DOWN)).isEqualTo(down.json());
  }

  @Test
  void saying_moreThanADocumentHolds_isRefused() {
    Instance full = complete(Instance.named("orders").with("a", "x".repeat(Json.MAX_BYTES - 150)));
    int left = Json.MAX_BYTES - full.json().length();
    Instance brim =
        complete(Instance.named("orders").with("a", "x".repeat(Json.MAX_BYTES - 150 + left)));

    assertThat(brim.json()).hasSize(Json.MAX_BYTES);
    assertThatThrownBy(() -> brim.saying(Status.DRAINING))
        .hasMessageStartingWith("document of orders: ");
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
