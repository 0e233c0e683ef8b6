package io.etcdregistry.internal.diagnosis;

import io.etcdregistry.RegistryException;
import io.etcdregistry.internal.client.Connector;
import io.etcdregistry.internal.codec.Keys;
import io.etcdregistry.internal.config.ConnectionString;
import io.etcdregistry.internal.diagnosis.EndpointReport.Reach;
import io.etcdregistry.internal.etcd.EtcdConfig;
import io.etcdregistry.internal.etcd.EtcdStore;
import io.etcdregistry.internal.etcd.Transport;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.Member;
import io.etcdregistry.internal.store.MemberStatus;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.internal.store.Write;
import io.etcdregistry.internal.telemetry.Telemetry;
import io.etcdregistry.internal.time.SystemTime;
import io.etcdregistry.internal.time.Threads;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.function.Predicate;
import javax.net.ssl.SSLSocketFactory;

/**
 * Looks at a cluster member by member, and at what a user may do there. Changes nothing. Blocks,
 * each method for some seconds at most; not thread-safe.
 */
public final class Inspector implements AutoCloseable {
  /** One that takes longer to answer is away, however long others are waited for. */
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private static final int LOOKS = 3;

  /** A fleet may have thousands: etcd is asked for so many at once. */
  private static final int LEASES_AT_A_TIME = 256;

  /** The end of a key that nobody writes. */
  private static final String PROBE = "etcd-registry-doctor/probe";

  private final ConnectionString connection;

  /** How long an answer may take. */
  private final Duration limit;

  private final Transport transport = Transport.open();
  private final SystemTime time = new SystemTime(transport.thread());
  private final ExecutorService workers = Threads.workers("inspector", 2, transport::close);
  private final EtcdStore store;
  private final Keys keys;

  private Inspector(ConnectionString connection) {
    this.connection = connection;
    Duration timeout = connection.timing().timeout();
    this.limit = timeout.compareTo(LONGEST) < 0 ? timeout : LONGEST;
    this.keys = Keys.of(connection.namespace());
    try {
      this.store = open(Connector.config(connection));
    } catch (RuntimeException e) {
      workers.shutdown();
      throw e;
    }
  }

  private EtcdStore open(EtcdConfig config) {
    return EtcdStore.open(config, transport, time, workers, new Telemetry(workers, time));
  }

  /**
   * Prepares to look at a cluster; no network I/O.
   *
   * @param connection the connection string
   * @throws RegistryException {@code INVALID} if it is wrong
   */
  public static Inspector open(String connection) {
    ConnectionString parsed = ConnectionString.parse(connection);
    parsed.checkFiles();
    return new Inspector(parsed);
  }

  /** What a user may or may not do. */
  public enum Right {
    /** Reading the records of the namespace. */
    READ,
    /** Reading what operators say of the instances of the namespace. */
    READ_OVERRIDES,
    /** Writing a record of the namespace. */
    WRITE
  }

  /** The beginning of the keys of all records of the namespace. */
  public String prefix() {
    return keys.toString();
  }

  /** The beginning of the keys of what operators say of them. */
  public String overrides() {
    return keys.overrides().toString();
  }

  /** The user that etcd is told; empty for none. */
  public Optional<String> user() {
    return connection.security().login().map(ConnectionString.Login::user);
  }

  /** Whether connections are encrypted. */
  public boolean tls() {
    return connection.security().tls();
  }

  /**
   * What makes sockets that trust and show what the connection says; empty if it is not encrypted.
   */
  public Optional<SSLSocketFactory> sockets() {
    return store.sockets();
  }

  /** The file with the certificates of the authorities that are trusted; empty for the JVM's. */
  public Optional<String> authorities() {
    return connection.security().files().ca().map(Object::toString);
  }

  /** The file with the certificate that is shown to etcd; empty for none. */
  public Optional<String> certificate() {
    return connection.security().files().cert().map(Object::toString);
  }

