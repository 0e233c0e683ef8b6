package io.etcdregistry.internal.registration;

import io.etcdregistry.Registration.State;
import io.etcdregistry.RegistryException;
import io.etcdregistry.internal.lease.LeaseKeeper;
import io.etcdregistry.internal.registration.RecordMachine.Verdict;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.store.StoreException;
import java.util.Optional;

/**
 * What the handles of registrations show of their state, and who waits there. In the reconciler's
 * serial context.
 */
final class Handles {
  private final Environment env;
  private final LeaseKeeper leases;
  private Optional<StoreException> leaseFailure = Optional.empty();

  Handles(Environment env, LeaseKeeper leases) {
    this.env = env;
    this.leases = leases;
  }

  /** Why there is no lease, if etcd is to blame. */
  Optional<StoreException> leaseFailure() {
    return leaseFailure;
  }

  void leaseFailure(Optional<StoreException> cause) {
    leaseFailure = cause;
  }

  /** Fails whoever waits for a registration. */
  void fail(OwnRegistration owner, RegistryException why) {
    owner.joined().completeExceptionally(why);
    owner.updates.forEach(update -> update.completeExceptionally(why));
    owner.updates.clear();
  }

  /** A join does not wait for what etcd refuses. */
  void refuse(OwnKey key, StoreException cause) {
    key.wanted()
        .filter(owner -> owner.mustJoin && !cause.failure().passing())
        .ifPresent(
            owner ->
                fail(
                    owner,
                    new RegistryException(
                        cause.failure().reason(),
                        "Could not join \"" + owner.instance().name() + "\": " + cause.getMessage(),
                        cause)));
  }

  void show(OwnKey key, Verdict verdict) {
    Optional<OwnRegistration> wanted = key.wanted();
    for (OwnRegistration owner : key.owners) {
      if (wanted.filter(owner::equals).isPresent()) {
        show(owner, state(key, owner, verdict), why(key, verdict));
      } else if (owner.ready) {
        show(owner, State.SUPERSEDED, "this process joined the same key again");
      }
    }
  }

  private void show(OwnRegistration owner, State state, String why) {
    owner.show(state, why, env);
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

  private String why(OwnKey key, Verdict verdict) {
    return switch (verdict) {
      case SETTLED -> "committed at revision " + key.observed.asOf();
      case SUPERSEDED ->
          "another owner took the key, under lease " + Long.toHexString(key.observed.lease());
      case NEEDS_LEASE ->
          "waiting for a lease" + leaseFailure.map(cause -> ": " + cause.getMessage()).orElse("");
      case WRITE -> key.failure.map(Throwable::getMessage).orElse("being written");
    };
  }
}
