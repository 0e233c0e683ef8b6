package io.etcdregistry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read in passing is what is read properly, or is left to that. */
final class SkimTest {
  private static final String[] FIELDS = {
    "name", "port", "status", "weight", "zone", "n", "", "hostname", "names", "nam", "é", "a\\\"b"
  };
  private static final String[] VALUES = {
    "\"orders\"",
    "\"up\"",
    "\"down\"",
    "\"draining\"",
    "\"starting\"",
    "\"UP\"",
    "\"\"",
    "\"zürich\"",
    "\"\\u0041\"",
    "\"a\\/b\"",
    "\"😀\"",
    "\"\\ud800\"",
    "0",
    "1",
    "80",
    "65535",
    "65536",
    "080",
    "8080.0",
    "-0",
    "-1",
    "1.5",
    "0.25",
    "1000000",
    "1000000.1",
    "1e2",
    "1E400",
    "1e99999",
    "12345678901234567890",
    "123456789012345678",
    ".5",
    "5.",
    "+1",
    "0x10",
    "NaN",
    "true",
    "false",
    "null",
    "True",
    "nul",
    "[]",
    "{}",
    "[1,\"a\",{\"port\":9}]",
    "{\"name\":\"x\",\"weight\":3}",
    "[[[]]]",
    "{\"a\":{\"a\":[{}]}}",
    "[1,]",
    "{\"a\"}",
    "'a'",
    "\"a\tb\"",
    "\"a\u0001b\"",
    "[".repeat(20) + "]".repeat(20),
    "[".repeat(70) + "]".repeat(70)
  };
  private static final String[] BLANKS = {
    "", "", "", " ", "\n", "\t \r", "\u000b", "\ufeff", "//c\n"
  };

  private static String document(Random random) {
    StringBuilder text = new StringBuilder(blank(random)).append('{');
    int members = random.nextInt(6);
    for (int i = 0; i < members; i++) {
      text.append(i > 0 ? "," : "").append(blank(random)).append('"');
      text.append(FIELDS[random.nextInt(FIELDS.length)]).append('"').append(blank(random));
      text.append(':').append(blank(random));
      int likely = random.nextInt(4) == 0 ? VALUES.length : 20;
      text.append(VALUES[random.nextInt(likely)]).append(blank(random));
    }
    return text.append('}').append(blank(random)).toString();
  }

  private static String blank(Random random) {
    return random.nextInt(10) == 0 ? BLANKS[random.nextInt(BLANKS.length)] : "";
  }

  /** A byte changed, put in, taken away, or the end cut off. */
  private static byte[] damaged(byte[] text, Random random) {
    int at = random.nextInt(text.length);
    byte any =
        (byte)
            (random.nextBoolean()
                ? "{}[],:\"\\ 0".charAt(random.nextInt(10))
                : random.nextInt(256));
    byte[] damaged = text.clone();
    damaged[at] = any;
    if (random.nextInt(3) == 0) {
      return java.util.Arrays.copyOf(text, at);
    }
    return damaged;
  }

  private static @Nullable Map<String, @Nullable Object> parsed(byte[] document) {
    try {
      return Json.parse(Json.decode(document));
    } catch (Json.Malformed e) {
      return null;
    }
  }

  /** Returns whether it was read in passing. */
  private static boolean check(byte[] document) {
    Skim skim = Skim.of(document);
    if (skim == null) {
      return false;
    }
    String text = new String(document, UTF_8);
    Map<String, @Nullable Object> fields = parsed(document);
    assertThat(fields).as(text).isNotNull();
    assertThat(skim.traits()).as(text).isEqualTo(Traits.of(fields, 0));
    assertThat(skim.port()).as(text).isEqualTo(Fields.portOrZero(fields.get("port")));
    Object name = fields.get("name");
    assertThat(skim.name()).as(text).isEqualTo(name instanceof String ? name : null);
    assertThat(skim.isNamed("orders")).as(text).isEqualTo("orders".equals(name));
    return true;
  }

  @Test
  void skim_ofAnything_isAsIfParsed() {
    int skimmed = 0;
    for (int seed = 0; seed < 40_000; seed++) {
      Random random = new Random(seed);
      byte[] document = document(random).getBytes(UTF_8);
      skimmed += check(document) ? 1 : 0;
      check(damaged(document, random));
    }
    assertThat(skimmed).isGreaterThan(10_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        " { } \n",
        "{\"name\":\"orders\",\"port\":8080,\"hostname\":\"10.0.0.1\",\"host\":\"10.0.0.1:8080\","
            + "\"url\":\"http://10.0.0.1:8080\"}",
        "{\"name\":\"ördërs\",\"weight\":0.5,\"zone\":\"zürich\",\"status\":\"down\"}",
        "{\"tags\":[\"a\",{\"b\":[true,false,null,-1.5]}],\"port\":1}",
      })
  void skim_ofTheOrdinary_needsNoMore(String document) {
    assertThat(check(document.getBytes(UTF_8))).isTrue();
  }

  @Test
  void skim_ofWhatIsTooLong_isLeftToTheParser() {
    assertThat(Skim.of(("{\"a\":\"" + "a".repeat(Json.MAX_BYTES) + "\"}").getBytes(UTF_8)))
        .isNull();
  }
}
