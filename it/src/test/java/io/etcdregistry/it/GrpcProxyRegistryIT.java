package io.etcdregistry.it;

import io.etcdregistry.Registry;
import io.etcdregistry.RegistryContract;
import io.etcdregistry.internal.etcd.GrpcAdmin;
import io.etcdregistry.internal.store.Store;
import io.etcdregistry.it.harness.EtcdServer;
import io.etcdregistry.it.harness.GrpcProxy;
import io.etcdregistry.it.harness.RequiresEtcd;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract of the public front, held through etcd's gRPC proxy. */
@RequiresEtcd
class GrpcProxyRegistryIT extends RegistryContract {

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

  @Override
  protected Registry open(String place) {
    return Registry.connect(proxy.address() + place);
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
    if (!condition.getAsBoolean()) {
      Awaitility.await(what)
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(5))
          .until(condition::getAsBoolean);
    }
  }
}
