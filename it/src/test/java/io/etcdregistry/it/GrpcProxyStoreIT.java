package io.etcdregistry.it;

import io.etcdregistry.internal.store.StoreContract;
import io.etcdregistry.it.harness.EtcdExtension;
import io.etcdregistry.it.harness.RequiresEtcd;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract of the port, held by the client through etcd's gRPC proxy. */
@RequiresEtcd
class GrpcProxyStoreIT extends StoreContract implements EtcdBench {
  @RegisterExtension static final EtcdExtension ETCD = EtcdExtension.behindProxy();

  @Override
  public EtcdExtension etcd() {
    return ETCD;
  }
}
