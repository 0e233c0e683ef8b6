package io.etcdregistry.internal.client;

import static io.etcdregistry.Registration.State.JOINED;
import static io.etcdregistry.Registration.State.JOINING;
import static io.etcdregistry.Registration.State.LEFT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.Instance;
import io.etcdregistry.Instance.Status;
import io.etcdregistry.JoinOptions;
import io.etcdregistry.Registration;
import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An instance is there for others when it says so itself. */
class ReadinessTest {
  private final World world = new World();
  private final World.Client client = world.client();
  private final AtomicBoolean ready = new AtomicBoolean();
  private final JoinOptions whenReady = JoinOptions.defaults().readyWhen(any -> ready.get());

  @AfterEach
  void nothingIsLeft() {
    world.close();
  }

  private static Instance.Builder orders() {
    return Instance.named("orders").port(8080);
  }

  private Status shown() {
    return client.seen("orders").get(0).status();
  }

  @Test
  void announced_nothingIsWrittenBeforeTheFirstPass() {
    Registration announced = client.registry.announce(orders(), whenReady);
    world.pass(Duration.ofHours(1));
    assertThat(world.held()).isEmpty();
    assertThat(announced.status().state()).isEqualTo(JOINING);
    assertThat(announced.status().why()).isEqualTo("not ready yet: its check says no");
    ready.set(true);
    world.pass(Duration.ofMillis(300));
    assertThat(announced.state()).isEqualTo(JOINED);
    assertThat(shown()).isEqualTo(Status.UP);
  }

  @Test
  void join_waitsForTheFirstPass() {
    CompletableFuture<Registration> joining = client.registry.async().join(orders(), whenReady);
    world.pass(Duration.ofSeconds(2));
    assertThat(joining).isNotDone();
    ready.set(true);
    world.pass(Duration.ofMillis(300));
    assertThat(joining).isCompleted();
  }

  @Test
  void join_neverReady_timesOutWithTheReason_andLeavesNothing() {
    JoinOptions never =
        JoinOptions.defaults()
            .readyWhen(
                any -> {
                  throw new IllegalStateException("the cache is cold");
                });
    CompletableFuture<Registration> joining = client.registry.async().join(orders(), never);
    world.pass(Duration.ofSeconds(30));
    assertThatThrownBy(joining::join)
        .cause()
        .hasMessageContaining("not ready yet: the cache is cold")
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TIMED_OUT));
    assertThat(world.held()).isEmpty();
  }

  @Test
  void failing_isDown_notDeleted_andUpAgain() {
    ready.set(true);
    Registration registration = world.await(client.registry.async().join(orders(), whenReady));
    ready.set(false);
    world.pass(Duration.ofSeconds(8));
    assertThat(shown()).isEqualTo(Status.DOWN);
    assertThat(world.held()).hasSize(1);
    assertThat(registration.state()).isEqualTo(JOINED);
    ready.set(true);
    world.pass(Duration.ofSeconds(3));
    assertThat(shown()).isEqualTo(Status.UP);
  }

  @Test
  void flapping_isNotSeen() {
    AtomicInteger asked = new AtomicInteger();
    JoinOptions flapping =
        JoinOptions.defaults().readyWhen(any -> asked.getAndIncrement() % 2 == 0);
    world.await(client.registry.async().join(orders(), flapping));
    long revision = client.view("orders").snapshot().revision();
    world.pass(Duration.ofMinutes(1));
    assertThat(asked.get()).isGreaterThan(10);
    assertThat(client.view("orders").snapshot().revision()).isEqualTo(revision);
  }

  @Test
  void left_isNotAskedAnyMore() {
    AtomicInteger asked = new AtomicInteger();
    JoinOptions counted = JoinOptions.defaults().readyWhen(any -> asked.incrementAndGet() > 3);
    Registration registration = client.registry.announce(orders(), counted);
    CompletableFuture<Void> left = client.registry.async().leave("orders");
    world.pass(Duration.ofSeconds(1));
    assertThat(left).isCompleted();
    assertThat(registration.state()).isEqualTo(LEFT);
    int before = asked.get();
    world.pass(Duration.ofMinutes(1));
    assertThat(asked.get()).isEqualTo(before);
    assertThat(world.held()).isEmpty();
  }

  @Test
  void joinedAgainWithACheck_theFirstStaysUntilTheSecondIsReady() {
    client.join("orders", 8080);
    Registration second = client.registry.announce(orders().with("second", true), whenReady);
    world.pass(Duration.ofMinutes(1));
    assertThat(client.seen("orders").get(0).fields()).doesNotContainKey("second");
    ready.set(true);
    world.pass(Duration.ofSeconds(1));
    assertThat(second.state()).isEqualTo(JOINED);
    assertThat(client.seen("orders").get(0).fields()).containsKey("second");
  }
}
