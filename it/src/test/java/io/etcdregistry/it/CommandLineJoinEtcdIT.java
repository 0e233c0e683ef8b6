package io.etcdregistry.it;

import io.etcdregistry.it.harness.EtcdServer;
import io.etcdregistry.it.harness.RequiresEtcd;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** {@code join NAME -- COMMAND} on a real etcd. */
@RequiresEtcd
class CommandLineJoinEtcdIT extends JoinAroundCommand {
  private static EtcdServer etcd;

  @BeforeAll
  static void start() {
    etcd = EtcdServer.start();
  }

  @AfterAll
  static void stop() {
    etcd.close();
  }

  @Override
  String connection() {
    return etcd.address() + "?timeout=60s";
  }
}
