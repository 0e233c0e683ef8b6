package io.etcdregistry.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.Registry;
import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import io.etcdregistry.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** On real threads, where what closes last has nothing left to run on. */
final class ClosingTest {
  private static final int ROUNDS = 50;
  private static final int VIEWS = 8;

  @Test
  void whenReady_closedBefore_fails() {
    List<CompletableFuture<Snapshot>> waiting = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      try (Registry registry = Registry.connect("127.0.0.1:1")) { // where nothing listens
        for (int view = 0; view < VIEWS; view++) {
          waiting.add(registry.service("orders" + view).whenReady());
        }
      }
    }
    CompletableFuture<Void> all =
        CompletableFuture.allOf(waiting.toArray(CompletableFuture[]::new));
    assertThatThrownBy(() -> all.get(1, TimeUnit.MINUTES)).isInstanceOf(ExecutionException.class);
    assertThat(waiting)
        .allSatisfy(
            future ->
                assertThatThrownBy(future::join)
                    .cause()
                    .isInstanceOfSatisfying(
                        RegistryException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.CLOSED)));
  }
}
