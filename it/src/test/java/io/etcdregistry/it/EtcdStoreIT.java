package io.etcdregistry.it;

import io.etcdregistry.internal.store.StoreContract;
import io.etcdregistry.it.harness.EtcdExtension;
import io.etcdregistry.it.harness.OnEveryEtcd;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract of the port, held by the client against a real etcd. */
@OnEveryEtcd
class EtcdStoreIT extends StoreContract implements EtcdBench {
  @RegisterExtension static final EtcdExtension ETCD = EtcdExtension.direct();

  @Override
  public EtcdExtension etcd() {
    return ETCD;
  }
}
