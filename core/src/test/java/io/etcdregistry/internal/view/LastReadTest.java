package io.etcdregistry.internal.view;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LastReadTest {
  private final LastRead read = new LastRead();

  @Test
  void isAfter_notReadSinceTheMoment_isNot() {
    assertThat(read.isAfter(-50, 50)).isTrue();

    assertThat(read.isAfter(49, 149)).isTrue();
    assertThat(read.isAfter(50, 150)).isFalse();
  }

  @Test
  void isAfter_readAgain_countsFromWhenItIsAsked() {
    assertThat(read.isAfter(-50, 50)).isTrue();
    read.mark();

    assertThat(read.isAfter(0, 100)).isTrue();
    assertThat(read.isAfter(99, 199)).isTrue();
    assertThat(read.isAfter(100, 200)).isFalse();
  }
}
