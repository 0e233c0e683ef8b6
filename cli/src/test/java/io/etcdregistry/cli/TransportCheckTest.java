package io.etcdregistry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TransportCheckTest {
  private static final Instant ASKED = Instant.parse("2026-11-23T05:00:10.400Z");

  private static String place(String endpoint, boolean tls) {
    return TransportCheck.place(endpoint, tls).map(Object::toString).orElse("");
  }

  @Test
  void place_withoutAPort_isWhereEtcdUsuallyIs() {
    assertThat(place("127.0.0.1", false)).isEqualTo("http://127.0.0.1:2379");
    assertThat(place("[::1]", true)).isEqualTo("https://[::1]:2379");
    assertThat(place("h1:4001", false)).isEqualTo("http://h1:4001");
    assertThat(place("http://h1:2379", true)).isEqualTo("https://h1:2379");
    assertThat(place("no place", false)).isEmpty();
  }

  private static Duration skew(String told, long took) {
    return TransportCheck.skew(ASKED, Instant.parse(told), ASKED.plusMillis(took));
  }

  @Test
  void skew_withinQuestionAndAnswer_isNone() {
    assertThat(skew("2026-11-23T05:00:10Z", 1)).isZero();
    assertThat(skew("2026-11-23T05:00:12Z", 3000)).isZero();
    assertThat(skew("2026-11-23T05:00:13Z", 3000)).isZero();
  }

  @Test
  void skew_beforeOrAfter_isTheLeastThatCanBe() {
    assertThat(skew("2026-11-23T05:00:00Z", 1)).isEqualTo(Duration.ofMillis(9400));
    assertThat(skew("2026-11-23T05:00:20Z", 3000)).isEqualTo(Duration.ofMillis(6600));
  }
}
