package io.etcdregistry.internal.lease;

import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import java.time.Duration;
import java.util.OptionalLong;

/** Reports what becomes of the leases of one slot, once for each change. In the context. */
final class LeaseReports {
  private static final String GRANT = "have a lease";

  private final Environment env;
  private OptionalLong lostAt = OptionalLong.empty();
  private OptionalLong deniedSince = OptionalLong.empty();

  LeaseReports(Environment env) {
    this.env = env;
  }

  /** A lease is gone, if it was there. */
  void gone(LeaseState old, String why) {
    if (old.usable()) {
      lostAt = OptionalLong.of(env.time().nanoTime());
      env.telemetry().leaseLost(old.lease(), Duration.ofNanos(old.ttl()), why);
    }
  }

  void suspect(LeaseState state) {
    env.telemetry().leaseSuspect(state.lease(), Duration.ofNanos(state.ttl()));
  }

  /** A lease was granted, or one that was suspect is confirmed. */
  void held(LeaseState old, LeaseState state) {
    Duration ttl = Duration.ofNanos(state.ttl());
    if (old.phase() == LeaseState.Phase.SUSPECT) {
      env.telemetry().leaseConfirmed(state.lease(), ttl, since(old.renewedAt()));
      return;
    }
    Duration without = lostAt.isPresent() ? since(lostAt.getAsLong()) : Duration.ZERO;
    lostAt = OptionalLong.empty();
    env.telemetry().leaseGranted(state.lease(), ttl, without);
    if (deniedSince.isPresent()) {
      env.telemetry().accessGranted(GRANT, since(deniedSince.getAsLong()));
      deniedSince = OptionalLong.empty();
    }
  }

  /** A grant failed: it is reported where etcd refused it. */
  void failed(StoreException cause) {
    boolean refused = cause.failure().ofUser() || cause.failure() == Failure.NO_SPACE;
    if (refused && deniedSince.isEmpty()) {
      deniedSince = OptionalLong.of(env.time().nanoTime());
      env.telemetry().accessDenied(GRANT, String.valueOf(cause.getMessage()));
    }
  }

  private Duration since(long nanos) {
    return Duration.ofNanos(env.time().nanoTime() - nanos);
  }
}
