package io.etcdregistry.internal.registration;

import io.etcdregistry.RegistryStats.Counter;
import io.etcdregistry.internal.store.Commit;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.internal.store.Write;
import io.etcdregistry.internal.store.Write.Action;
import java.time.Duration;
import java.util.Collection;
import java.util.OptionalLong;

/** Reports what becomes of writes: counts all, tells of refusals once. In the context. */
final class WriteReports {
  private static final String ANYTHING = "write anything";

  private final Environment env;

  /** Since when etcd has had no space, if it has none. */
  private OptionalLong fullSince = OptionalLong.empty();

  WriteReports(Environment env) {
    this.env = env;
  }

  void answered(OwnKey key, Write write, Commit.Outcome outcome) {
    if (fullSince.isPresent()) {
      env.telemetry().accessGranted(ANYTHING, since(fullSince.getAsLong()));
      fullSince = OptionalLong.empty();
    }
    if (key.refusals > 0) {
      env.telemetry().accessGranted(writing(key), since(key.refusedSince));
    }
    if (write.action() != Action.READ) {
      env.telemetry()
          .count(outcome.applied() ? Counter.WRITES_COMMITTED : Counter.WRITES_CONFLICTED);
    }
  }

  void failed(Collection<Write> batch, StoreException cause) {
    long writes = batch.stream().filter(write -> write.action() != Action.READ).count();
    env.telemetry().count(Counter.WRITES_FAILED, writes);
    if (cause.failure() == Failure.NO_SPACE && fullSince.isEmpty()) {
      fullSince = OptionalLong.of(env.time().nanoTime());
      env.telemetry().accessDenied(ANYTHING, String.valueOf(cause.getMessage()));
    }
  }

  /** A key was refused alone; its refusals are counted already. */
  void refused(OwnKey key, StoreException cause) {
    if (key.refusals == 1 && cause.failure() != Failure.CLOSED) {
      key.refusedSince = env.time().nanoTime();
      env.telemetry().accessDenied(writing(key), String.valueOf(cause.getMessage()));
    }
  }

  private static String writing(OwnKey key) {
    return "write " + key.key;
  }

  private Duration since(long nanos) {
    return Duration.ofNanos(env.time().nanoTime() - nanos);
  }
}
