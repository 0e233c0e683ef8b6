package io.etcdregistry.examples.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.Registry;
import io.etcdregistry.testing.RegistryExtension;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BackendsTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @RegisterExtension final RegistryExtension etcd = new RegistryExtension();

  @Test
  void addresses_followTheService() {
    Registry services = etcd.newRegistry();
    try (Backends backends = new Backends(etcd.registry(), "orders")) {
      Registration first = services.join(Instance.named("orders").host("a:80"));
      services.join(Instance.named("orders").host("b:80"));
      shows(backends, "a:80", "b:80");

      first.leave();
      shows(backends, "b:80");
    }
  }

  @Test
  void addresses_areRightAgain_afterHistoryWasMissed() {
    Registry services = etcd.newRegistry();
    try (Backends backends = new Backends(etcd.registry(), "orders")) {
      Registration first = services.join(Instance.named("orders").host("a:80"));
      shows(backends, "a:80");

      etcd.faults().cancelWatches("etcdserver: mvcc: required revision has been compacted");
      services.join(Instance.named("orders").host("b:80"));
      first.leave();
      etcd.faults().compact(etcd.server().revision());
      shows(backends, "b:80");
    }
  }

  private void shows(Backends backends, String... addresses) {
    assertThat(etcd.advanceUntil(() -> backends.addresses().equals(Set.of(addresses)), MINUTE))
        .as("%s, in the end", backends.addresses())
        .isTrue();
  }
}
