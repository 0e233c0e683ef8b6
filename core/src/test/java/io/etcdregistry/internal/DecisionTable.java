package io.etcdregistry.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * What a machine decides, as text: a line {@code state | event | outcome} for each pair of a state
 * and an event. A pair without a line fails, and so does a line without a pair.
 */
public final class DecisionTable {
  private static final String NOT_LISTED = "not listed";

  private final Map<String, String> rows = new LinkedHashMap<>();

  /** A table; empty lines only divide it. */
  public DecisionTable(String text) {
    text.lines().filter(line -> !line.isBlank()).forEach(this::add);
  }

  private void add(String line) {
    String[] cells = line.split("\\|", 3);
    String before = rows.put(pair(cells[0], cells[1]), cells[2].strip());
    assertThat(before).as("listed twice: %s", line).isNull();
  }

  private static String pair(String state, String event) {
    return state.strip() + " | " + event.strip();
  }

  /** A test for each pair, and one that the table has no other. */
  public Stream<DynamicTest> tests(
      Collection<String> states, Collection<String> events, BinaryOperator<String> decide) {
    Map<String, DynamicTest> tests = new LinkedHashMap<>();
    for (String state : states) {
      for (String event : events) {
        String pair = pair(state, event);
        String expected = rows.getOrDefault(pair, NOT_LISTED);
        tests.put(
            pair,
            DynamicTest.dynamicTest(
                pair, () -> assertThat(decide.apply(state, event)).as(pair).isEqualTo(expected)));
      }
    }
    return Stream.concat(
        Stream.of(
            DynamicTest.dynamicTest(
                "every pair and no other",
                () ->
                    assertThat(rows.keySet()).containsExactlyInAnyOrderElementsOf(tests.keySet()))),
        tests.values().stream());
  }
}
