package io.etcdregistry.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.Instance;
import io.etcdregistry.StoredInstances;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class GateTest {
  private static Instance at(int port) {
    return StoredInstances.of(
        "services/a/1", "{\"name\":\"a\",\"port\":" + port + ",\"hostname\":\"127.0.0.1\"}", 1, 0);
  }

  @Test
  void test_processDoesNotRun_failsWhoeverListens() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Gate gate = Gate.of("tcp");
      assertThat(gate.test(at(other.getLocalPort()))).isFalse();
      assertThat(gate.passed()).isFalse();
      gate.open(() -> true);
      assertThat(gate.test(at(other.getLocalPort()))).isTrue();
      assertThat(gate.passed()).isTrue();
    }
  }

  @Test
  void test_nobodyListens_remembersWhy() {
    Gate gate = Gate.of("tcp");
    gate.open(() -> true);
    int port = FreePort.find();
    assertThatThrownBy(() -> gate.test(at(port))).isInstanceOf(UncheckedIOException.class);
    assertThat(gate.failure()).contains("127.0.0.1:" + port);
    assertThat(gate.passed()).isFalse();
  }
}
