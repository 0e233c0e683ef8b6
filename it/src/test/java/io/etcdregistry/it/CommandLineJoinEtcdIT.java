package io.etcdregistry.it;

import io.etcdregistry.it.harness.EtcdExtension;
import io.etcdregistry.it.harness.RequiresEtcd;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code join NAME -- COMMAND} on a real etcd. */
@RequiresEtcd
class CommandLineJoinEtcdIT extends JoinAroundCommand {
  @RegisterExtension static final EtcdExtension ETCD = EtcdExtension.direct();

  @Override
  String connection() {
    return ETCD.address() + "?timeout=60s";
  }
}
