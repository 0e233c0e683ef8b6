package clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.devserver.DevServer;
import io.etcdregistry.it.harness.EtcdServer;
import java.util.List;

/** Runs the same on the development server and on a real etcd. */
final class BothServers {
  private BothServers() {}

  /** What somebody's client does, step by step. */
  interface Flow {
    /**
     * Runs on a fresh server.
     *
     * @param endpoint its host and port
     * @return what the client said of each step, without what must differ
     */
    List<String> on(String endpoint) throws Exception;
  }

  /** Fails unless a flow gives what is expected, on both. */
  static void give(List<String> expected, Flow flow) throws Exception {
    try (EtcdServer etcd = EtcdServer.start()) {
      assertThat(flow.on(etcd.address())).as("on etcd").isEqualTo(expected);
    }
    try (DevServer dev = DevServer.start()) {
      assertThat(flow.on(dev.endpoint())).as("on the dev server").isEqualTo(expected);
    }
  }
}
