package io.etcdregistry.it;

import io.etcdregistry.Registry;
import io.etcdregistry.RegistryContract;
import io.etcdregistry.it.harness.EtcdExtension;
import io.etcdregistry.it.harness.OnEveryEtcd;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract of the public front, held against a real etcd. */
@OnEveryEtcd
class EtcdRegistryIT extends RegistryContract implements EtcdBench {
  @RegisterExtension static final EtcdExtension ETCD = EtcdExtension.direct();

  @Override
  public EtcdExtension etcd() {
    return ETCD;
  }

  @Override
  protected Registry open(String place) {
    return Registry.connect(ETCD.address() + place);
  }
}
