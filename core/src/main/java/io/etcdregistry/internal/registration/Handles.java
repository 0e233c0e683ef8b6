package io.etcdregistry.internal.registration;

import io.etcdregistry.Registration.State;
import io.etcdregistry.internal.lease.LeaseKeeper;
import io.etcdregistry.internal.registration.RecordMachine.Verdict;
import io.etcdregistry.internal.store.Environment;

/** What the handles of registrations show of their state. In the reconciler's serial context. */
final class Handles {
  private final Environment env;
  private final LeaseKeeper leases;

  Handles(Environment env, LeaseKeeper leases) {
    this.env = env;
    this.leases = leases;
  }

  void show(OwnKey key, Verdict verdict) {
    for (OwnRegistration owner : key.owners) {
      if (owner == key.owners.getLast()) {
        show(owner, state(key, owner, verdict), why(key, verdict));
      } else {
        show(owner, State.SUPERSEDED, "this process joined the same key again");
      }
    }
  }

  private void show(OwnRegistration owner, State state, String why) {
    owner.show(state, why, env.time().now());
  }

  private State state(OwnKey key, OwnRegistration owner, Verdict verdict) {
    if (verdict == Verdict.SUPERSEDED) {
      return State.SUPERSEDED;
    }
    boolean there = !owner.taking || verdict == Verdict.SETTLED;
    boolean underLease = leases.ours(key.observed.lease());
    if (!there || !underLease) {
      return State.JOINING;
    }
    if (leases.suspect(owner.asked)) {
      return State.SUSPECT;
    }
    return owner.draining ? State.DRAINING : State.JOINED;
  }

  private static String why(OwnKey key, Verdict verdict) {
    return switch (verdict) {
      case SETTLED -> "committed at revision " + key.observed.asOf();
      case SUPERSEDED ->
          "another owner took the key, under lease " + Long.toHexString(key.observed.lease());
      case NEEDS_LEASE -> "waiting for a lease";
      case WRITE -> key.failure.map(Throwable::getMessage).orElse("being written");
    };
  }
}
