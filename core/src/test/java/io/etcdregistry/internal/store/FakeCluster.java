package io.etcdregistry.internal.store;

import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.internal.store.WatchStream.Event;
import io.etcdregistry.internal.store.Write.Action;
import io.etcdregistry.internal.store.Write.Guard;
import io.etcdregistry.spi.Time;
import io.etcdregistry.testing.FakeTime;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A small etcd in memory, behind the port: the state that all its clients share, and what an
 * operator or a bad day does to it. Its time is a {@link FakeTime}: nothing happens until a test
 * moves it.
 *
 * <p>Clients are {@link FakeStore}s; what befalls only one of them is asked for there. Thread-safe.
 */
public final class FakeCluster {
  /** Which etcd's manners it has. */
  public enum Version {
    /** Deletes at the compacted revision itself are lost to later watches. */
    V3_4,
    /** They are not. */
    V3_5
  }

  /** What etcd makes of smaller TTLs with its default election timeout. */
  public static final Duration DEFAULT_MIN_TTL = Duration.ofSeconds(2);

  private final FakeTime time;
  private final FakeLeases leases;
  private final Set<FakeWatch> watches = new LinkedHashSet<>();
  private final Set<FakeStore> clients = new LinkedHashSet<>();
  private final Set<Long> ended = new HashSet<>();
  private Version version = Version.V3_4;
  private Duration minTtl = DEFAULT_MIN_TTL;
  private long clusterId = 0x5eed_0001L;
  private FakeHistory history = new FakeHistory();
  private boolean leader = true;
  private boolean full;
  private int resets;
  private int watchesBegun;
  private Consumer<FakeChange> observer = change -> {};

  /** An empty cluster with a leader. */
  public FakeCluster(FakeTime time) {
    this.time = time;
    this.leases =
        new FakeLeases(time, lease -> end(lease, FakeChange.Cause.EXPIRED, Optional.empty()));
  }

  /** Tells someone of every change, when it is made. */
  public synchronized void observe(Consumer<FakeChange> observer) {
    this.observer = observer;
  }

  /** Sets whose manners it has; {@link Version#V3_4} unless told. */
  public synchronized FakeCluster version(Version version) {
    this.version = version;
    return this;
  }

  /** Sets to what smaller TTLs are raised; {@link #DEFAULT_MIN_TTL} unless told. */
  public synchronized FakeCluster minTtl(Duration minTtl) {
    this.minTtl = minTtl;
    return this;
  }

  /** A client whose clock is the cluster's. */
  public FakeStore client() {
    return client(time);
  }

  /** A client with a clock of its own, which must rest on the cluster's. */
  public synchronized FakeStore client(Time clock) {
    FakeStore client = new FakeStore(this, clock);
    clients.add(client);
    return client;
  }

  FakeTime time() {
    return time;
  }

  // What there is.

  /** Which cluster this is, and its revision. */
  public synchronized Header header() {
    return new Header(clusterId, history.revision());
  }

  /** The pair at a key. */
  public synchronized Optional<KeyValue> pair(String key) {
    return history.pair(key);
  }

  /** The pairs of a range, and the revision now. */
  public synchronized Listing list(KeyRange range) {
    return new Listing(header(), history.pairs(range));
  }

  /** Every event since the cluster began or was restored, also those that are compacted. */
  public synchronized List<Event> events() {
    return history.events();
  }

  /** How many events there were, {@link #events()} without a copy. */
  public synchronized int eventCount() {
    return history.eventCount();
  }

  /** The events from a number on, in the order they came. */
  public synchronized List<Event> eventsFrom(int number) {
    return history.eventsFrom(number);
  }

  /** The leases that live. */
  public synchronized Set<Long> leases() {
    return leases.ids();
  }

  /** Whether a lease of that id has ended before; a grant that lands late makes it anew. */
  public synchronized boolean ended(long lease) {
    return ended.contains(lease);
  }

  /** The time a lease has left. */
  public synchronized Optional<Duration> remaining(long lease) {
    return leases.remaining(lease);
  }

