package io.etcdregistry.it;

import io.etcdregistry.devserver.DevServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The packaged command on the development server. */
class CommandLineContractIT extends CommandLineContract {
  private static DevServer etcd;
  private static DevServer guarded;

  @BeforeAll
  static void startEtcd() {
    etcd = DevServer.start();
    guarded = DevServer.builder().user("joe", "s3cret").start();
  }

  @AfterAll
  static void stopEtcd() {
    etcd.close();
    guarded.close();
  }

  @Override
  String open() {
    return etcd.endpoint();
  }

  @Override
  String guarded() {
    return guarded.endpoint();
  }
}
