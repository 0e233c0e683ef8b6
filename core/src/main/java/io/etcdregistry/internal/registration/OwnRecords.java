package io.etcdregistry.internal.registration;

import io.etcdregistry.RegistryStats.Counter;
import io.etcdregistry.internal.lease.LeaseKeeper;
import io.etcdregistry.internal.registration.RecordMachine.Decision;
import io.etcdregistry.internal.registration.RecordMachine.Goal;
import io.etcdregistry.internal.registration.RecordMachine.Verdict;
import io.etcdregistry.internal.store.Commit;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.store.Header;
import io.etcdregistry.internal.store.KeyValue;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.internal.store.WatchStream.Event;
import io.etcdregistry.internal.store.Write;
import io.etcdregistry.internal.store.Write.Action;
import io.etcdregistry.internal.store.Write.Guard;
import io.etcdregistry.internal.watch.WatchHub;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/*
 * The reconciler's loop. Everything here runs in the serial context.
 *
 * For each key it knows what is wanted (its owners) and what etcd holds (its observation), as told by
 * the answers to its writes, by a watch of the key, and by an audit of the lease once a minute. Whenever
 * either changes the key is touched; the writer then asks for a decision, and either makes the write
 * or reports the key as settled.
 *
 *      owners ─────┐
 *      answers ────┤                 ┌─ WRITE ──── BatchWriter ──── etcd
 *      own watch ──┼─ touch ─ decide ┤                              │
 *      audit ──────┤                 └─ SETTLED … show, complete    │
 *      leases ─────┘◄───────────────────────── answers, events ─────┘
 */
final class OwnRecords implements LeaseKeeper.Listener, BatchWriter.Work {
  private final Environment env;
  private final WatchHub hub;
  private final Function<Event, CompletableFuture<Void>> showOwnWrite;
  private final LeaseKeeper leases;
  private final BatchWriter writer;
  private final LeaseAudit audit;
  private final OwnWatches watches;
  private final Handles handles;
  private final Losses losses;
  private final OwnWishes wishes;
  private final Map<String, OwnKey> keys = new HashMap<>();
  private boolean pumping;
  private boolean ended;

  @SuppressWarnings("this-escape") // its parts call back only later, in the context
  OwnRecords(Environment env, WatchHub hub, Function<Event, CompletableFuture<Void>> showOwnWrite) {
    this.env = env;
    this.hub = hub;
    this.showOwnWrite = showOwnWrite;
    this.leases = new LeaseKeeper(env, this);
    this.writer = new BatchWriter(env, hub::witness, this);
    this.audit = new LeaseAudit(env, leases, new AuditFindings(keys, leases::ours, this::touch));
    this.watches = new OwnWatches(env, hub, this::touch, audit::soon);
    this.handles = new Handles(env, leases);
    this.losses = new Losses(env);
    this.wishes = new OwnWishes(env, keys, leases, handles, this::wished);
    hub.onReset(this::reset);
  }

  OwnWishes wishes() {
    return wishes;
  }

  CompletableFuture<Void> end() {
    ended = true;
    wishes.end();
    audit.close();
    leases.close();
    return leases.whenRevoked();
  }

  void abandon() {
    ended = true;
    wishes.end();
    audit.close();
    writer.close();
    leases.abandon();
    watches.close();
    keys.values().forEach(watches::end);
    keys.clear();
  }

  private void wished(OwnKey key) {
    audit.start();
    touch(key);
  }

  private void touch(OwnKey key) {
    writer.touch(key);
    if (!pumping) {
      pumping = true; // later, so that what comes together goes together
      env.context().execute(this::pump);
    }
  }

  private void pump() {
    pumping = false;
    writer.pump();
  }

  // ---- deciding, and what came of it ----

