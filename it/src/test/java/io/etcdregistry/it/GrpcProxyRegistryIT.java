package io.etcdregistry.it;

import io.etcdregistry.Registry;
import io.etcdregistry.RegistryContract;
import io.etcdregistry.it.harness.EtcdExtension;
import io.etcdregistry.it.harness.RequiresEtcd;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract of the public front, held through etcd's gRPC proxy. */
@RequiresEtcd
class GrpcProxyRegistryIT extends RegistryContract implements EtcdBench {
  @RegisterExtension static final EtcdExtension ETCD = EtcdExtension.behindProxy();

  @Override
  public EtcdExtension etcd() {
    return ETCD;
  }

  @Override
  protected Registry open(String place) {
    return Registry.connect(ETCD.address() + place);
  }
}
