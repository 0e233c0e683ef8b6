package io.etcdregistry.internal.etcd;

import io.etcdregistry.internal.store.Commit;
import io.etcdregistry.internal.store.Grant;
import io.etcdregistry.internal.store.KeepAliveStream;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.KeyValue;
import io.etcdregistry.internal.store.LeaseKeys;
import io.etcdregistry.internal.store.Listing;
import io.etcdregistry.internal.store.Member;
import io.etcdregistry.internal.store.MemberStatus;
import io.etcdregistry.internal.store.Store;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.internal.store.WatchStream;
import io.etcdregistry.internal.store.Write;
import io.etcdregistry.internal.telemetry.Telemetry;
import io.etcdregistry.protocol.LeaseGrantRequest;
import io.etcdregistry.protocol.LeaseRevokeRequest;
import io.etcdregistry.protocol.LeaseTimeToLiveRequest;
import io.etcdregistry.protocol.LeaseTimeToLiveResponse;
import io.etcdregistry.protocol.MemberListRequest;
import io.etcdregistry.protocol.RangeRequest;
import io.etcdregistry.protocol.StatusRequest;
import io.etcdregistry.protocol.StatusResponse;
import io.etcdregistry.spi.Time;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLSocketFactory;

/** A store in an etcd cluster, spoken to by gRPC. */
public final class EtcdStore implements Store {
  private final Engine engine;

  private EtcdStore(EtcdConfig config, Dialer dialer, Loop loop, Telemetry telemetry) {
    this.engine = new Engine(config, dialer, loop, telemetry);
  }

  /**
   * A store that connects when it is first used.
   *
   * @param config which etcd, and how
   * @param transport makes the channels, and lends its thread; outlives the store
   * @param time both clocks and the scheduler
   * @param executor runs what takes long: at least two threads, which outlive the store
   * @param telemetry what is reported to
   * @return the store; no network has been touched
   * @throws StoreException if a file of the configuration cannot be read
   */
  public static EtcdStore open(
      EtcdConfig config, Transport transport, Time time, Executor executor, Telemetry telemetry) {
    Loop loop = new Loop(time, executor, transport.readers(executor), transport.contexts());
    GrpcDialer dialer = new GrpcDialer(config.tls(), transport, loop, telemetry);
    return new EtcdStore(config, dialer, loop, telemetry);
  }

  /** A store over channels of one's own. */
  static EtcdStore open(
      EtcdConfig config, Time time, Executor executor, Telemetry telemetry, Dialer dialer) {
    return new EtcdStore(config, dialer, new Loop(time, executor), telemetry);
  }

  @Override
  public CompletableFuture<Listing> list(KeyRange range, Duration timeout) {
    return Pages.of(engine, range, timeout).read();
  }

  @Override
  public CompletableFuture<Commit> commit(List<Write> writes, Duration timeout) {
    List<Write> all = List.copyOf(writes);
    StoreException wrong = check(all);
    if (wrong != null) {
      return CompletableFuture.failedFuture(wrong);
    }
    return engine
        .call(Call.TXN, Messages.transaction(all), timeout)
        .thenApply(
            answer ->
                Messages.commit(all, answer.orThrow(), answer.straggling(), answer.unanswered()));
  }

  private static @org.jspecify.annotations.Nullable StoreException check(List<Write> writes) {
    if (writes.isEmpty() || writes.size() > MAX_WRITES) {
      return new StoreException(
          Failure.INVALID, "writes: " + writes.size() + " (expected: 1 to " + MAX_WRITES + ")");
    }
    long bytes = 0;
    Set<String> keys = new HashSet<>();
    for (Write write : writes) {
      bytes += write.size();
      if (!keys.add(write.key())) {
        return new StoreException(
            Failure.INVALID, "writes: two of " + Errors.quote(write.key()) + " (expected: one)");
      }
    }
    return bytes <= MAX_BYTES
        ? null
        : new StoreException(
            Failure.TOO_LARGE, "writes: " + bytes + " bytes (expected: <= " + MAX_BYTES + ")");
  }

  @Override
  public CompletableFuture<Grant> grant(long lease, Duration ttl, Duration timeout) {
    LeaseGrantRequest request =
        LeaseGrantRequest.newBuilder().setID(lease).setTTL(ttl.toSeconds()).build();
    long deadline = engine.loop().now() + timeout.toNanos();
    return engine
        .call(Call.GRANT, request, timeout)
        .thenCompose(
            answer -> {
              // The id is ours alone: if it is taken, an attempt of ours has taken it.
              if (answer.refusal().filter(kind -> kind == Fault.Kind.LEASE_EXISTS).isPresent()) {
                return granted(lease, Duration.ofNanos(deadline - engine.loop().now()));
              }
              return CompletableFuture.completedFuture(
                  new Grant(
                      Messages.header(answer.orThrow().getHeader()),
                      lease,
                      Duration.ofSeconds(answer.orThrow().getTTL())));
            });
  }

  private CompletableFuture<Grant> granted(long lease, Duration timeout) {
    return timeToLive(lease, false, timeout)
        .thenApply(
            found ->
                new Grant(
                    Messages.header(found.getHeader()),
                    lease,
                    Duration.ofSeconds(found.getGrantedTTL())));
  }

