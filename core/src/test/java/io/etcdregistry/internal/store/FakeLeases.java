package io.etcdregistry.internal.store;

import io.etcdregistry.spi.Time;
import io.etcdregistry.testing.FakeTime;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/** The leases of a cluster: who lives how long. Guarded by its cluster. */
final class FakeLeases {
  private final FakeTime time;
  private final LongConsumer expired;
  private final Map<Long, Lease> leases = new TreeMap<>();
  private boolean frozen;

  /**
   * A cluster without leases.
   *
   * @param expired called when a lease's time is over; must end it
   */
  FakeLeases(FakeTime time, LongConsumer expired) {
    this.time = time;
    this.expired = expired;
  }

  Set<Long> ids() {
    return Set.copyOf(leases.keySet());
  }

  boolean contains(long id) {
    return leases.containsKey(id);
  }

  Optional<Duration> granted(long id) {
    return Optional.ofNullable(leases.get(id)).map(lease -> lease.ttl);
  }

  /** The time a lease has left; its whole TTL while the leases are frozen. */
  Optional<Duration> remaining(long id) {
    return Optional.ofNullable(leases.get(id)).map(Lease::remaining);
  }

  void grant(long id, Duration ttl) {
    Lease lease = new Lease(id, ttl);
    leases.put(id, lease);
    lease.arm(Duration.ZERO);
  }

  /** Gives a lease its whole TTL again, and says what that is; zero if there is no such lease. */
  Duration renew(long id) {
    Lease lease = leases.get(id);
    if (lease == null) {
      return Duration.ZERO;
    }
    lease.arm(Duration.ZERO);
    return lease.ttl;
  }

  void remove(long id) {
    Lease lease = leases.remove(id);
    if (lease != null) {
      lease.alarm.cancel();
    }
  }

  void clear() {
    ids().forEach(this::remove);
  }

  /** Lets none expire: there is no leader who could. */
  void freeze() {
    frozen = true;
    leases.values().forEach(lease -> lease.alarm.cancel());
  }

  /** Begins all of them anew, as a new leader does: the whole TTL, and some time on top. */
  void restart(Duration extra) {
    frozen = false;
    leases.values().forEach(lease -> lease.arm(extra));
  }

  /** The TTLs, for a copy of the cluster. */
  Map<Long, Duration> ttls() {
    Map<Long, Duration> ttls = new TreeMap<>();
    leases.forEach((id, lease) -> ttls.put(id, lease.ttl));
    return ttls;
  }

  private final class Lease {
    private final long id;
    private final Duration ttl;
    private long deadline;
    private Time.Scheduled alarm = () -> {};

    Lease(long id, Duration ttl) {
      this.id = id;
      this.ttl = ttl;
    }

    void arm(Duration extra) {
      alarm.cancel();
      Duration wait = ttl.plus(extra);
      deadline = time.nanoTime() + wait.toNanos();
      if (!frozen) {
        alarm = time.schedule(wait, () -> expired.accept(id));
      }
    }

    Duration remaining() {
      return frozen ? ttl : Duration.ofNanos(deadline - time.nanoTime());
    }
  }
}
