package io.etcdregistry.internal.registration;

import io.etcdregistry.internal.lease.LeaseKeeper;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.store.LeaseKeys;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.internal.time.Alarm;
import io.etcdregistry.internal.time.Backoff;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Asks etcd once a minute which keys hang on this client's leases, and soon after a watch broke: a
 * renewal never tells that a key was deleted or taken, and a watch may be refused or lose an event,
 * or go on in a cluster that was restored and written past the revision it had. In the reconciler's
 * serial context.
 */
final class LeaseAudit {
  private static final Duration EVERY = Duration.ofMinutes(1);

  /** Clients whose watches broke together spread over this. */
  private static final Duration SPREAD = Duration.ofSeconds(5);

  /** Compares what is known with what was found. */
  interface Findings {
    /** An audit begins: what the leases cannot tell of has to be looked at, too. */
    void begun();

    /** What is known now, to be remembered until the answer comes. */
    Map<OwnKey, Observed> known();

    /**
     * An answer.
     *
     * @param lease which lease
     * @param before what was known when it was asked for
     * @param keys what hangs on it
     */
    void audited(long lease, Map<OwnKey, Observed> before, Set<String> keys);

    /** etcd does not let this client ask: what is known must be checked key by key. */
    void refused(long lease);
  }

  private final Environment env;
  private final LeaseKeeper leases;
  private final Findings findings;
  private final Alarm alarm;
  private boolean running;
  private long dueAt;

  LeaseAudit(Environment env, LeaseKeeper leases, Findings findings) {
    this.env = env;
    this.leases = leases;
    this.findings = findings;
    this.alarm = new Alarm(env.time(), env.context(), this::run);
  }

  void start() {
    if (!running) {
      running = true;
      next();
    }
  }

  void close() {
    alarm.clear();
  }

  private void next() {
    long fifth = EVERY.toNanos() / 5;
    long pause = EVERY.toNanos() - fifth + Backoff.jitter(2 * fifth, env.entropy().getAsLong());
    dueAt = env.time().nanoTime() + pause;
    alarm.set(dueAt);
  }

  /** Something may have been missed. */
  void soon() {
    long jitter = Backoff.jitter(SPREAD.toNanos(), env.entropy().getAsLong());
    dueAt = Math.min(dueAt, env.time().nanoTime() + jitter);
    alarm.set(dueAt);
  }

  /** Asks about every lease, now. */
  void run() {
    findings.begun();
    Map<OwnKey, Observed> before = new HashMap<>(findings.known());
    for (long lease : leases.held()) {
      env.store()
          .leaseKeys(lease, env.callTimeout())
          .whenComplete(
              (found, failure) ->
                  env.context()
                      .execute(
                          () -> {
                            if (failure == null) {
                              answered(lease, before, found);
                            } else {
                              failed(lease, StoreException.of(failure));
                            }
                          }));
    }
    next();
  }

  private void answered(long lease, Map<OwnKey, Observed> before, LeaseKeys found) {
    findings.audited(lease, before, new HashSet<>(found.keys()));
  }

  private void failed(long lease, StoreException cause) {
    if (cause.failure() == Failure.LEASE_NOT_FOUND) {
      leases.missing(lease);
    } else if (!cause.failure().passing()) {
      findings.refused(lease);
    }
  }
}
