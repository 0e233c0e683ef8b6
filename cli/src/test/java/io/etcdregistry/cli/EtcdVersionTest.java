package io.etcdregistry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EtcdVersionTest {
  @ParameterizedTest
  @CsvSource({"3.3.27, 3.4.0", "3.4.9, 3.4.10", "3.9.1, 3.10.0", "3.6.0-rc.1, 3.6.1", "3.4, 3.4.1"})
  void order_isThatOfNumbers(String older, String newer) {
    assertThat(EtcdVersion.parse(older)).isLessThan(EtcdVersion.parse(newer));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "unknown", "3", "v3.4.1", "3.99999999999.1"})
  void parse_noVersion_isTakenForNew(String text) {
    assertThat(EtcdVersion.parse(text).trustsNestedTransactions()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "3.3.27, true", "3.4.0, true", "3.4.41, true", "3.4.42, false", "3.4.45, false",
    "3.5.0, true", "3.5.16, true", "3.5.27, true", "3.5.28, false", "3.5.30, false",
    "3.6.0, true", "3.6.0-rc.1, true", "3.6.8, true", "3.6.9, false", "3.6.14, false",
    "3.7.0, false", "4.5.0, false", "2.3.8, true"
  })
  void trustsNestedTransactions_untilItWasMended(String version, boolean trusts) {
    assertThat(EtcdVersion.parse(version).trustsNestedTransactions()).isEqualTo(trusts);
  }
}