  /** How many streams all clients have open. */
  public synchronized int openStreams() {
    return clients.stream().mapToInt(client -> client.link().openStreams()).sum();
  }

  /** How many watches are set up. */
  public synchronized int openWatches() {
    return watches.size();
  }

  /** How many watches were ever set up. */
  public synchronized int watchesBegun() {
    return watchesBegun;
  }

  /** The revision compacted to last, or 0. */
  public synchronized long compactedTo() {
    return history.compacted();
  }

  // What a client or an operator asks for.

  /** Someone with all rights. */
  public StoreBench.Admin admin() {
    return new StoreBench.Admin() {
      @Override
      public long put(String key, byte[] value, long lease) {
        return FakeCluster.this.put(key, value, lease);
      }

      @Override
      public long delete(String key) {
        return FakeCluster.this.delete(key);
      }

      @Override
      public void compact(long revision) {
        FakeCluster.this.compact(revision);
      }

      @Override
      public void revoke(long lease) {
        FakeCluster.this.revoke(lease);
      }
    };
  }

  /** Puts a pair by hand, whatever is there. */
  public long put(String key, byte[] value, long lease) {
    return commit(List.of(Write.put(key, Guard.ALWAYS, 0, value, lease))).header().revision();
  }

  /** Deletes a pair by hand. */
  public long delete(String key) {
    return commit(List.of(Write.delete(key, Guard.ALWAYS, 0))).header().revision();
  }

  /** Applies a transaction of an operator's. */
  public Commit commit(List<Write> writes) {
    return commit(writes, Optional.empty());
  }

  synchronized Commit commit(List<Write> writes, Optional<FakeStore> by) {
    check(writes);
    int before = history.eventCount();
    List<Commit.Outcome> outcomes = history.apply(writes, leases.ids());
    publish(FakeChange.Cause.WRITTEN, by, before);
    return new Commit(header(), outcomes, false);
  }

  private void check(List<Write> writes) {
    if (writes.isEmpty() || writes.size() > Store.MAX_WRITES) {
      throw new StoreException(
          Failure.INVALID,
          writes.size() + " writes in one commit (expected: 1 to " + Store.MAX_WRITES + ")");
    }
    if (writes.stream().mapToLong(Write::size).sum() > Store.MAX_BYTES) {
      throw new StoreException(Failure.TOO_LARGE, "the request is larger than etcd takes");
    }
    if (full && writes.stream().anyMatch(write -> write.action() == Action.PUT)) {
      throw noSpace();
    }
  }

  private static StoreException noSpace() {
    return new StoreException(Failure.NO_SPACE, "mvcc: database space exceeded");
  }

  /** Grants a lease; one that exists is left as it is. */
  public synchronized Grant grant(long lease, Duration ttl) {
    if (full) {
      throw noSpace();
    }
    if (!leases.contains(lease)) {
      leases.grant(lease, ttl.compareTo(minTtl) < 0 ? minTtl : ttl);
    }
    return new Grant(header(), lease, leases.granted(lease).orElseThrow());
  }

  /** Revokes a lease, which deletes its keys at one revision. */
  public void revoke(long lease) {
    revoke(lease, Optional.empty());
  }

  void revoke(long lease, Optional<FakeStore> by) {
    end(lease, FakeChange.Cause.REVOKED, by);
  }

  private synchronized void end(long lease, FakeChange.Cause cause, Optional<FakeStore> by) {
    leases.remove(lease);
    ended.add(lease);
    int before = history.eventCount();
    history.drop(lease);
    publish(cause, by, before);
  }

  /** Renews a lease; zero if there is none. */
  synchronized Duration renew(long lease) {
    return leases.renew(lease);
  }

  /** What hangs on a lease. */
  public synchronized LeaseKeys leaseKeys(long lease) {
    if (!leases.contains(lease)) {
      throw new StoreException(
          Failure.LEASE_NOT_FOUND, "lease " + Long.toHexString(lease) + " does not exist");
    }
    return new LeaseKeys(header(), history.keys(lease));
  }

