package io.etcdregistry.internal.lease;

import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.time.Backoff;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;

/** Leases given back, until etcd confirmed. In the keeper's serial context. */
final class Revocations {
  private static final Backoff RETRY = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5));

  private final Environment env;
  private final LongConsumer done;
  private final Set<Long> pending = new HashSet<>();

  /** Those of them that it is worth waiting for: etcd may yet do as it is asked. */
  private final Set<Long> awaited = new HashSet<>();

  private CompletableFuture<Void> whenDone = CompletableFuture.completedFuture(null);

  Revocations(Environment env, LongConsumer done) {
    this.env = env;
    this.done = done;
  }

  /**
   * Gives a lease back.
   *
   * @param lease which
   * @param granting its grant: while that is under way, a revocation might overtake it
   */
  void revoke(long lease, CompletableFuture<?> granting) {
    if (pending.add(lease)) {
      if (awaited.isEmpty()) {
        whenDone = new CompletableFuture<>();
      }
      awaited.add(lease);
      granting.whenComplete((granted, failure) -> env.context().execute(() -> attempt(lease, 1)));
    }
  }

  CompletableFuture<Void> whenDone() {
    return whenDone;
  }

  /** Leaves the rest to the leases' own end. */
  void abandon() {
    pending.clear();
    awaited.clear();
    whenDone.complete(null);
  }

  private void attempt(long lease, int tries) {
    if (!pending.contains(lease)) {
      return;
    }
    env.store()
        .revoke(lease, env.callTimeout())
        .whenComplete(
            (ok, failure) ->
                env.context()
                    .execute(
                        () -> {
                          if (failure == null) {
                            revoked(lease);
                          } else {
                            failed(lease, tries, StoreException.of(failure));
                          }
                        }));
  }

  private void revoked(long lease) {
    if (pending.remove(lease)) {
      done.accept(lease);
      stopWaiting(lease);
    }
  }

  private void failed(long lease, int tries, StoreException cause) {
    if (cause.failure().ofUser()) {
      stopWaiting(lease); // it ends with its TTL, if it ever was
    }
    long pause = RETRY.nanos(tries, env.entropy().getAsLong());
    env.time()
        .schedule(
            Duration.ofNanos(pause), () -> env.context().execute(() -> attempt(lease, tries + 1)));
  }

  private void stopWaiting(long lease) {
    if (awaited.remove(lease) && awaited.isEmpty()) {
      whenDone.complete(null);
    }
  }
}
