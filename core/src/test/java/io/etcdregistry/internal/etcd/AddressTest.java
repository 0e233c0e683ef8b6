package io.etcdregistry.internal.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.9.9.9", "::1", "localhost", "LocalHost"})
  void loopback_ourOwnMachine(String host) {
    assertThat(new Address(host, 1).loopback()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.1.2.3", "etcd-1", "127.example", "127.1", "fe80::1%eth0", ""})
  void loopback_others(String host) {
    assertThat(new Address(host, 1).loopback()).isFalse();
  }
}
