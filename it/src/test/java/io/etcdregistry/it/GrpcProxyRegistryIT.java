package io.etcdregistry.it;

import io.etcdregistry.Registry;
import io.etcdregistry.RegistryContract;
import io.etcdregistry.internal.etcd.EtcdClient;
import io.etcdregistry.internal.store.RealTimeBench;
import io.etcdregistry.internal.store.Store;
import io.etcdregistry.it.harness.EtcdExtension;
import io.etcdregistry.it.harness.RequiresEtcd;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract of the public front, held through etcd's gRPC proxy. */
@RequiresEtcd
class GrpcProxyRegistryIT extends RegistryContract implements RealTimeBench {
  @RegisterExtension static final EtcdExtension ETCD = EtcdExtension.behindProxy();

  @Override
  protected Registry open(String place) {
    return Registry.connect(ETCD.address() + place);
  }

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
