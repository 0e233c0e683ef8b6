package io.etcdregistry.internal.lease;

import io.etcdregistry.internal.store.Environment;
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
  private CompletableFuture<Void> whenDone = CompletableFuture.completedFuture(null);

  Revocations(Environment env, LongConsumer done) {
    this.env = env;
    this.done = done;
  }

  void revoke(long lease) {
    if (pending.isEmpty()) {
      whenDone = new CompletableFuture<>();
    }
    if (pending.add(lease)) {
      attempt(lease, 1);
    }
  }

  CompletableFuture<Void> whenDone() {
    return whenDone;
  }

  /** Leaves the rest to the leases' own end. */
  void abandon() {
    pending.clear();
    whenDone.complete(null);
  }

  private void attempt(long lease, int tries) {
    if (!pending.contains(lease)) {
      return;
    }
    env.store()
        .revoke(lease, env.callTimeout())
        .whenComplete(
            (ok, failure) -> env.context().execute(() -> settle(lease, tries, failure == null)));
  }

  private void settle(long lease, int tries, boolean revoked) {
    if (!revoked) {
      long pause = RETRY.nanos(tries, env.entropy().getAsLong());
      env.time()
          .schedule(
              Duration.ofNanos(pause),
              () -> env.context().execute(() -> attempt(lease, tries + 1)));
    } else if (pending.remove(lease)) {
      done.accept(lease);
      if (pending.isEmpty()) {
        whenDone.complete(null);
      }
    }
  }
}