  /** Every endpoint that the connection names, and every other that the cluster tells of. */
  public List<EndpointReport> endpoints() {
    Map<String, EtcdConfig.Seed> given = new LinkedHashMap<>();
    connection
        .seeds()
        .forEach(seed -> given.put(seed.toString(), new EtcdConfig.Seed(seed.host(), seed.port())));
    List<EndpointReport> reports = new ArrayList<>(look(given, true));
    if (reports.stream().noneMatch(EndpointReport::answers)) {
      return reports;
    }
    List<Member> members = members();
    Map<String, EtcdConfig.Seed> others = new LinkedHashMap<>();
    for (Member member : members) {
      if (reports.stream().noneMatch(report -> isOf(report, member))) {
        member.urls().forEach(url -> seed(url).ifPresent(seed -> others.put(url, seed)));
      }
    }
    reports.addAll(look(others, false));
    return reports.stream().map(report -> report.named(name(report, members))).toList();
  }

  private List<Member> members() {
    try {
      return get(store.members(limit));
    } catch (RegistryException e) {
      return List.of();
    }
  }

  /** By its id where that is known, else by its address. */
  private static boolean isOf(EndpointReport report, Member member) {
    return report
        .status()
        .map(status -> status.id() == member.id())
        .orElseGet(
            () ->
                member.urls().stream()
                    .map(url -> url.replaceFirst("^https?://", ""))
                    .anyMatch(report.address().replaceFirst("^https?://", "")::equals));
  }

  private static String name(EndpointReport report, List<Member> members) {
    return members.stream()
        .filter(member -> isOf(report, member))
        .map(Member::name)
        .findFirst()
        .orElse("");
  }

