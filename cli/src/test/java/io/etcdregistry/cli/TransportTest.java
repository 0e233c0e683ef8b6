package io.etcdregistry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Registry;
import io.etcdregistry.devserver.DevServer;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TransportTest {
  private static final long LIMIT_MILLIS = 60_000;

  @Test
  void itsOnlyThreadReachesEtcdAndEndsWithTheCommand() throws InterruptedException {
    try (DevServer etcd = DevServer.start()) {
      Set<Thread> before = threads();
      Transport.install();
      List<Thread> during;
      try (Registry registry = Registry.connect(etcd.endpoint())) {
        assertThat(registry.list()).isEmpty();
        during = threads().stream().filter(thread -> !before.contains(thread)).toList();
      }
      Transport.end();

      List<Thread> own = during.stream().filter(each -> each.getName().equals("etcd")).toList();
      assertThat(own).hasSize(1);
      assertThat(during)
          .filteredOn(thread -> thread.getName().startsWith("grpc-nio-worker"))
          .as("threads of gRPC's own client")
          .isEmpty();
      own.get(0).join(LIMIT_MILLIS); // end() itself waits a moment only
      assertThat(own.get(0).isAlive()).isFalse();
    }
  }

  @Test
  void canBeInstalledAnewAfterItsEnd() {
    try (DevServer etcd = DevServer.start()) {
      for (int i = 0; i < 2; i++) {
        Transport.install();
        try (Registry registry = Registry.connect(etcd.endpoint())) {
          assertThat(registry.list()).isEmpty();
        }
        Transport.end();
      }
    }
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet();
  }
}
