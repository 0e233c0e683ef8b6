package io.etcdregistry.it;

import io.etcdregistry.it.harness.EtcdServer;
import io.etcdregistry.it.harness.RequiresEtcd;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The packaged command on a real etcd. */
@RequiresEtcd
class CommandLineContractEtcdIT extends CommandLineContract {
  private static EtcdServer etcd;
  private static EtcdServer guarded;

  @BeforeAll
  static void startEtcd() {
    etcd = EtcdServer.start();
    guarded = EtcdServer.start();
    guarded.etcdctl().enableAuth("root-secret");
  }

  @AfterAll
  static void stopEtcd() {
    etcd.close();
    guarded.close();
  }

  @Override
  String open() {
    return etcd.address();
  }

  @Override
  String guarded() {
    return guarded.address();
  }
}
