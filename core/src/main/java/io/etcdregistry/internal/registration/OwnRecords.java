package io.etcdregistry.internal.registration;

import io.etcdregistry.Registration.State;
import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import io.etcdregistry.internal.lease.LeaseKeeper;
import io.etcdregistry.internal.registration.RecordMachine.Decision;
import io.etcdregistry.internal.registration.RecordMachine.Verdict;
import io.etcdregistry.internal.store.Commit;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.store.Header;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.KeyValue;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.internal.store.WatchStream.Event;
import io.etcdregistry.internal.store.Write;
import io.etcdregistry.internal.store.Write.Action;
import io.etcdregistry.internal.store.Write.Guard;
import io.etcdregistry.internal.watch.Following;
import io.etcdregistry.internal.watch.WatchHub;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
final class OwnRecords implements LeaseKeeper.Listener, BatchWriter.Work, LeaseAudit.Findings {
  private final Environment env;
  private final WatchHub hub;
  private final Function<Event, CompletableFuture<Void>> showOwnWrite;
  private final LeaseKeeper leases;
  private final BatchWriter writer;
  private final LeaseAudit audit;
  private final Map<String, OwnKey> keys = new HashMap<>();
  private Optional<StoreException> leaseFailure = Optional.empty();
  private boolean pumping;
  private boolean ended;

  @SuppressWarnings("this-escape") // its parts call back only later, in the context
  OwnRecords(Environment env, WatchHub hub, Function<Event, CompletableFuture<Void>> showOwnWrite) {
    this.env = env;
    this.hub = hub;
    this.showOwnWrite = showOwnWrite;
    this.leases = new LeaseKeeper(env, this);
    this.writer = new BatchWriter(env, hub::witness, this);
    this.audit = new LeaseAudit(env, leases, this);
    hub.onReset(this::reset);
  }

  // ---- what is wanted ----

  void add(OwnRegistration owner) {
    if (ended) {
      fail(owner, gone("The registry is closed"));
      owner.left = true;
      return;
    }
    OwnKey key = keys.computeIfAbsent(owner.key, OwnKey::new);
    key.owners.addLast(owner);
    leases.want(owner.asked);
    audit.start();
    touch(key);
  }

  void remove(OwnRegistration owner, CompletableFuture<Void> done) {
    OwnKey key = keys.get(owner.key);
    if (!owner.left) {
      owner.left = true;
      owner.show(State.LEFT, "left", env.time().now());
      RegistryException gone = gone("\"" + owner.instance().name() + "\" left");
      fail(owner, gone);
    }
    if (key == null) {
      done.complete(null);
      return;
    }
    if (key.owners.remove(owner)) {
      key.releasing.add(owner.asked);
    }
    key.leavers.add(done);
    touch(key);
  }

  void update(OwnRegistration owner, CompletableFuture<Void> done) {
    OwnKey key = keys.get(owner.key);
    if (owner.left || key == null) {
      done.completeExceptionally(gone("\"" + owner.instance().name() + "\" left"));
      return;
    }
    owner.renew();
    owner.updates.add(done);
    touch(key);
  }

  void drain(OwnRegistration owner) {
    owner.draining = true;
  }

  List<OwnRegistration> owners(String name) {
    List<OwnRegistration> found = new ArrayList<>();
    for (OwnKey key : keys.values()) {
      for (OwnRegistration owner : key.owners) {
        if (name.isEmpty() || owner.instance().name().equals(name)) {
          found.add(owner);
        }
      }
    }
    return found;
  }

  /** Why a registration is not where it should be, if etcd is to blame. */
  Optional<StoreException> failure(OwnRegistration owner) {
    Optional<StoreException> own =
        Optional.ofNullable(keys.get(owner.key)).flatMap(key -> key.failure);
    return own.isPresent() ? own : leaseFailure;
  }

  CompletableFuture<Void> end() {
    ended = true;
    audit.close();
    leases.close();
    return leases.whenRevoked();
  }

  void abandon() {
    ended = true;
    audit.close();
    writer.close();
    leases.abandon();
    keys.values().forEach(key -> key.following.ifPresent(Following::close));
    keys.clear();
  }

  private static RegistryException gone(String message) {
    return new RegistryException(Reason.CLOSED, message);
  }

  /** Fails whoever waits for a registration, where user code may run. */
  private void fail(OwnRegistration owner, RegistryException why) {
    env.callbacks().execute(() -> owner.joined().completeExceptionally(why));
    owner.updates.forEach(update -> update.completeExceptionally(why));
    owner.updates.clear();
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
    long lease = key.wanted().map(owner -> leases.lease(owner.asked).orElse(0)).orElse(0L);
    return RecordMachine.decide(
        key.key, key.goal(), key.document(), lease, key.observed, leases::ours);
  }

  @Override
  public void settled(OwnKey key, Verdict verdict) {
    if (key.owners.isEmpty()) {
      release(key);
      if (key.forgettable()) {
        forget(key);
      } else {
        follow(key, key.observed.asOf());
      }
      return;
    }
    show(key, verdict);
    if (verdict == Verdict.SETTLED) {
      OwnRegistration owner = key.owners.getLast();
      owner.taking = false;
      owner.mustJoin = false;
      owner.effective(leases.effective(owner.asked));
      key.failure = Optional.empty();
      List<CompletableFuture<Void>> updated = List.copyOf(owner.updates);
      owner.updates.clear();
      key.shown.thenRun(
          () -> {
            env.callbacks().execute(() -> owner.joined().complete(owner));
            updated.forEach(update -> update.complete(null));
          });
      release(key);
      completeLeavers(key);
    }
  }

