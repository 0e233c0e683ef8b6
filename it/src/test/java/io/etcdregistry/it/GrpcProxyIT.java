package io.etcdregistry.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.Registration.State;
import io.etcdregistry.Registry;
import io.etcdregistry.RegistryStats.Counter;
import io.etcdregistry.ServiceView;
import io.etcdregistry.Snapshot.Freshness;
import io.etcdregistry.it.harness.EtcdServer;
import io.etcdregistry.it.harness.GrpcProxy;
import io.etcdregistry.it.harness.OnEveryEtcd;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Registries behind etcd's gRPC proxies: what is there for many clients of a service. */
@OnEveryEtcd
class GrpcProxyIT {
  private static final int CLIENTS = 20;
  private static final Duration SHORT = Duration.ofSeconds(5);

  private final EtcdServer etcd = EtcdServer.start();
  private final GrpcProxy proxy = GrpcProxy.start(etcd);
  private final List<AutoCloseable> open = new ArrayList<>(List.of(proxy, etcd));

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private Registry connect(String endpoints) {
    return connect(endpoints, Duration.ofSeconds(20)); // which no slow machine sleeps through
  }

  private Registry connect(String endpoints, Duration ttl) {
    Registry registry = Registry.connect(endpoints + "?timeout=30s&ttl=" + ttl.toSeconds() + "s");
    open.add(0, registry);
    return registry;
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(10))
        .until(condition);
  }

  private static void await(ServiceView view, int instances) {
    await(() -> view.snapshot().instances().size() == instances);
  }

  @Test
  void idleRegistry_keepsItsLeaseAndItsOneStream() throws InterruptedException {
    Registry behind = connect(proxy.address(), SHORT);
    Registration registration = behind.join(Instance.named("idle").port(1));
    ServiceView view = behind.service("idle");
    await(view, 1);
    Thread.sleep(16_000); // longer than a silent stream is borne with, and three TTLs
    assertThat(behind.stats().count(Counter.WATCH_STREAMS)).isEqualTo(1);
    assertThat(behind.stats().count(Counter.LEASES_GRANTED)).isEqualTo(1);
    assertThat(behind.stats().count(Counter.RENEWALS)).isGreaterThan(5);
    assertThat(registration.state()).isEqualTo(State.JOINED);
    assertThat(view.snapshot().freshness()).isEqualTo(Freshness.LIVE);
    connect(etcd.address()).join(Instance.named("idle").port(2));
    await(view, 2);
  }

  @Test
  void manyClients_areFewWatchesInEtcd() {
    List<ServiceView> views = new ArrayList<>();
    Registry writer = connect(etcd.address());
    for (int i = 0; i < CLIENTS; i++) {
      views.add(connect(proxy.address()).service("many"));
      views.get(i).whenReady().join();
    }
    for (int i = 1; i <= 10; i++) {
      writer.join(Instance.named("many").port(i));
      for (ServiceView view : views) {
        await(view, i);
      }
    }
    assertThat(etcd.metric("etcd_debugging_mvcc_watcher_total")).isLessThan(CLIENTS);
  }

  @Test
  void proxyDies_theOtherTakesOver_andNothingIsLost() {
    GrpcProxy second = GrpcProxy.start(etcd);
    open.add(second);
    Registry direct = connect(etcd.address());
    ServiceView watching = direct.service("orders");
    Registry behind = connect(proxy.address() + "," + second.address());
    ServiceView view = behind.service("orders");
    Registration registration = behind.join(Instance.named("orders").port(1));
    await(watching, 1);
    List<Integer> seen = new CopyOnWriteArrayList<>();
    watching.onChange(change -> seen.add(watching.snapshot().instances().size()));
    for (GrpcProxy dying : List.of(proxy, second)) {
      dying.kill();
      registration.update(change -> change.with("after", dying.port()));
      Optional<BigDecimal> updated = Optional.of(BigDecimal.valueOf(dying.port()));
      await(() -> view.pick().flatMap(one -> one.number("after")).equals(updated));
      assertThat(behind.lookup("orders")).isPresent();
      dying.restart();
    }
    assertThat(registration.state()).isEqualTo(State.JOINED);
    assertThat(seen).containsOnly(1);
    registration.leave();
    await(watching, 0);
    await(view, 0);
  }

  /**
   * The proxy renews for all of its clients on a stream without a token, which newer versions
   * refuse.
   */
  @Test
  void login_readersAndWritersPass_ownersKeepTheirLeasesOnOlderOnly() {
    String version = etcd.etcdctl().run("version");
    boolean keeps = version.contains(" 3.4.23") || version.contains(" 3.5.16");
    etcd.etcdctl().addUser("joe", "s3cret", "services");
    etcd.etcdctl().enableAuth("root-secret");
    Registry behind = connect("joe:s3cret@" + proxy.address(), SHORT);
    ServiceView view = behind.service("orders");
    Registration registration = behind.join(Instance.named("orders").port(1));
    connect("joe:s3cret@" + etcd.address()).join(Instance.named("orders").port(2));
    await(view, 2);
    if (keeps) {
      await(() -> behind.stats().count(Counter.RENEWALS) >= 3);
    } else {
      await(() -> registration.state() == State.SUSPECT);
      assertThat(behind.stats().count(Counter.RENEWALS)).isZero();
    }
    assertThat(view.snapshot().freshness()).isEqualTo(Freshness.LIVE);
  }
}
