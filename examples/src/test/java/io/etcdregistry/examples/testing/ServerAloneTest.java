package io.etcdregistry.examples.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Instance;
import io.etcdregistry.Registry;
import io.etcdregistry.devserver.DevServer;
import org.junit.jupiter.api.Test;

class ServerAloneTest {
  @Test
  void registry_worksOnIt() {
    try (DevServer etcd = DevServer.start();
        Registry registry = Registry.connect(etcd.connectionString() + "?timeout=30s")) {
      registry.join(Instance.named("orders").port(8080));
      assertThat(registry.list()).hasSize(1);
    }
  }
}
