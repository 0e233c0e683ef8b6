package io.etcdregistry.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.etcd.GrpcAdmin;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.Store;
import io.etcdregistry.internal.store.StoreContract;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.internal.store.WatchLog;
import io.etcdregistry.internal.store.WatchStream;
import io.etcdregistry.it.harness.EtcdServer;
import io.etcdregistry.it.harness.GrpcProxy;
import io.etcdregistry.it.harness.RequiresEtcd;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract of the port, held by the client through etcd's gRPC proxy. */
@RequiresEtcd
class GrpcProxyStoreIT extends StoreContract {

  private static EtcdServer etcd;
  private static GrpcProxy proxy;
  private static GrpcAdmin admin;

  @BeforeAll
  static void startEtcd() {
    etcd = EtcdServer.start();
    proxy = GrpcProxy.start(etcd);
    admin = new GrpcAdmin(etcd.address());
  }

  @AfterAll
  static void stopEtcd() {
    admin.close();
    proxy.close();
    etcd.close();
  }

  /**
   * The proxy may put a watch on the same range that is live under the one that etcd ended, until
   * that is cancelled at the proxy, which the client does as soon as it hears of the end.
   */
  @Override
  @Test
  public void watch_compactedPast_isCancelledWithTheRevision() {
    long first = put(prefix() + "a", "1");
    put(prefix() + "a", "2");
    long last = put(prefix() + "a", "3");
    admin().compact(last);
    WatchLog log = new WatchLog();
    WatchStream stream = store().watch(log);
    stream.create(1, KeyRange.prefix(prefix()), first);
    await("cancelled", () -> log.canceled(1).isPresent());
    assertThat(log.canceled(1).orElseThrow().compactRevision()).isEqualTo(last);
    assertThat(log.canceled(1).orElseThrow().cause().failure()).isEqualTo(Failure.COMPACTED);
    stream.create(2, KeyRange.prefix(prefix()), 0);
    await("created", () -> log.created(2).isPresent());
    put(prefix() + "a", "4");
    await("an event", () -> log.events(2).size() == 1);
    assertThat(log.canceled(2)).isEmpty();
    log.verify();
  }

  @Override
  protected Store connect() {
    return EtcdClient.patient(proxy.port());
  }

  @Override
  protected void verifyNothingLeft() {
    // What is left in etcd is the proxy's: it does not end what it has not been told is created.
  }

  @Override
  public Admin admin() {
    return admin;
  }

  @Override
  public void passTime(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void await(String what, BooleanSupplier condition) {
    if (condition.getAsBoolean()) {
      return;
    }
    Awaitility.await(what)
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(5))
        .until(condition::getAsBoolean);
  }
}
