package io.etcdregistry.it;

import io.etcdregistry.internal.etcd.EtcdClient;
import io.etcdregistry.internal.store.RealTimeBench;
import io.etcdregistry.internal.store.Store;
import io.etcdregistry.it.harness.EtcdExtension;

/** What a contract stands on that is held against a real etcd. */
interface EtcdBench extends RealTimeBench {
  /** The etcd that the class registered. */
  EtcdExtension etcd();

  @Override
  default Store connect() {
    return EtcdClient.patient(etcd().port());
  }

  @Override
  default void verifyNothingLeft() {
    await("no client is left", etcd()::isLeft);
  }

  @Override
  default Admin admin() {
    return etcd().admin();
  }
}