  @Override
  public Decision decide(OwnKey key) {
    if (key.toRead && key.goal() != Goal.NONE) {
      return new Decision(Verdict.WRITE, Optional.of(Write.read(key.key)));
    }
    long lease = key.wanted().map(owner -> leaseFor(key, owner)).orElse(0L);
    Decision decision =
        RecordMachine.decide(
            key.key, key.goal(), key.document(), lease, key.observed, leases::ours);
    losses.decided(key, decision);
    return decision;
  }

  /** A lease that may be gone is asked about first: a put under it would most likely fail. */
  private long leaseFor(OwnKey key, OwnRegistration owner) {
    boolean there = key.observed.kind() == Observed.Kind.FOUND;
    return there || !leases.suspect(owner.asked) ? leases.lease(owner.asked).orElse(0) : 0;
  }

  @Override
  public void settled(OwnKey key, Verdict verdict) {
    retireLeases();
    publish(key);
    losses.settled(key, verdict);
    Optional<OwnRegistration> wanted = key.wanted();
    if (wanted.isEmpty()) {
      unwanted(key);
      return;
    }
    handles.show(key, verdict);
    OwnRegistration owner = wanted.get();
    if (verdict == Verdict.SETTLED) {
      joined(key, owner);
      key.failure = Optional.empty();
      List<CompletableFuture<Void>> updated = List.copyOf(owner.updates);
      owner.updates.clear();
      key.shown.thenRun(() -> updated.forEach(update -> update.complete(null)));
    } else if (verdict == Verdict.SUPERSEDED) {
      joined(key, owner); // it was: only who had the key can lose it
    }
  }

  private void unwanted(OwnKey key) {
    key.tombstone = true;
    release(key);
    if (key.forgettable()) {
      forget(key);
      return;
    }
    if (key.clear()) {
      completeLeavers(key); // it is looked after, or who joined it since is not ready yet
    }
    fence(key);
    if (!key.clear() || !key.unresolved.isEmpty()) {
      follow(key);
    }
  }

  private void joined(OwnKey key, OwnRegistration owner) {
    owner.taking = false;
    owner.mustJoin = false;
    owner.effective(leases.effective(owner.asked));
    key.shown.thenRun(() -> owner.joined().complete(owner));
    follow(key);
    release(key);
    if (key.unanswered.isEmpty()) {
      completeLeavers(key);
    }
    fence(key);
  }

  /**
   * Nothing can land under a lease that is gone. So where somebody waits for an attempt that a
   * member may hold for ever, what else hangs on its lease moves to another, and it is given back.
   * Later, for what leaves together may have been all that hangs on it.
   */
  private void fence(OwnKey key) {
    if (key.awaited() && !key.unanswered.isEmpty()) {
      env.context().execute(() -> key.unanswered.forEach(leases::replace));
    }
  }

  private void retireLeases() {
    for (long lease : leases.retiring()) {
      if (keys.values().stream().noneMatch(key -> key.mayHangOn(lease))) {
        leases.retire(lease);
      }
    }
  }

  /** Shows what is known in this client's views, before anybody is told that it is so. */
  private void publish(OwnKey key) {
    Observed known = key.observed;
    if (known.kind() == Observed.Kind.UNKNOWN || known.sameAs(key.published)) {
      return;
    }
    KeyValue pair =
        known.pair().orElseGet(() -> new KeyValue(key.key, OwnKey.NOTHING, 0, known.asOf(), 0));
    key.published = known;
    key.shown = showOwnWrite.apply(new Event(pair, known.pair().isEmpty()));
  }

  private void release(OwnKey key) {
    List<Duration> releasing = List.copyOf(key.releasing);
    key.releasing.clear();
    releasing.forEach(leases::release);
  }

  private void forget(OwnKey key) {
    watches.end(key);
    keys.remove(key.key, key);
    completeLeavers(key);
  }

  private void completeLeavers(OwnKey key) {
    List<CompletableFuture<Void>> leavers = List.copyOf(key.leavers);
    key.leavers.clear();
    key.shown.thenRun(() -> leavers.forEach(leaver -> leaver.complete(null)));
  }

