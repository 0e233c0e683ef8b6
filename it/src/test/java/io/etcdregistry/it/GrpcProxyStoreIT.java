package io.etcdregistry.it;

import io.etcdregistry.internal.etcd.EtcdClient;
import io.etcdregistry.internal.store.RealTimeBench;
import io.etcdregistry.internal.store.Store;
import io.etcdregistry.internal.store.StoreContract;
import io.etcdregistry.it.harness.EtcdExtension;
import io.etcdregistry.it.harness.RequiresEtcd;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract of the port, held by the client through etcd's gRPC proxy. */
@RequiresEtcd
class GrpcProxyStoreIT extends StoreContract implements RealTimeBench {
  @RegisterExtension static final EtcdExtension ETCD = EtcdExtension.behindProxy();

  @Override
  protected Store connect() {
    return EtcdClient.patient(ETCD.port());
  }

  @Override
  protected void verifyNothingLeft() {
    await("no client is left", ETCD::isLeft);
  }

  @Override
  public Admin admin() {
    return ETCD.admin();
  }
}
