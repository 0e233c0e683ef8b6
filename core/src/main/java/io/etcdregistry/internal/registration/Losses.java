package io.etcdregistry.internal.registration;

import io.etcdregistry.internal.registration.RecordMachine.Decision;
import io.etcdregistry.internal.registration.RecordMachine.Verdict;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.store.Write;
import io.etcdregistry.internal.store.Write.Action;
import io.etcdregistry.internal.store.Write.Guard;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Records that vanished from etcd while they are wanted, until they are there again: reports each,
 * and those that were lost with leases together when the last one is back. In the reconciler's
 * serial context.
 */
final class Losses {
  private final Environment env;

  /** Keys whose lease was lost, and that are not settled since. */
  private final Set<OwnKey> lost = new LinkedHashSet<>();

  private long lostAt;
  private int restored;

  Losses(Environment env) {
    this.env = env;
  }

  /** A lease is lost, and with it the record if it hangs on that. */
  void leaseLost(OwnKey key, long lease) {
    if (wasJoined(key) && !key.standingBy && key.joinedUnder == lease) {
      if (lost.isEmpty()) {
        lostAt = env.time().nanoTime();
        restored = 0;
      }
      lost.add(key);
    }
  }

  /** It was decided what to do about a key. */
  void decided(OwnKey key, Decision decision) {
    boolean missing =
        decision.verdict() == Verdict.NEEDS_LEASE
            || decision.write().filter(Losses::putsWhatIsAbsent).isPresent();
    if (missing && wasJoined(key) && !key.standingBy && key.missingSince == 0) {
      key.missingSince = env.time().nanoTime();
    }
  }

  /** A put was committed; to be called before the registration counts as joined by it. */
  void put(OwnKey key, Write write) {
    if (putsWhatIsAbsent(write) && wasJoined(key) && key.missingSince != 0) {
      Duration absent = since(key.missingSince);
      boolean withLease = lost.contains(key);
      restored += withLease ? 1 : 0;
      env.telemetry().recordRestored(key.owners.getLast(), absent, !withLease);
      key.missingSince = 0;
    }
  }

  /** There is nothing to be done about a key at the moment. */
  void settled(OwnKey key, Verdict verdict) {
    if (verdict == Verdict.NEEDS_LEASE) {
      return;
    }
    key.missingSince = 0;
    key.standingBy = verdict == Verdict.SUPERSEDED;
    key.joinedUnder = key.observed.lease();
    if (lost.remove(key) && lost.isEmpty() && restored > 0) {
      env.telemetry().allRestored(restored, since(lostAt));
    }
  }

  private Duration since(long nanos) {
    return Duration.ofNanos(env.time().nanoTime() - nanos);
  }

  private static boolean wasJoined(OwnKey key) {
    return key.wanted().filter(owner -> !owner.taking).isPresent();
  }

  private static boolean putsWhatIsAbsent(Write write) {
    return write.action() == Action.PUT && write.guard() == Guard.ABSENT;
  }
}