  @Override
  public void written(OwnKey key, Write write, Header header, Commit.Outcome outcome) {
    long revision = header.revision();
    key.toRead = false;
    if (!outcome.applied() || write.action() == Action.READ) {
      key.observed = key.observed.or(Observed.of(revision, outcome.found()));
    } else if (write.action() == Action.DELETE) {
      key.observed = key.observed.or(Observed.absent(revision));
      env.telemetry().count(Counter.LATE_WRITES_REMOVED, key.tombstone ? 1 : 0);
    } else {
      KeyValue pair = new KeyValue(write.key(), write.value(), revision, revision, write.lease());
      key.observed = key.observed.or(Observed.found(revision, pair));
      took(key, write);
    }
  }

  @Override
  public void straggling(OwnKey key, Write write, boolean unanswered) {
    if (write.guard() == Guard.ABSENT) {
      mayLandLate(key, write, unanswered);
    }
  }

  /** From now on the key may be lost to a later join, and is not taken from it. */
  private void took(OwnKey key, Write write) {
    losses.put(key, write);
    follow(key);
    key.wanted()
        .filter(owner -> Arrays.equals(owner.document, write.value()))
        .ifPresent(owner -> owner.taking = false);
  }

  @Override
  public void failed(OwnKey key, Write write, StoreException cause) {
    key.failure = Optional.of(cause);
    key.farewell = Optional.empty(); // manners must not keep it
    if (cause.mayApply() && write.action() != Action.READ) {
      if (write.guard() == Guard.ABSENT || overwritesAnother(key, write)) {
        mayLandLate(key, write, true);
      }
      key.observed = key.observed.doubted();
      key.attempted = true;
    }
    if (cause.failure() == Failure.LEASE_NOT_FOUND) {
      leases.missing(write.lease());
    }
    handles.refuse(key, cause);
    handles.show(key, key.toRead ? Verdict.SUPERSEDED : Verdict.WRITE);
  }

  /**
   * A put guarded by absence can land whenever there is none. One guarded by a revision of ours
   * cannot once that is deleted or replaced; but one of another owner's is not ours to delete.
   */
  private void mayLandLate(OwnKey key, Write write, boolean unanswered) {
    if (write.action() == Action.PUT) {
      key.unresolved.add(write.lease());
      if (unanswered) {
        key.unanswered.add(write.lease());
      }
      follow(key);
    }
  }

  private boolean overwritesAnother(OwnKey key, Write write) {
    Observed known = key.observed;
    return known.pair().map(KeyValue::modRevision).equals(Optional.of(write.operand()))
        && !leases.ours(known.lease());
  }

  private void follow(OwnKey key) {
    if (!ended) {
      watches.watch(key);
    }
  }

  /** The cluster was wiped or restored: nothing known is true any more. */
  private void reset() {
    leases.askAll();
    for (OwnKey key : List.copyOf(keys.values())) {
      key.observed = Observed.NOTHING;
      key.published = Observed.NOTHING;
      touch(key);
    }
  }

  @Override
  public void held(long lease) {
    handles.leaseFailure(Optional.empty());
    keys.values().forEach(this::touch);
  }

  @Override
  public void suspect(long lease) {
    keys.values().forEach(this::touch);
  }

  @Override
  public void gone(long lease) {
    for (OwnKey key : keys.values()) {
      key.unresolved.remove(lease);
      key.unanswered.remove(lease);
      losses.leaseLost(key, lease);
      if (key.observed.lease() == lease) {
        key.observed = key.observed.doubted();
      }
      touch(key);
    }
  }

  @Override
  public void failing(StoreException cause) {
    handles.leaseFailure(Optional.of(cause));
    for (OwnKey key : List.copyOf(keys.values())) {
      handles.refuse(key, cause);
      touch(key);
    }
  }

  @Override
  public void woke() {
    audit.run();
    hub.compareAll();
  }
}
