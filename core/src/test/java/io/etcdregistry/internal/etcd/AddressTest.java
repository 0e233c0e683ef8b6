package io.etcdregistry.internal.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "10.1.2.3", "::1", "fe80::1%eth0"})
  void literal_address_needsNoLookUp(String host) {
    assertThat(new Address(host, 1).literal()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "etcd-1", "1.etcd.example", "10.1.2.x"})
  void literal_name_doesNeedOne(String host) {
    assertThat(new Address(host, 1).literal()).isFalse();
  }
}
