package io.etcdregistry.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.Instance;
import io.etcdregistry.StoredInstances;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorTest {
  private static final Instance INSTANCE =
      StoredInstances.of(
          "services/orders/1",
          """
          {"name":"orders","port":8080,"zone":"eu","on":true,"none":null,"big":1E2,
           "meta":{"team":"blue","a.b":{"c":"d"}},"x.y":"z"}""",
          7,
          0);

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "zone=eu; true",
        "zone==eu; true",
        "zone=us; false",
        "zone!=us; true",
        "zone != eu; false",
        "zone; true",
        "!zone; false",
        "missing; false",
        "!missing; true",
        "missing!=x; true",
        "port=8080; true",
        "big=100; true",
        "on=true; true",
        "none=null; true",
        "meta.team=blue; true",
        "meta.a.b.c=d; true",
        "x.y=z; true",
        "status=up; true",
        "status=draining; false",
        "protocol=http; true",
        "zone=eu,port=8080; true",
        "zone=eu,port=1; false",
        "zone=a=b; false",
      })
  void test_condition_isJudged(String expression, boolean fits) {
    assertThat(Selector.of(List.of(expression)).test(INSTANCE)).isEqualTo(fits);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "=x",
        "!",
        "!=x",
        "a,,b",
        "a,",
        "a>b",
        "port >= 80",
        "zone in (eu,us)",
        "a~=b",
        "!!a"
      })
  void of_malformed_isRefused(String expression) {
    assertThatThrownBy(() -> Selector.of(List.of(expression)))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
        .hasMessageContaining("expected");
  }
}
