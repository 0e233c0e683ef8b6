package io.etcdregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.etcdregistry.Registration.State;
import io.etcdregistry.RegistryException.Reason;
import io.etcdregistry.internal.store.StoreException.Failure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The end of a registry. */
public interface EndContract extends RegistryBench {
  @Test
  default void close_leavesNothing() {
    Registry registry = registry();
    Registration joined = registry.join(Instance.named("orders").port(1));
    registry.join(Instance.named("users").port(2));
    long lease = pairs().get(0).lease();
    registry.service("orders");
    registry.list();
    registry.close();
    registry.close();
    assertThat(pairs()).isEmpty();
    assertThat(failure(store().leaseKeys(lease, CALL)).failure())
        .isEqualTo(Failure.LEASE_NOT_FOUND);
    assertThat(joined.state()).isEqualTo(State.LEFT);
  }

  @Test
  default void close_ofAReader_leavesTheOthers() {
    registry().join(Instance.named("orders").port(1));
    Registry reader = registry();
    assertThat(reader.list("orders")).hasSize(1);
    reader.close();
    assertThat(pairs()).hasSize(1);
  }

  @Test
  default void close_unused_isNoHarm() {
    registry().close();
  }

  @Test
  default void closed_everyVerbSaysSo() {
    Registry registry = registry();
    Registration joined = registry.join(Instance.named("orders").port(1));
    ServiceView loaded = registry.service("a");
    get(loaded.whenReady());
    final ServiceView unread = registry.service("b");
    registry.close();
    for (ThrowingCallable verb :
        List.<ThrowingCallable>of(
            () -> registry.join(Instance.named("a").port(1)),
            () -> registry.announce(Instance.named("a").port(1)),
            () -> registry.leave("a"),
            registry::leave,
            () -> registry.lookup("a"),
            () -> registry.list("a"),
            registry::list,
            registry::all,
            () -> registry.service("a"),
            () -> loaded.awaitAvailable(5, CALL),
            () -> unread.awaitAvailable(5, CALL),
            () -> joined.update(change -> change.with("x", 1)))) {
      RegistryException refused = catchThrowableOfType(RegistryException.class, verb);
      assertThat(refused).isNotNull();
      assertThat(refused.reason()).isEqualTo(Reason.CLOSED);
    }
    CompletableFuture<Registration> async = registry.async().join(Instance.named("a").port(1));
    await("an end", async::isDone);
    CompletionException failed = catchThrowableOfType(CompletionException.class, async::join);
    assertThat(failed.getCause())
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CLOSED));
    joined.leave();
    assertThat(pairs()).isEmpty();
  }

  @Test
  default void close_whileOthersWait_letsThemGo() {
    Registry registry = registry();
    Registration joined = registry.join(Instance.named("orders").port(1));
    CompletableFuture<Void> drained =
        CompletableFuture.runAsync(() -> joined.drain(Duration.ofDays(1)));
    ServiceView view = registry.service("orders");
    CompletableFuture<Snapshot> available =
        CompletableFuture.supplyAsync(() -> view.awaitAvailable(5, Duration.ofDays(1)));
    await("draining", () -> joined.state() == State.DRAINING);
    registry.close();
    await("both return", () -> drained.isDone() && available.isDone());
    assertThat(joined.state()).isEqualTo(State.LEFT);
    assertThat(pairs()).isEmpty();
  }

  @Test
  default void close_fromAListener_ends() {
    Registry registry = registry();
    CompletableFuture<Void> closed = new CompletableFuture<>();
    registry
        .service("orders")
        .onChange(
            change -> {
              if (!change.added().isEmpty()) {
                registry.close();
                closed.complete(null);
              }
            });
    registry.announce(Instance.named("orders").port(1));
    await("closed", closed::isDone);
    assertThat(pairs()).isEmpty();
  }

  @Test
  default void newBuilder_makesAnotherLikeIt() {
    Registry registry = registry();
    registry.join(Instance.named("orders").port(ThreadLocalRandom.current().nextInt(1, 65536)));
    try (Registry other = registry.newBuilder().build()) {
      registry.close();
      assertThat(other.list("orders")).isEmpty();
      other.join(Instance.named("orders").port(1));
      assertThat(urls(other.list("orders"))).containsExactly("http://192.168.1.10:1");
      assertThat(pairs()).hasSize(1);
    }
    assertThat(pairs()).isEmpty();
  }
}
