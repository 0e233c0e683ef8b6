package io.etcdregistry.devserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.Registration.State;
import io.etcdregistry.Registration.Status;
import io.etcdregistry.Registry;
import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import io.etcdregistry.RegistryObserver;
import io.etcdregistry.RegistryStats;
import io.etcdregistry.RegistryStats.Counter;
import io.etcdregistry.Snapshot.Freshness;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Observers and counters of a registry as a program makes it. */
class ObserverTest {
  private static final long GENEROUS_SECONDS = 30;

  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

  private String next() throws InterruptedException {
    return told.poll(GENEROUS_SECONDS, TimeUnit.SECONDS);
  }

  private final class Telling implements RegistryObserver {
    @Override
    public void registrationChanged(Registration registration, Status before, Status now) {
      told.add(registration.instance().name() + " " + before.state() + " -> " + now.state());
    }

    @Override
    public void operationFailed(String operation, RegistryException failure) {
      told.add(operation + " failed: " + failure.reason());
    }
  }

  @Test
  void lifeOfARegistration_isToldAndCounted() throws InterruptedException {
    try (DevServer server = DevServer.start()) {
      Registry registry =
          Registry.builder().connection(server.endpoint()).observer(new Telling()).build();
      registry.join(Instance.named("orders").port(8080).hostname("localhost"));
      assertThat(next()).isEqualTo("orders JOINING -> JOINED");
      assertThat(registry.list("orders")).hasSize(1);
      RegistryStats stats = registry.stats();
      assertThat(stats.count(Counter.JOINS)).isEqualTo(1);
      assertThat(stats.count(Counter.WRITES_COMMITTED)).isEqualTo(1);
      assertThat(stats.count(Counter.LEASES_GRANTED)).isEqualTo(1);
      assertThat(stats.registrations()).containsEntry(State.JOINED, 1).containsEntry(State.LEFT, 0);
      assertThat(stats.views()).containsEntry(Freshness.LIVE, 1);
      registry.leave("orders");
      assertThat(next()).isEqualTo("orders JOINED -> LEFT");
      registry.close();
      assertThat(registry.stats().count(Counter.LEAVES)).isEqualTo(1);
      assertThat(registry.stats().registrations()).containsEntry(State.JOINED, 0);
    }
  }

  @Test
  void failedVerb_isToldAndCountedByReason() throws InterruptedException {
    String endpoint;
    try (DevServer server = DevServer.start()) {
      endpoint = server.endpoint(); // nobody listens there any more
    }
    Registry.Builder builder =
        Registry.builder().connection(endpoint).timeout(Duration.ofMillis(500));
    try (Registry registry = builder.observer(new Telling()).build()) {
      assertThatThrownBy(() -> registry.list("orders")).isInstanceOf(RegistryException.class);
      assertThat(next()).isEqualTo("read failed: UNREACHABLE");
      assertThat(registry.stats().failures()).containsEntry(Reason.UNREACHABLE, 1L);
      assertThat(registry.stats().views()).containsEntry(Freshness.LOADING, 1);
      assertThat(registry.stats().unconfirmed()).isZero();
    }
  }

  @Test
  void observerThatBlocks_holdsUpNobody() throws InterruptedException {
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    RegistryObserver blocking =
        new RegistryObserver() {
          @Override
          public void leaseGranted(long lease, Duration ttl, Duration without) {
            blocked.countDown();
            try {
              end.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
        };
    try (DevServer server = DevServer.start();
        Registry registry =
            Registry.builder()
                .connection(server.endpoint())
                .observer(blocking)
                .observer(new Telling())
                .build()) {
      Registration joined =
          registry.join(Instance.named("orders").port(8080).hostname("localhost"));
      assertThat(blocked.await(GENEROUS_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(next()).isEqualTo("orders JOINING -> JOINED");
      joined.leave();
      assertThat(next()).isEqualTo("orders JOINED -> LEFT");
      end.countDown();
    }
  }
}