  private static Optional<EtcdConfig.Seed> seed(String url) {
    try {
      URI uri = new URI(url);
      return uri.getHost() == null || uri.getPort() < 0
          ? Optional.empty()
          : Optional.of(
              EtcdConfig.Seed.at(uri.getHost().replaceAll("[\\[\\]]", ""), uri.getPort()));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private List<EndpointReport> look(Map<String, EtcdConfig.Seed> seeds, boolean given) {
    Map<String, CompletableFuture<EndpointReport>> looks = new LinkedHashMap<>();
    List<EtcdStore> stores = new ArrayList<>();
    EtcdConfig config = Connector.config(connection);
    seeds.forEach(
        (address, seed) -> {
          EtcdConfig alone =
              new EtcdConfig(
                  List.of(seed),
                  config.tls(),
                  config.login(),
                  Optional.empty(),
                  config.attempt(),
                  config.rest());
          EtcdStore one = open(alone);
          stores.add(one);
          looks.put(
              address,
              one.status(limit)
                  .thenCompose(first -> again(one, LOOKS, time.nanoTime(), Duration.ofDays(1)))
                  .handle((seen, failure) -> report(address, given, seen, failure)));
        });
    List<EndpointReport> reports = looks.values().stream().map(CompletableFuture::join).toList();
    stores.forEach(EtcdStore::close);
    return reports;
  }

  private record Seen(MemberStatus status, Duration latency) {}

  /** Looks some more times: the least time of them is the endpoint's, the rest is the JVM's. */
  private CompletableFuture<Seen> again(EtcdStore one, int times, long since, Duration least) {
    return one.status(limit)
        .thenCompose(
            status -> {
              long now = time.nanoTime();
              Duration took = Duration.ofNanos(now - since);
              Duration best = took.compareTo(least) < 0 ? took : least;
              return times == 1
                  ? CompletableFuture.completedFuture(new Seen(status, best))
                  : again(one, times - 1, now, best);
            });
  }

  private static EndpointReport report(
      String address,
      boolean given,
      @org.jspecify.annotations.Nullable Seen seen,
      @org.jspecify.annotations.Nullable Throwable failure) {
    if (seen == null) {
      StoreException known = StoreException.of(Objects.requireNonNull(failure));
      Reach reach = known.failure().ofUser() ? Reach.REFUSES : Reach.AWAY;
      return EndpointReport.silent(address, given, "", reach, String.valueOf(known.getMessage()));
    }
    MemberStatus status = seen.status();
    EndpointReport.Status told =
        new EndpointReport.Status(
            status.id(),
            status.version(),
            status.leader(),
            seen.latency(),
            new EndpointReport.Space(status.size(), status.used(), status.quota()),
            status.learner(),
            status.errors());
    return EndpointReport.telling(address, given, "", told);
  }

  /**
   * Why etcd does not take us for who we say we are, or wants to know and is not told; empty if it
   * is content.
   *
   * @throws RegistryException if it cannot be told
   */
  public Optional<String> refusal() {
    return answer(asked(Right.READ), failure -> failure == Failure.UNAUTHENTICATED);
  }

  /**
   * Whether the user has a right.
   *
   * @return empty if it has, else etcd's answer
   * @throws RegistryException if it cannot be told
   */
  public Optional<String> missing(Right right) {
    return answer(asked(right), Failure::ofUser);
  }

  private CompletableFuture<?> asked(Right right) {
    return switch (right) {
      case READ -> store.count(KeyRange.prefix(prefix()), limit);
      case READ_OVERRIDES -> store.count(KeyRange.prefix(overrides()), limit);
      case WRITE -> store.commit(List.of(never(prefix() + PROBE)), limit);
    };
  }

  /**
   * Whether etcd leaves rights unchecked inside nested transactions, as old versions do.
   *
   * @return empty if that cannot be seen, because the user may write wherever it was tried
   * @throws RegistryException if it cannot be told
   */
  public Optional<Boolean> nestedUnchecked() {
    // the last is outside of the registry, where few users may write
    for (String place : List.of(prefix(), overrides(), "")) {
      Write one = never(place + PROBE);
      if (answer(store.commit(List.of(one), limit), Failure::ofUser).isPresent()) {
        Write another = never(place + PROBE + "-too");
        return Optional.of(
            answer(store.commit(List.of(one, another), limit), Failure::ofUser).isEmpty());
      }
    }
    return Optional.empty();
  }

  /** What etcd says to it, if it refuses so; empty if it refuses nothing, or otherwise. */
  private static Optional<String> answer(CompletableFuture<?> asked, Predicate<Failure> so) {
    try {
      Object unused = asked.join();
      return Optional.empty();
    } catch (CompletionException e) {
      StoreException cause = StoreException.of(e);
      if (!cause.failure().ofUser()) {
        throw thrown(cause);
      }
      return Optional.of(String.valueOf(cause.getMessage()))
          .filter(said -> so.test(cause.failure()));
    }
  }

  /** A write whose guard cannot hold: etcd judges the right to it, and does nothing. */
  private static Write never(String key) {
    return Write.put(key, Write.Guard.REVISION, Long.MAX_VALUE, new byte[0], 0);
  }

  /**
   * The keys of every namespace.
   *
   * @throws RegistryException {@code DENIED} if the user may not read all of them
   */
  public List<String> allKeys() {
    return get(store.keys(Keys.of("").all(), limit.multipliedBy(LOOKS)));
  }

  /**
   * How long leases have to live. Ends when the first cannot be asked for, so that many leases do
   * not take long while etcd is away.
   *
   * @param leases their ids
   * @return what is left, of those that are there and could be asked for
   */
  public Map<Long, Duration> remaining(Set<Long> leases) {
    Map<Long, Duration> left = new LinkedHashMap<>();
    List<Long> all = List.copyOf(leases);
    boolean answers = true;
    for (int i = 0; i < all.size() && answers; i += LEASES_AT_A_TIME) {
      answers = ask(all.subList(i, Math.min(all.size(), i + LEASES_AT_A_TIME)), left);
    }
    return left;
  }

  /** Whether all were answered, be it that a lease is gone or not ours to know. */
  private boolean ask(List<Long> some, Map<Long, Duration> left) {
    Map<Long, CompletableFuture<Duration>> asked = new LinkedHashMap<>();
    some.forEach(lease -> asked.put(lease, store.remaining(lease, limit)));
    boolean answered = true;
    for (Map.Entry<Long, CompletableFuture<Duration>> each : asked.entrySet()) {
      try {
        left.put(each.getKey(), each.getValue().join());
      } catch (CompletionException e) {
        Failure failure = StoreException.of(e).failure();
        answered &= failure == Failure.LEASE_NOT_FOUND || failure.ofUser();
      }
    }
    return answered;
  }

  private static <T> T get(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      throw thrown(StoreException.of(e));
    }
  }

  private static RegistryException thrown(StoreException cause) {
    return new RegistryException(
        cause.failure().reason(), String.valueOf(cause.getMessage()), cause);
  }

  @Override
  public void close() {
    store.close();
    workers.shutdown();
  }
}
