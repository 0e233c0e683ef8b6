package io.etcdregistry.internal.store;

import static io.etcdregistry.internal.store.StoreBench.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.internal.store.Write.Guard;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a closed store says. */
public interface ClosingContract extends StoreBench {
  @Test
  default void closedStore_refusesEveryCall() {
    Store closed = another();
    closed.close();
    closed.close();
    long lease = newLease();
    Write write = Write.put(prefix() + "a", Guard.ALWAYS, 0, bytes("1"), 0);
    Stream.<CompletableFuture<?>>of(
            closed.list(KeyRange.prefix(prefix()), CALL),
            closed.commit(List.of(write), CALL),
            closed.grant(lease, Duration.ofSeconds(10), CALL),
            closed.revoke(lease, CALL),
            closed.leaseKeys(lease, CALL))
        .map(this::failure)
        .forEach(
            failure -> {
              assertThat(failure.failure()).isEqualTo(Failure.CLOSED);
              assertThat(failure.mayApply()).isFalse();
            });
    assertThat(content()).isEmpty();
  }

  @Test
  default void closedStore_streamsAreBroken() {
    Store closed = another();
    closed.close();
    WatchLog watches = new WatchLog();
    KeepAliveLog renewals = new KeepAliveLog();
    closed.watch(watches).create(1, KeyRange.prefix(prefix()), 0);
    closed.keepAlive(renewals).renew(1);
    await("broken", () -> watches.broken().isPresent() && renewals.broken().isPresent());
    assertThat(watches.broken().orElseThrow().failure()).isEqualTo(Failure.CLOSED);
    assertThat(renewals.broken().orElseThrow().failure()).isEqualTo(Failure.CLOSED);
  }

  @Test
  default void close_endsWhatIsUnderWay() {
    Store closing = another();
    WatchLog watches = new WatchLog();
    KeepAliveLog renewals = new KeepAliveLog();
    long lease = grant(Duration.ofSeconds(60));
    closing.watch(watches).create(1, KeyRange.prefix(prefix()), 0);
    KeepAliveStream stream = closing.keepAlive(renewals);
    stream.renew(lease);
    await("watching", () -> watches.created(1).isPresent());
    await("renewed", () -> !renewals.renewed(lease).isEmpty());
    List<CompletableFuture<Listing>> answers =
        Stream.generate(() -> closing.list(KeyRange.prefix(prefix()), CALL)).limit(20).toList();
    closing.close();
    answers.forEach(answer -> await("an end", answer::isDone));
    stream.renew(lease);
    put(prefix() + "a", "1");
    assertThat(content()).containsExactly("a=1");
    assertThat(watches.events(1)).isEmpty();
    assertThat(renewals.renewed(lease)).hasSize(1);
  }

  @Test
  default void close_leavesWhatWasWritten() {
    Store closing = another();
    Write write = Write.put(prefix() + "a", Guard.ALWAYS, 0, bytes("1"), 0);
    get(closing.commit(List.of(write), CALL));
    closing.close();
    assertThat(content()).containsExactly("a=1");
  }
}