  private void release(OwnKey key) {
    List<Duration> releasing = List.copyOf(key.releasing);
    key.releasing.clear();
    releasing.forEach(leases::release);
  }

  private void forget(OwnKey key) {
    key.following.ifPresent(Following::close);
    keys.remove(key.key, key);
    completeLeavers(key);
  }

  private void completeLeavers(OwnKey key) {
    List<CompletableFuture<Void>> leavers = List.copyOf(key.leavers);
    key.leavers.clear();
    key.shown.thenRun(() -> leavers.forEach(leaver -> leaver.complete(null)));
  }

  @Override
  public void written(
      OwnKey key, Write write, Header header, Commit.Outcome outcome, boolean straggling) {
    long revision = header.revision();
    if (!outcome.applied() || write.action() == Action.READ) {
      key.observed = key.observed.or(Observed.of(revision, outcome.found()));
    } else if (write.action() == Action.DELETE) {
      key.observed = key.observed.or(Observed.absent(revision));
      show(key, new KeyValue(write.key(), write.value(), 0, revision, 0), true);
    } else {
      KeyValue pair = new KeyValue(write.key(), write.value(), revision, revision, write.lease());
      key.observed = key.observed.or(Observed.found(revision, pair));
      show(key, pair, false);
      follow(key, revision);
    }
    if (straggling) {
      mayLandLate(key, write);
    }
  }

  private void show(OwnKey key, KeyValue pair, boolean deleted) {
    key.shown = showOwnWrite.apply(new Event(pair, deleted, Optional.empty()));
  }

  @Override
  public void failed(OwnKey key, Write write, StoreException cause) {
    key.failure = Optional.of(cause);
    if (cause.mayApply() && write.action() != Action.READ) {
      key.observed = key.observed.doubted();
      mayLandLate(key, write);
    }
    if (cause.failure() == Failure.LEASE_NOT_FOUND) {
      leases.missing(write.lease());
    }
    refuse(key, cause);
    show(key, Verdict.WRITE);
  }

  /**
   * A put guarded by a revision can land only once; one guarded by absence whenever there is none.
   */
  private void mayLandLate(OwnKey key, Write write) {
    if (write.action() == Action.PUT && write.guard() == Guard.ABSENT) {
      key.unresolved.add(write.lease());
      follow(key, key.observed.asOf());
    }
  }

  /** A join does not wait for what etcd refuses. */
  private void refuse(OwnKey key, StoreException cause) {
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

  // ---- the own watch ----

  private void follow(OwnKey key, long from) {
    if (key.following.isEmpty() && !ended) {
      KeyRange range = KeyRange.key(key.key);
      OwnWatch watch = new OwnWatch(key, this::touch);
      key.following =
          Optional.of(from > 0 ? hub.followFrom(range, from, watch) : hub.follow(range, watch));
    }
  }

  /** The cluster was wiped or restored: nothing known is true any more. */
  private void reset() {
    leases.loseAll();
    for (OwnKey key : List.copyOf(keys.values())) {
      key.observed = Observed.NOTHING;
      touch(key);
    }
  }

  // ---- leases ----

  @Override
  public void held(long lease) {
    leaseFailure = Optional.empty();
    List.copyOf(keys.values()).forEach(this::touch);
  }

  @Override
  public void suspect(long lease) {
    List.copyOf(keys.values()).forEach(this::touch);
  }

  @Override
  public void gone(long lease) {
    for (OwnKey key : List.copyOf(keys.values())) {
      key.unresolved.remove(lease);
      if (key.observed.lease() == lease) {
        key.observed = key.observed.doubted();
      }
      touch(key);
    }
  }

  @Override
  public void failing(StoreException cause) {
    leaseFailure = Optional.of(cause);
    for (OwnKey key : List.copyOf(keys.values())) {
      refuse(key, cause);
    }
  }

  @Override
  public void woke() {
    audit.run();
    hub.compareAll();
  }

  // ---- the audit ----

  @Override
  public Map<OwnKey, Observed> known() {
    Map<OwnKey, Observed> known = new HashMap<>();
    keys.values().forEach(key -> known.put(key, key.observed));
    return known;
  }

  @Override
  public void audited(long lease, Map<OwnKey, Observed> before, Set<String> found) {
    for (OwnKey key : List.copyOf(keys.values())) {
      Observed known = before.get(key);
      boolean unchanged = known != null && known.equals(key.observed) && !key.writing;
      boolean expected = key.observed.lease() == lease;
      if (unchanged && expected != found.contains(key.key)) {
        key.observed = key.observed.doubted();
        touch(key);
      }
    }
    for (String stray : found) {
      if (!keys.containsKey(stray)) {
        touch(keys.computeIfAbsent(stray, OwnKey::new)); // a tombstone for what should not be there
      }
    }
  }

  @Override
  public void refused(long lease) {
    for (OwnKey key : List.copyOf(keys.values())) {
      if (key.observed.lease() == lease) {
        key.observed = key.observed.doubted();
        touch(key);
      }
    }
  }

  // ---- what the handles show ----

  private void show(OwnKey key, Verdict verdict) {
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
