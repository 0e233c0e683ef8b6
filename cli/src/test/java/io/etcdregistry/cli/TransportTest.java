package io.etcdregistry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Registry;
import io.etcdregistry.devserver.DevServer;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TransportTest {
  @Test
  void itsOnlyThreadReachesEtcdAndEndsWithTheCommand() {
    try (DevServer etcd = DevServer.start()) {
      Set<Thread> before = threads();
      Transport.install();
      List<Thread> during;
      try (Registry registry = Registry.connect(etcd.endpoint())) {
        assertThat(registry.list()).isEmpty();
        during = threads().stream().filter(thread -> !before.contains(thread)).toList();
      }
      Transport.end();

      assertThat(during).filteredOn(thread -> thread.getName().equals("etcd")).hasSize(1);
      assertThat(during)
          .filteredOn(thread -> thread.getName().startsWith("grpc-nio-worker"))
          .as("threads of gRPC's own client")
          .isEmpty();
      assertThat(during)
          .filteredOn(thread -> thread.getName().equals("etcd"))
          .noneMatch(Thread::isAlive);
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
    return Thread.getAllStackTraces().keySet().stream().collect(Collectors.toSet());
  }
}
