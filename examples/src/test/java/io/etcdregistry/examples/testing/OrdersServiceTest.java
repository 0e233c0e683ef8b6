package io.etcdregistry.examples.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.Instance;
import io.etcdregistry.Registry;
import io.etcdregistry.RegistryException;
import io.etcdregistry.devserver.DevServer;
import io.etcdregistry.devserver.Faults;
import io.etcdregistry.testing.RegistryExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RegistryExtension.class)
class OrdersServiceTest {
  /** Machines that build may be slow. */
  private static final String SLOW = "?timeout=30s";

  @Test
  void service_isFoundWhileItRuns(DevServer etcd, Registry client) {
    try (OrdersService service = OrdersService.start(etcd.connectionString() + SLOW, 8080)) {
      Instance found = client.lookup("orders").orElseThrow();
      assertThat(found.url()).isEqualTo(service.url());
      assertThat(found.string("version")).hasValue("1.4.2");
    }
    try (Registry later = client.newBuilder().build()) {
      assertThat(later.list("orders")).isEmpty();
    }
  }

  @Test
  void service_doesNotStart_whereItMayNotWrite(DevServer etcd, Faults faults) {
    faults.refuse(Faults.Refusal.PERMISSION_DENIED);
    assertThatThrownBy(() -> OrdersService.start(etcd.connectionString() + SLOW, 8080))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.reason()).isEqualTo(RegistryException.Reason.DENIED));
  }
}