  /** Compacts: what was overwritten or deleted up to the revision is forgotten. */
  public synchronized void compact(long revision) {
    history.compact(revision);
  }

  // What befalls all clients at once.

  /** Takes the leader away: nothing is answered, no lease expires, streams break. */
  public synchronized void loseLeader() {
    leader = false;
    leases.freeze();
    breakStreams(noLeader());
  }

  /**
   * Elects a leader, at once if there is none: every lease begins anew.
   *
   * @param electionTimeout what the new leader adds to every lease
   */
  public synchronized void electLeader(Duration electionTimeout) {
    leader = true;
    leases.restart(electionTimeout);
  }

  static StoreException noLeader() {
    return new StoreException(Failure.NO_LEADER, "etcdserver: no leader");
  }

  /** Whether there is a leader. */
  public synchronized boolean hasLeader() {
    return leader;
  }

  /** Raises or clears the space alarm: puts and grants are refused, reads and deletes are not. */
  public synchronized void full(boolean full) {
    this.full = full;
  }

  /** Whether the space alarm is raised. */
  public synchronized boolean full() {
    return full;
  }

  /** Restarts all members: every stream breaks, nothing is forgotten, every lease begins anew. */
  public synchronized void restart() {
    breakStreams(new StoreException(Failure.UNREACHABLE, "the member went away"));
    leases.restart(Duration.ZERO);
  }

  /** Loses all data: the revision starts again, in a cluster of the same id. */
  public void wipe() {
    wipe(true);
  }

  /** Loses all data: the revision starts again. */
  public void wipe(boolean sameId) {
    become(new FakeHistory(), Map.of(), sameId);
  }

  /** A copy to be restored later. */
  public synchronized Image snapshot() {
    return new Image(new FakeHistory(history), leases.ttls());
  }

  /** Goes back to what was: later writes are gone, every lease of the copy begins anew. */
  public void restore(Image image, boolean sameId) {
    become(new FakeHistory(image.history), image.leases, sameId);
  }

  private synchronized void become(FakeHistory next, Map<Long, Duration> ttls, boolean sameId) {
    breakStreams(new StoreException(Failure.UNREACHABLE, "the member went away"));
    leases.clear();
    history = next;
    clusterId = sameId ? clusterId : clusterId + 1;
    ttls.forEach(leases::grant);
    resets++;
    observer.accept(new FakeChange(FakeChange.Cause.RESET, Optional.empty(), history.events()));
  }

  /** How often it was wiped or restored: what was sent to the members before is lost with them. */
  synchronized int resets() {
    return resets;
  }

  /** Breaks every stream of every client. */
  public synchronized void breakStreams(StoreException cause) {
    clients.forEach(client -> client.link().breakStreams(cause));
  }

  /** The state of a cluster at some moment. */
  public static final class Image {
    private final FakeHistory history;
    private final Map<Long, Duration> leases;

    private Image(FakeHistory history, Map<Long, Duration> leases) {
      this.history = history;
      this.leases = leases;
    }
  }

  // Watches.

  synchronized void add(FakeWatch watch) {
    watches.add(watch);
    watchesBegun++;
  }

  synchronized void remove(FakeWatch watch) {
    watches.remove(watch);
  }

  private void publish(FakeChange.Cause cause, Optional<FakeStore> by, int before) {
    if (history.eventCount() > before) {
      observer.accept(new FakeChange(cause, by, history.eventsFrom(before)));
      List.copyOf(watches).forEach(FakeWatch::follow);
    }
  }

  /**
   * Whether a stream with these watches gets a sign of life: a newer etcd is silent while one of
   * them lags, and if there is none.
   */
  boolean answersProgress(Collection<FakeWatch> open) {
    boolean all = !open.isEmpty() && open.stream().allMatch(FakeWatch::caughtUp);
    return version == Version.V3_4 || all;
  }

  synchronized List<Event> events(KeyRange range, long from) {
    return history.events(range, from, version == Version.V3_4);
  }
}
