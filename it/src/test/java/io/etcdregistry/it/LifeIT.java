package io.etcdregistry.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.Registration.State;
import io.etcdregistry.Registry;
import io.etcdregistry.ServiceView;
import io.etcdregistry.it.harness.EtcdServer;
import io.etcdregistry.it.harness.JavaProcess;
import io.etcdregistry.it.harness.RequiresEtcd;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The life of a record on a real etcd, with owners and readers in processes of their own. */
@RequiresEtcd
class LifeIT {
  private final EtcdServer etcd = EtcdServer.start();
  private final String connection = etcd.address() + "?timeout=30s"; // slow machines join too

  @AfterEach
  void stop() {
    etcd.close();
  }

  @Test
  void ownerKilled_recordIsGoneFromEveryReaderAfterItsTtl() {
    try (JavaProcess owner = JavaProcess.start(Owner.class, connection, "orders", "1", "PT2S");
        JavaProcess reader = JavaProcess.start(Reader.class, connection, "orders");
        Registry registry = Registry.connect(connection)) {
      owner.await("joined");
      reader.await("view 1 ");
      assertThat(registry.list("orders")).hasSize(1);
      owner.signal("KILL");
      long killed = System.nanoTime();
      reader.await("view 0 ");
      Duration seen = Duration.ofNanos(System.nanoTime() - killed);
      assertThat(seen).as("five times TTL + 1 s").isLessThan(Duration.ofSeconds(15));
      Awaitility.await().until(() -> registry.list("orders").isEmpty());
      assertThat(etcd.etcdctl().run("get", "--prefix", "services/")).isEmpty();
    }
  }

  @Test
  void left_isGoneFromEtcdWhenLeaveReturnsAndFromOtherProcesses() {
    try (JavaProcess reader = JavaProcess.start(Reader.class, connection, "orders");
        Registry registry = Registry.connect(connection)) {
      Registration joined = registry.join(Instance.named("orders").port(1));
      reader.await("view 1 ");
      String shown = etcd.etcdctl().run("get", "--prefix", "services/");
      assertThat(shown).isEqualTo(joined.instance().key() + "\n" + joined.instance().json());
      joined.leave();
      assertThat(etcd.etcdctl().run("get", "--prefix", "services/")).isEmpty();
      reader.await("view 0 ");
    }
    assertThat(etcd.etcdctl().run("lease", "list")).contains("found 0 leases");
  }

  @Test
  void pausedOwner_resumedAgainstItsReplacement_doesNotFight() {
    try (JavaProcess paused = JavaProcess.start(Owner.class, connection, "orders", "1", "PT2S")) {
      paused.await("joined");
      paused.signal("STOP");
      try (JavaProcess replacement =
          JavaProcess.start(Owner.class, connection, "orders", "1", "PT2S")) {
        replacement.await("joined");
        String document = etcd.etcdctl().run("get", "--prefix", "services/", "--print-value-only");
        paused.signal("CONT");
        paused.await("state SUPERSEDED");
        String after = etcd.etcdctl().run("get", "--prefix", "services/", "--print-value-only");
        assertThat(after).isEqualTo(document);
        replacement.signal("KILL");
        paused.await("state JOINED");
      }
    }
  }

  @Test
  void etcdRestartedAndWiped_registrationAndViewComeBack() {
    try (Registry registry = Registry.connect(connection)) {
      Registration joined = registry.join(Instance.named("orders").port(1));
      ServiceView view = registry.service("orders");
      view.whenReady().join();
      etcd.kill();
      etcd.restart();
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> view.snapshot().freshness() == io.etcdregistry.Snapshot.Freshness.LIVE);
      assertThat(view.snapshot().instances()).hasSize(1);
      etcd.wipe();
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> !etcd.etcdctl().run("get", "--prefix", "services/").isEmpty());
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () -> {
                assertThat(joined.state()).isEqualTo(State.JOINED);
                assertThat(view.snapshot().instances()).hasSize(1);
              });
    }
  }
}
