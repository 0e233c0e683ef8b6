package io.etcdregistry.examples.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.ServiceView;
import io.etcdregistry.Snapshot.Freshness;
import io.etcdregistry.testing.RegistryExtension;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OutageTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @RegisterExtension final RegistryExtension etcd = new RegistryExtension();

  private Registration service;
  private ServiceView orders;

  @BeforeEach
  void joinAndLookUp() {
    service = etcd.newRegistry().join(Instance.named("orders").port(8080));
    orders = etcd.registry().service("orders");
    orders.awaitAvailable(1, MINUTE);
  }

  @Test
  void callers_keepWhatTheyKnew_whileEtcdIsAway() {
    etcd.faults().partition();
    etcd.advance(MINUTE);
    assertThat(orders.pick()).isPresent();
    assertThat(orders.snapshot().freshness()).isEqualTo(Freshness.STALE);

    etcd.faults().heal();
    assertThat(etcd.advanceUntil(this::allIsWell, MINUTE)).isTrue();
  }

  @Test
  void service_joinsAgain_afterAllDataWasLost() {
    etcd.faults().loseData();
    assertThat(etcd.advanceUntil(this::allIsWell, MINUTE)).isTrue();
    assertThat(etcd.newRegistry().list("orders")).hasSize(1);
  }

  private boolean allIsWell() {
    return service.state() == Registration.State.JOINED
        && orders.snapshot().freshness() == Freshness.LIVE
        && orders.snapshot().instances().size() == 1;
  }
}
