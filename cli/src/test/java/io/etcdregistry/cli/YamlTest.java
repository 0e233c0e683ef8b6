package io.etcdregistry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class YamlTest {
  static Stream<Arguments> scalars() {
    return Stream.of(
        Arguments.of("orders-eu", "orders-eu"),
        Arguments.of("http://h:80/x", "http://h:80/x"),
        Arguments.of("192.168.1.10", "\"192.168.1.10\""),
        Arguments.of("8080", "\"8080\""),
        Arguments.of("1:20", "\"1:20\""),
        Arguments.of("yes", "\"yes\""),
        Arguments.of("Null", "\"Null\""),
        Arguments.of("", "\"\""),
        Arguments.of("a: b", "\"a: b\""),
        Arguments.of("a:", "\"a:\""),
        Arguments.of("a #b", "\"a #b\""),
        Arguments.of("- a", "\"- a\""),
        Arguments.of("say \"\\\"", "\"say \\\"\\\\\\\"\""),
        Arguments.of("\u001b\u202e\n\uffff", "\"\\u001b\\u202e\\n\\uffff\""),
        Arguments.of("🚀", "\"🚀\""),
        Arguments.of(new BigDecimal("12345678901234567890.5"), "12345678901234567890.5"),
        Arguments.of(new BigDecimal("1E+30"), "1.0E+30"),
        Arguments.of(new BigDecimal("1.5E-9"), "1.5E-9"),
        Arguments.of(7L, "7"),
        Arguments.of(true, "true"),
        Arguments.of(null, "null"),
        Arguments.of(Map.of(), "{}"),
        Arguments.of(List.of(), "[]"));
  }

  @ParameterizedTest
  @MethodSource("scalars")
  void of_scalar_isReadAlikeByEveryParser(Object value, String expected) {
    assertThat(Yaml.of(value)).isEqualTo(expected + "\n");
  }

  @Test
  void of_nested_isBlockStyle() {
    Map<String, Object> nested = new LinkedHashMap<>();
    nested.put("a b", List.of(Map.of("x", new BigDecimal(1)), List.of("p", "q")));
    nested.put("none", null);
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("name", "orders");
    document.put("meta", nested);
    assertThat(Yaml.of(Arrays.asList(document, null)))
        .isEqualTo(
            """
            - name: orders
              meta:
                "a b":
                  - x: 1
                  - - p
                    - q
                none: null
            - null
            """);
  }

  @Test
  void of_longKey_isExplicit() {
    String key = "k".repeat(2000);
    assertThat(Yaml.of(Map.of(key, "v"))).isEqualTo("? " + key + "\n: v\n");
  }
}
