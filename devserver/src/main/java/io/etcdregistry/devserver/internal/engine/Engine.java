package io.etcdregistry.devserver.internal.engine;

import io.etcdregistry.protocol.CompactionRequest;
import io.etcdregistry.protocol.CompactionResponse;
import io.etcdregistry.protocol.DeleteRangeRequest;
import io.etcdregistry.protocol.DeleteRangeResponse;
import io.etcdregistry.protocol.LeaseGrantRequest;
import io.etcdregistry.protocol.LeaseGrantResponse;
import io.etcdregistry.protocol.LeaseKeepAliveRequest;
import io.etcdregistry.protocol.LeaseKeepAliveResponse;
import io.etcdregistry.protocol.LeaseLeasesResponse;
import io.etcdregistry.protocol.LeaseRevokeRequest;
import io.etcdregistry.protocol.LeaseRevokeResponse;
import io.etcdregistry.protocol.LeaseStatus;
import io.etcdregistry.protocol.LeaseTimeToLiveRequest;
import io.etcdregistry.protocol.LeaseTimeToLiveResponse;
import io.etcdregistry.protocol.PutRequest;
import io.etcdregistry.protocol.PutResponse;
import io.etcdregistry.protocol.RangeRequest;
import io.etcdregistry.protocol.RangeResponse;
import io.etcdregistry.protocol.ResponseHeader;
import io.etcdregistry.protocol.StatusResponse;
import io.etcdregistry.protocol.TxnRequest;
import io.etcdregistry.protocol.TxnResponse;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * An etcd in memory: requests in, etcd's answers out.
 *
 * <p>Thread-safe. One lock makes the operations serial, as etcd's log does. A lock and not a thread
 * of its own, because every operation is short work in memory and its caller waits for the answer
 * anyway: a thread would only add a hop. What leaves the lock is immutable, so answers are put on
 * the wire outside it, and watchers are told that something happened, not what: they fetch a {@link
 * #slice} of the history when they can send it, and hold nothing up.
 */
public final class Engine {
  private final Identity identity;
  private final Limits limits;
  private final LongSupplier clock;
  private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();

  // Touched under the lock only.
  private Mvcc store = new Mvcc();
  private Leases leases = new Leases();
  private Writes writes = new Writes(store, leases);
  private Transactions transactions = new Transactions(store, writes);
  private History history;
  private long applied;

  /**
   * An empty engine.
   *
   * @param identity who answers
   * @param limits how much of the past to keep
   * @param clock nanoseconds since the engine began, for the leases; never runs backwards
   */
  public Engine(Identity identity, Limits limits, LongSupplier clock) {
    this.identity = identity;
    this.limits = limits;
    this.clock = clock;
    this.history = new History(limits.revisions(), limits.supersededBytes());
  }

  /** Answers a read. */
  public RangeResponse range(RangeRequest request) {
    Checks.range(request);
    synchronized (this) {
      return Reads.range(store, request, header());
    }
  }

  /** Applies a put. */
  public PutResponse put(PutRequest request) {
    Checks.put(request);
    Checks.size(request);
    return write(
        () -> {
          checkQuota(Quota.of(request));
          writes.checkAlone(request);
          return writes.put(request, header());
        });
  }

  /** Applies a delete. */
  public DeleteRangeResponse delete(DeleteRangeRequest request) {
    Checks.delete(request);
    Checks.size(request);
    return write(() -> writes.delete(request, header()));
  }

  /** Runs a transaction. */
  public TxnResponse txn(TxnRequest request) {
    Checks.txn(request);
    if (Transactions.readOnly(request)) {
      synchronized (this) {
        return transactions.run(request, header());
      }
    }
    Checks.size(request);
    return write(
        () -> {
          checkQuota(Quota.of(request));
          return transactions.run(request, header());
        });
  }

  /** Forgets what no read at or after a revision can see. */
  public CompactionResponse compact(CompactionRequest request) {
    return write(
        () -> {
          compact(request.getRevision());
          history.compacted(request.getRevision(), store.revision());
          return CompactionResponse.newBuilder().setHeader(header()).build();
        });
  }

  /** Grants a lease, under an id of its own if none is given. */
  public LeaseGrantResponse grant(LeaseGrantRequest request) {
    return write(
        () -> {
          checkQuota(Limits.OVERHEAD);
          long id = request.getID() == 0 ? freeLeaseId() : request.getID();
          Leases.Lease lease = leases.grant(id, request.getTTL(), clock.getAsLong());
          return LeaseGrantResponse.newBuilder()
              .setHeader(header())
              .setID(id)
              .setTTL(lease.ttl())
              .build();
        });
  }

  /** Ends a lease and deletes its keys, in one revision. */
  public LeaseRevokeResponse revoke(LeaseRevokeRequest request) {
    write(
        () -> {
          Leases.Lease lease = leases.get(request.getID());
          if (lease == null) {
            throw new RefusedException(Refusal.LEASE_NOT_FOUND);
          }
          writes.revoke(lease);
          return lease;
        });
    return LeaseRevokeResponse.newBuilder().setHeader(currentHeader()).build();
  }

  /** Gives a lease its full time again; TTL 0 in the answer if there is none. */
  public LeaseKeepAliveResponse renew(LeaseKeepAliveRequest request) {
    // The revision of the answer is from before, so that it never claims to have seen more than it
    // has.
    LeaseKeepAliveResponse.Builder response =
        LeaseKeepAliveResponse.newBuilder().setHeader(currentHeader()).setID(request.getID());
    expire();
    synchronized (this) {
      Leases.Lease lease = leases.get(request.getID());
      if (lease != null) {
        leases.renew(lease, clock.getAsLong());
        response.setTTL(lease.ttl());
      }
    }
    return response.build();
  }

  /** Describes a lease; TTL -1 in the answer if there is none. */
  public synchronized LeaseTimeToLiveResponse timeToLive(LeaseTimeToLiveRequest request) {
    LeaseTimeToLiveResponse.Builder response =
        LeaseTimeToLiveResponse.newBuilder().setHeader(header()).setID(request.getID());
    Leases.Lease lease = leases.get(request.getID());
    if (lease == null) {
      return response.setTTL(-1).build();
    }
    if (request.getKeys()) {
      response.addAllKeys(lease.keys());
    }
    return response.setTTL(lease.remaining(clock.getAsLong())).setGrantedTTL(lease.ttl()).build();
  }

  /** Lists the leases. */
  public synchronized LeaseLeasesResponse leases() {
    LeaseLeasesResponse.Builder response = LeaseLeasesResponse.newBuilder().setHeader(header());
    for (Leases.Lease lease : leases.all()) {
      response.addLeases(LeaseStatus.newBuilder().setID(lease.id()));
    }
    return response.build();
  }

  /**
   * Ends the leases whose time is over, each in a revision of its own.
   *
   * @return nanoseconds until the next one ends, or -1 if there is none
   */
  public long expire() {
    while (true) {
      long now = clock.getAsLong();
      synchronized (this) {
        Leases.Lease next = leases.next();
        if (next == null) {
          return -1;
        }
        if (next.expiry() > now) {
          return next.expiry() - now;
        }
      }
      write(
          () -> {
            Leases.Lease next = leases.next();
            if (next != null && next.expiry() <= now) {
              writes.revoke(next);
            }
            return now;
          });
    }
  }

  /** How many leases will have less than 40 % of their time left, after some more time. */
  public synchronized int overdue(long afterNanos) {
    long then = clock.getAsLong() + afterNanos;
    return (int)
        leases.all().stream()
            .filter(
                lease -> (lease.expiry() - then) / 40 < TimeUnit.SECONDS.toNanos(lease.ttl()) / 100)
            .count();
  }

  /** Forgets everything. Watches that are under way are not told of it. */
  public synchronized void wipe() {
    store = new Mvcc();
    leases = new Leases();
    writes = new Writes(store, leases);
    transactions = new Transactions(store, writes);
    history = new History(limits.revisions(), limits.supersededBytes());
    applied = 0;
  }

  /** What a member says of itself. */
  public synchronized StatusResponse.Builder status() {
    return StatusResponse.newBuilder()
        .setHeader(header())
        .setDbSize(store.bytes())
        .setDbSizeInUse(store.bytes())
        .setLeader(identity.memberId())
        .setRaftIndex(applied)
        .setRaftAppliedIndex(applied)
        .setRaftTerm(Identity.RAFT_TERM);
  }

  /** The history from a revision on: at most so many revisions, up to the one that fills it up. */
  public synchronized Slice slice(long from, int max, long maxBytes) {
    return new Slice(
        history.from(from, max, maxBytes),
        history.first(store.revision()),
        store.compactRevision(),
        store.revision());
  }

  /** A header with the present revision. */
  public synchronized ResponseHeader currentHeader() {
    return header();
  }

  /** Who answers. */
  public Identity identity() {
    return identity;
  }

  /**
   * Has a task run after every commit, on the thread that committed. It MUST be quick, MUST NOT
   * block and MUST NOT throw.
   */
  public void listen(Runnable listener) {
    listeners.add(listener);
  }

  /** Ends {@link #listen}. */
  public void ignore(Runnable listener) {
    listeners.remove(listener);
  }

  /** As etcd: what would be written is counted as if nothing were replaced. */
  private void checkQuota(long added) {
    long used = store.current() + (long) leases.count() * Limits.OVERHEAD;
    if (added > 0 && used + added > limits.quota()) {
      throw new RefusedException(Refusal.NO_SPACE);
    }
  }

  private <T> T write(Supplier<T> operation) {
    T answer;
    Commit commit;
    synchronized (this) {
      answer = operation.get();
      applied++;
      commit = store.commit();
      if (commit != null) {
        history.add(commit);
        keepWithinLimits();
      }
    }
    if (commit != null) {
      listeners.forEach(Runnable::run);
    }
    return answer;
  }

  private void keepWithinLimits() {
    long to = history.overflow(store.revision());
    if (to > store.compactRevision()) {
      compact(to);
    }
    history.dropBefore(to);
  }

  private void compact(long to) {
    long from = store.compactRevision() + 1;
    store.startCompaction(to);
    history.between(from, to, store::forget);
  }

  private long freeLeaseId() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long id = random.nextLong(1, Long.MAX_VALUE);
    while (leases.get(id) != null) {
      id = random.nextLong(1, Long.MAX_VALUE);
    }
    return id;
  }

  private ResponseHeader header() {
    return identity.header(store.revision());
  }

  /** All commits that are kept, for tests of the bounds. */
  synchronized List<Commit> kept() {
    return history.from(0, Integer.MAX_VALUE, Long.MAX_VALUE);
  }
}
