package io.etcdregistry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalTest {
  @ParameterizedTest
  @CsvSource({
    "7 (java) S 6 7 5 34816 7 4194304, true",
    "7 (java) S 6 7 5 34816 9 4194304, false",
    "7 (java) S 6 7 5 0 -1 4194304, false",
    "7 (a) b) S 6 7 5 34816 7 4194304, true",
    "7 (java), false"
  })
  void foreground_stat_isReadBehindTheName(String stat, boolean foreground) {
    assertThat(Terminal.isForeground(stat)).isEqualTo(foreground);
  }

  @ParameterizedTest
  @CsvSource({"50 120, 50", "'', 24", "0 0, 24", "x, 24"})
  void rows_size_isReadWhereThereIsOne(String size, int rows) {
    assertThat(Terminal.rows(size)).isEqualTo(rows);
  }

  @Test
  void port_free_isOne() {
    assertThat(FreePort.find()).isBetween(1, 65_535);
  }
}