  @Override
  public CompletableFuture<Void> revoke(long lease, Duration timeout) {
    return engine
        .call(Call.REVOKE, LeaseRevokeRequest.newBuilder().setID(lease).build(), timeout)
        .thenAccept(
            answer -> {
              if (answer.refusal().filter(k -> k == Fault.Kind.LEASE_NOT_FOUND).isEmpty()) {
                answer.orThrow();
              }
            });
  }

  @Override
  public CompletableFuture<LeaseKeys> leaseKeys(long lease, Duration timeout) {
    return timeToLive(lease, true, timeout)
        .thenApply(
            found ->
                new LeaseKeys(
                    Messages.header(found.getHeader()), Messages.keys(found.getKeysList())));
  }

  private CompletableFuture<LeaseTimeToLiveResponse> timeToLive(
      long lease, boolean keys, Duration timeout) {
    return engine
        .call(
            Call.TIME_TO_LIVE,
            LeaseTimeToLiveRequest.newBuilder().setID(lease).setKeys(keys).build(),
            timeout)
        .thenApply(
            answer -> {
              LeaseTimeToLiveResponse found = answer.orThrow();
              if (found.getTTL() <= 0 && found.getGrantedTTL() == 0) {
                throw new StoreException(
                    Failure.LEASE_NOT_FOUND, "lease " + Long.toHexString(lease) + " is not there");
              }
              return found;
            });
  }

  /**
   * Reads how long a lease has to live.
   *
   * @param lease the id
   * @param timeout for all attempts together
   * @return what is left; fails with {@link Failure#LEASE_NOT_FOUND} if there is none
   */
  public CompletableFuture<Duration> remaining(long lease, Duration timeout) {
    return timeToLive(lease, false, timeout)
        .thenApply(found -> Duration.ofSeconds(Math.max(0, found.getTTL())));
  }

  /**
   * Counts the keys of a range, and reads nothing of them.
   *
   * @param range what to count
   * @param timeout for all attempts together
   * @return how many there are
   */
  public CompletableFuture<Long> count(KeyRange range, Duration timeout) {
    RangeRequest request =
        RangeRequest.newBuilder()
            .setKey(Messages.bytes(range.first()))
            .setRangeEnd(Messages.bytes(range.end()))
            .setCountOnly(true)
            .build();
    return engine
        .call(Call.RANGE, request, timeout)
        .thenApply(answer -> answer.orThrow().getCount());
  }

  /**
   * Reads the keys of a range without their values, all at one revision.
   *
   * @param range what to read
   * @param timeout for all pages together
   * @return the keys in order
   */
  public CompletableFuture<List<String>> keys(KeyRange range, Duration timeout) {
    return Pages.ofKeys(engine, range, timeout)
        .read()
        .thenApply(listing -> listing.pairs().stream().map(KeyValue::key).toList());
  }

  /**
   * Asks a member for its status, with or without a leader.
   *
   * @param timeout for all attempts together
   * @return what the member that answers says of itself
   */
  public CompletableFuture<MemberStatus> status(Duration timeout) {
    return engine
        .call(Call.STATUS, StatusRequest.getDefaultInstance(), timeout)
        .thenApply(
            answer -> {
              StatusResponse status = answer.orThrow();
              return new MemberStatus(
                  status.getHeader().getMemberId(),
                  status.getVersion(),
                  status.getLeader(),
                  status.getDbSize(),
                  status.getDbSizeInUse(),
                  status.getDbSizeQuota(),
                  status.getIsLearner(),
                  status.getErrorsList());
            });
  }

  /**
   * Asks for the cluster's members.
   *
   * @param timeout for all attempts together
   * @return the members, started or not
   */
  public CompletableFuture<List<Member>> members(Duration timeout) {
    return engine
        .call(Call.MEMBERS, MemberListRequest.newBuilder().setLinearizable(false).build(), timeout)
        .thenApply(
            answer ->
                answer.orThrow().getMembersList().stream()
                    .map(one -> new Member(one.getID(), one.getName(), one.getClientURLsList()))
                    .toList());
  }

  @Override
  public KeepAliveStream keepAlive(KeepAliveStream.Listener listener) {
    return new KeepAlives(engine, listener).open();
  }

  @Override
  public WatchStream watch(WatchStream.Listener listener) {
    return new Watches(engine, listener).open();
  }

  /**
   * The endpoints known at the moment, for a person.
   *
   * @return each with its address and, after a colon, what is wrong with it, if anything; the one
   *     spoken to first
   */
  public CompletableFuture<List<String>> endpoints() {
    CompletableFuture<List<String>> known = new CompletableFuture<>();
    engine.loop().execute(() -> known.complete(engine.endpoints().describe()));
    return known;
  }

  /**
   * What makes sockets that are encrypted, trust and show what the store's own connections do: for
   * what a member serves beside gRPC.
   *
   * @return empty if those are not encrypted
   */
  public Optional<SSLSocketFactory> sockets() {
    return engine.dialer().sockets();
  }

  @Override
  public void close() {
    engine.close();
  }
}
