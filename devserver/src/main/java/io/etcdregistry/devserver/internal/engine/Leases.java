package io.etcdregistry.devserver.internal.engine;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The leases and the keys that hang on each. Knows no clock: time comes in as an argument,
 * nanoseconds since the server began. Not thread-safe.
 */
final class Leases {
  /** What etcd raises a shorter TTL to: one and a half election timeouts, rounded up. */
  static final long MIN_TTL_SECONDS = 2;

  /** What etcd refuses to exceed. */
  static final long MAX_TTL_SECONDS = 9_000_000_000L;

  private final Map<Long, Lease> byId = new HashMap<>();
  private final NavigableSet<Lease> byExpiry =
      new TreeSet<>(Comparator.comparingLong(Lease::expiry).thenComparingLong(Lease::id));

  /** A lease. */
  static final class Lease {
    private final long id;
    private final long ttl;
    private final NavigableSet<ByteString> keys = new TreeSet<>(Span.ORDER);
    private long expiry;

    private Lease(long id, long ttl) {
      this.id = id;
      this.ttl = ttl;
    }

    long id() {
      return id;
    }

    /** What was granted, in seconds. */
    long ttl() {
      return ttl;
    }

    /** When it ends. */
    long expiry() {
      return expiry;
    }

    /** Whole seconds left. */
    long remaining(long now) {
      return TimeUnit.NANOSECONDS.toSeconds(expiry - now);
    }

    /** The keys that hang on it, ordered. */
    List<ByteString> keys() {
      return List.copyOf(keys);
    }
  }

  /**
   * Grants a lease.
   *
   * @throws RefusedException if the TTL is too large or the id is taken
   */
  Lease grant(long id, long ttlSeconds, long now) {
    if (ttlSeconds > MAX_TTL_SECONDS) {
      throw new RefusedException(Refusal.LEASE_TTL_TOO_LARGE);
    }
    if (byId.containsKey(id)) {
      throw new RefusedException(Refusal.LEASE_EXISTS);
    }
    Lease lease = new Lease(id, Math.max(ttlSeconds, MIN_TTL_SECONDS));
    byId.put(id, lease);
    arm(lease, now);
    return lease;
  }

  /** How many there are. */
  int count() {
    return byId.size();
  }

  /** The lease of an id, or null. */
  @Nullable Lease get(long id) {
    return byId.get(id);
  }

  /** Gives a lease its full time again. */
  void renew(Lease lease, long now) {
    byExpiry.remove(lease);
    arm(lease, now);
  }

  /** Takes a lease off the books; its keys are the caller's to delete. */
  void remove(Lease lease) {
    byId.remove(lease.id);
    byExpiry.remove(lease);
  }

  /** Moves a key from one lease to another; 0 is none. */
  void move(ByteString key, long from, long to) {
    if (from == to) {
      return;
    }
    Lease left = byId.get(from);
    if (left != null) {
      left.keys.remove(key);
    }
    Lease joined = byId.get(to);
    if (joined != null) {
      joined.keys.add(key);
    }
  }

  /** The lease that ends first, or null. */
  @Nullable Lease next() {
    return byExpiry.isEmpty() ? null : byExpiry.first();
  }

  /** All leases, those that end first before the others. */
  List<Lease> all() {
    return new ArrayList<>(byExpiry);
  }

  private void arm(Lease lease, long now) {
    lease.expiry = now + TimeUnit.SECONDS.toNanos(lease.ttl);
    byExpiry.add(lease);
  }
}
