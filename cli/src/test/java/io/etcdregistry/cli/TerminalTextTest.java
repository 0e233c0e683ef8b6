package io.etcdregistry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TerminalTextTest {
  static Stream<Arguments> texts() {
    return Stream.of(
        Arguments.of("orders", "orders"),
        Arguments.of("größe 服务 🚀 👩\u200d💻", "größe 服务 🚀 👩\u200d💻"),
        Arguments.of("a\u001b[31mb", "a\\u001b[31mb"),
        Arguments.of("a\nb\tc\rd", "a\\nb\\tc\\rd"),
        Arguments.of("\u0000\u007f\u0085\u009b", "\\u0000\\u007f\\u0085\\u009b"),
        Arguments.of("\u202eevil\u2069\u200f\u061c", "\\u202eevil\\u2069\\u200f\\u061c"),
        Arguments.of("\u2028\u2029\ufeff", "\\u2028\\u2029\\ufeff"),
        Arguments.of("\ud83d alone", "\\ud83d alone"),
        Arguments.of("tag \udb40\udc01", "tag \\udb40\\udc01"));
  }

  @ParameterizedTest
  @MethodSource("texts")
  void escape_unsafe_isShownAsEscape(String text, String expected) {
    assertThat(TerminalText.escape(text)).isEqualTo(expected);
  }

  @Test
  void escape_everyControlCharacter_leavesNone() {
    IntStream.rangeClosed(0, 0x10ffff)
        .filter(
            codePoint ->
                Character.isISOControl(codePoint)
                    || (codePoint >= 0x202a && codePoint <= 0x202e)
                    || (codePoint >= 0x2066 && codePoint <= 0x2069))
        .forEach(
            codePoint ->
                assertThat(TerminalText.escape(Character.toString(codePoint)))
                    .as("U+%04x", codePoint)
                    .matches("\\\\([nrt]|u[0-9a-f]{4})"));
  }

  @Test
  void escapeJson_keepsWhitespaceAndValue() {
    assertThat(TerminalText.escapeJson("{\n\t\"a\": \"\u009b\u202e é\"\r\n}"))
        .isEqualTo("{\n\t\"a\": \"\\u009b\\u202e é\"\r\n}");
  }

  @Test
  void width_wideAndCombining_areCounted() {
    assertThat(TerminalText.width("abc")).isEqualTo(3);
    assertThat(TerminalText.width("服务")).isEqualTo(4);
    assertThat(TerminalText.width("e\u0301")).isEqualTo(1);
    assertThat(TerminalText.width("🚀")).isEqualTo(2);
  }
}
