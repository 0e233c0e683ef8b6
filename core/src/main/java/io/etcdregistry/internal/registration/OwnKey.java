package io.etcdregistry.internal.registration;

import io.etcdregistry.internal.registration.RecordMachine.Goal;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.watch.Following;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A key that this client joined, or ever attempted to: what is wanted of it, and what is known.
 * Touched in the reconciler's serial context only.
 *
 * <p>It is forgotten when nobody wants it, etcd is known to hold nothing of ours there, and no
 * write of ours can land late. Until then it is a tombstone: whatever of ours appears is deleted.
 */
final class OwnKey {
  static final byte[] NOTHING = {};

  final String key;

  /** Who joined it; the last that is ready is wanted, the others wait for their turn. */
  final Deque<OwnRegistration> owners = new ArrayDeque<>();

  /** Who waits to hear that nothing of theirs is left. */
  final List<CompletableFuture<Void>> leavers = new ArrayList<>();

  /** The record as it is to be seen once more before it is deleted, if it left in order. */
  Optional<byte[]> farewell = Optional.empty();

  /** Leases under which a put that nobody can tell the fate of may still land. */
  final Set<Long> unresolved = new HashSet<>();

  /** Those of them under which it is likely, as a member may hold it: leaving waits for them. */
  final Set<Long> unanswered = new HashSet<>();

  /** TTLs whose leases are to be given back once nothing of ours is there. */
  final List<Duration> releasing = new ArrayList<>();

  Observed observed = Observed.NOTHING;

  /** What this client's views were told last. */
  Observed published = Observed.NOTHING;

  /** Completes when they show it. */
  CompletableFuture<Void> shown = CompletableFuture.completedFuture(null);

  Optional<StoreException> failure = Optional.empty();
  Optional<Following> following = Optional.empty();

  /** Whether to read the key although it is known: its watch may have missed something. */
  boolean toRead;

  /** Whether a write is under way. */
  boolean writing;

  /** Whether a put of ours may ever have been applied; else there is nothing to undo. */
  boolean attempted;

  /** Whether to write in a transaction of its own, because one with others was refused. */
  boolean alone;

  /** Writes that were refused in a row. */
  int refusals;

  /** Since when its writes are refused, if they are. */
  long refusedSince;

  /** The lease that the record was seen under last. */
  long joinedUnder;

  /** Whether another owner has the key, as far as is known. */
  boolean standingBy;

  /** When the record was found missing though it is wanted, or 0. */
  long missingSince;

  /** Whether what is found of ours from now on has landed late. */
  boolean tombstone;

  /** Not to be written before. */
  long notBefore;

  OwnKey(String key) {
    this.key = key;
  }

  Optional<OwnRegistration> wanted() {
    for (Iterator<OwnRegistration> latest = owners.descendingIterator(); latest.hasNext(); ) {
      OwnRegistration owner = latest.next();
      if (owner.ready) {
        return Optional.of(owner);
      }
    }
    return Optional.empty();
  }

  Goal goal() {
    return wanted().map(owner -> owner.taking ? Goal.TAKE : Goal.KEEP).orElseGet(this::unwanted);
  }

  private Goal unwanted() {
    if (!attempted) {
      return Goal.NONE;
    }
    return farewell.isPresent() ? Goal.LEAVE : Goal.GONE;
  }

  byte[] document() {
    return wanted().map(owner -> owner.document).or(() -> farewell).orElse(NOTHING);
  }

  /** Whether it has to be looked after any longer, though nobody wants it. */
  boolean forgettable() {
    return owners.isEmpty() && clear() && unresolved.isEmpty();
  }

  /**
   * Whether something of ours may hang on a lease.
   *
   * @param lease which
   */
  boolean mayHangOn(long lease) {
    boolean unknown = observed.kind() == Observed.Kind.UNKNOWN && attempted;
    return writing || unknown || observed.lease() == lease;
  }

  /** Whether somebody still waits to hear that nothing of theirs is left. */
  boolean awaited() {
    return leavers.stream().anyMatch(leaver -> !leaver.isDone());
  }

  /** Whether nothing of ours is there, nor under way. */
  boolean clear() {
    return !writing
        && unanswered.isEmpty()
        && (observed.kind() != Observed.Kind.UNKNOWN || !attempted);
  }
}
