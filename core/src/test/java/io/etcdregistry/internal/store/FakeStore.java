package io.etcdregistry.internal.store;

import io.etcdregistry.internal.store.Faults.Call;
import io.etcdregistry.internal.store.Faults.Right;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.spi.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * One client's session with a {@link FakeCluster}. Deterministic: requests travel on the cluster's
 * clock, answers and timeouts on the client's, and nothing happens until a test moves time.
 */
public final class FakeStore implements Store {
  private final FakeCluster cluster;
  private final Time clock;
  private final FakeLink link;
  private final Faults faults = new Faults();

  // Guarded by this.
  private final Set<FakeCall<?>> calls = new LinkedHashSet<>();
  private boolean closed;
  private final List<Call> sent = new ArrayList<>();

  FakeStore(FakeCluster cluster, Time clock) {
    this.cluster = cluster;
    this.clock = clock;
    this.link = new FakeLink(cluster);
  }

  /** The network to the cluster. */
  public FakeLink link() {
    return link;
  }

  /** What else goes wrong for this client. */
  public Faults faults() {
    return faults;
  }

  /** The calls made so far. */
  public synchronized List<Call> sent() {
    return List.copyOf(sent);
  }

  FakeCluster cluster() {
    return cluster;
  }

  Time clock() {
    return clock;
  }

  @Override
  public CompletableFuture<Listing> list(KeyRange range, Duration timeout) {
    return send(
        Call.LIST,
        timeout,
        () -> {
          check(range, Right.READ);
          return cluster.list(range);
        });
  }

  @Override
  public CompletableFuture<Commit> commit(List<Write> writes, Duration timeout) {
    List<Write> copy = List.copyOf(writes);
    return send(
        Call.COMMIT,
        timeout,
        () -> {
          for (Write write : copy) {
            check(
                KeyRange.key(write.key()),
                write.action() == Write.Action.READ ? Right.READ : Right.WRITE);
          }
          return cluster.commit(copy, Optional.of(this));
        });
  }

  @Override
  public CompletableFuture<Grant> grant(long lease, Duration ttl, Duration timeout) {
    return send(Call.GRANT, timeout, () -> cluster.grant(lease, ttl));
  }

  @Override
  public CompletableFuture<Void> revoke(long lease, Duration timeout) {
    return send(
            Call.REVOKE,
            timeout,
            () -> {
              cluster.revoke(lease, Optional.of(this));
              return cluster.header();
            })
        .thenAccept(header -> {});
  }

  @Override
  public CompletableFuture<LeaseKeys> leaseKeys(long lease, Duration timeout) {
    return send(Call.LEASE_KEYS, timeout, () -> cluster.leaseKeys(lease));
  }

  private void check(KeyRange range, Right right) {
    if (faults.denies(range, right)) {
      throw new StoreException(Failure.DENIED, "etcdserver: permission denied");
    }
  }

  private <T> CompletableFuture<T> send(Call kind, Duration timeout, Supplier<T> work) {
    boolean write = kind != Call.LIST && kind != Call.LEASE_KEYS;
    FakeCall<T> call = new FakeCall<>(this, write, work, FakeStore::marked);
    synchronized (this) {
      if (closed) {
        return CompletableFuture.failedFuture(closedFailure());
      }
      calls.add(call);
      sent.add(kind);
    }
    return call.send(faults.take(kind), timeout);
  }

  @SuppressWarnings("unchecked") // a Commit is answered by a Commit
  private static <T> T marked(T answer, boolean straggling) {
    return answer instanceof Commit commit
        ? (T) new Commit(commit.header(), commit.outcomes(), straggling)
        : answer;
  }

  @Override
  public KeepAliveStream keepAlive(KeepAliveStream.Listener listener) {
    FakeKeepAliveStream stream = new FakeKeepAliveStream(this, listener);
    stream.open();
    return stream;
  }

  @Override
  public WatchStream watch(WatchStream.Listener listener) {
    FakeWatchStream stream = new FakeWatchStream(this, listener);
    stream.open();
    return stream;
  }

  @Override
  public void close() {
    List<FakeCall<?>> open;
    synchronized (this) {
      closed = true;
      open = List.copyOf(calls);
    }
    open.forEach(call -> clock.schedule(Duration.ZERO, () -> call.end(closedFailure())));
    link.close();
  }

  synchronized boolean closed() {
    return closed;
  }

  synchronized void ended(FakeCall<?> call) {
    calls.remove(call);
  }

  static StoreException closedFailure() {
    return new StoreException(Failure.CLOSED, "the store is closed");
  }
}
