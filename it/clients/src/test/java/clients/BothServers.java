package clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.devserver.DevServer;
import io.etcdregistry.it.harness.EtcdServer;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs what somebody's client does on the development server and on a real etcd, and compares what
 * it said of each step.
 *
 * @param <C> the client
 */
final class BothServers<C extends AutoCloseable> {
  private final Connection<C> connection;
  private final List<String> said = new ArrayList<>();

  /** How a client reaches a server. */
  interface Connection<C> {
    /** Connects to a host and port. */
    C to(String endpoint);
  }

  /** What a client does, on a fresh server. */
  interface Steps<C> {
    void run(C client) throws Exception;
  }

  BothServers(Connection<C> connection) {
    this.connection = connection;
  }

  /** Fails unless steps say what is expected, on both. */
  void give(List<String> expected, Steps<C> steps) throws Exception {
    try (EtcdServer etcd = EtcdServer.start()) {
      run(etcd.address(), steps);
      assertThat(said).as("on etcd").isEqualTo(expected);
    }
    try (DevServer dev = DevServer.start()) {
      run(dev.endpoint(), steps);
      assertThat(said).as("on the dev server").isEqualTo(expected);
    }
  }

  private void run(String endpoint, Steps<C> steps) throws Exception {
    said.clear();
    C client = connection.to(endpoint);
    try {
      steps.run(client);
    } finally {
      client.close();
    }
  }

  /** Says what a step gave, without what must differ. */
  void say(String what) {
    said.add(what);
  }

  /** How much was said on the present server. */
  int saidSoFar() {
    return said.size();
  }

  /** A key as it is told of: {@code key=value [created,modified,version]}. */
  static String row(String keyAndValue, long created, long modified, long version) {
    return keyAndValue + " [" + created + "," + modified + "," + version + "]";
  }
}
