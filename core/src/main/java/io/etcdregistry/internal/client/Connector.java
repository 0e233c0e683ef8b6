package io.etcdregistry.internal.client;

import io.etcdregistry.Registry;
import io.etcdregistry.RegistryObserver;
import io.etcdregistry.ViewOptions;
import io.etcdregistry.internal.balance.Plan;
import io.etcdregistry.internal.codec.Keys;
import io.etcdregistry.internal.codec.Records;
import io.etcdregistry.internal.config.ConnectionString;
import io.etcdregistry.internal.etcd.EtcdConfig;
import io.etcdregistry.internal.etcd.EtcdStore;
import io.etcdregistry.internal.etcd.Transport;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.store.Store;
import io.etcdregistry.internal.telemetry.Telemetry;
import io.etcdregistry.internal.time.GrowingPool;
import io.etcdregistry.internal.time.SerialExecutor;
import io.etcdregistry.internal.time.SystemTime;
import io.etcdregistry.internal.time.Threads;
import io.etcdregistry.internal.time.Waiters;
import io.etcdregistry.internal.view.Archive;
import io.etcdregistry.spi.Time;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/** Makes a registry from its settings: starts its threads, and ends them if anything is wrong. */
public final class Connector {
  private final Settings settings;
  private final Deque<Runnable> ends = new ArrayDeque<>();

  /**
   * What a registry is made from.
   *
   * @param connection the connection string
   * @param ttl overrides its TTL
   * @param timeout overrides its operation timeout
   * @param hostname overrides its hostname
   * @param time another clock than the machine's
   * @param observers whom to tell what the registry goes through
   * @param lossGuard whether most of a fleet that vanishes at once is not given up at once
   * @param cache where what is shown is kept for the next start, if it is
   * @param shutdownHook whether to close when the JVM stops
   */
  public record Settings(
      String connection,
      Optional<Duration> ttl,
      Optional<Duration> timeout,
      Optional<String> hostname,
      Optional<Time> time,
      List<RegistryObserver> observers,
      boolean lossGuard,
      Optional<Cache> cache,
      boolean shutdownHook) {
    /** Without the connection string, which may hold a password. */
    @Override
    public String toString() {
      return "Settings[ttl=" + ttl + ", timeout=" + timeout + ", hostname=" + hostname + "]";
    }
  }

  /**
   * Where what is shown is kept.
   *
   * @param directory its place
   * @param maxAge what is older is not used
   */
  public record Cache(Path directory, Duration maxAge) {}

  private Connector(Settings settings) {
    this.settings = settings;
  }

  /**
   * Makes a registry. No network I/O.
   *
   * @param settings what it is made from
   * @param records makes its records, from its keys and what to complete them with
   * @param plans says how its views choose, from their options and the zone it is in
   * @param derive makes a builder with the same settings
   */
  public static Registry open(
      Settings settings,
      BiFunction<Keys, Records.Home, Records> records,
      BiFunction<ViewOptions, String, Plan> plans,
      Supplier<Registry.Builder> derive) {
    Connector connector = new Connector(settings);
    try {
      return connector.open(records, plans, derive);
    } catch (RuntimeException | Error e) {
      connector.end();
      throw e;
    }
  }

  private Registry open(
      BiFunction<Keys, Records.Home, Records> records,
      BiFunction<ViewOptions, String, Plan> plans,
      Supplier<Registry.Builder> derive) {
    ConnectionString connection = ConnectionString.parse(settings.connection());
    connection.checkFiles();
    Environment env = environment(connection);
    Keys keys = Keys.of(connection.namespace());
    Hostname hostname = new Hostname(connection.addressWish().or(settings.hostname()));
    Optional<String> zone = connection.self().zone();
    Records.Home home = new Records.Home(hostname, zone);
    Origin origin = new Origin(derive, options -> plans.apply(options, zone.orElse("")));
    Duration ttl = settings.ttl().orElse(connection.timing().ttl());
    EtcdRegistry registry = new EtcdRegistry(env, ttl, keys, records.apply(keys, home), origin);
    if (settings.shutdownHook()) {
      closeWithTheJvm(registry);
    }
    return registry;
  }

  /** This, as the registry that it makes knows it. */
  private final class Origin implements EtcdRegistry.Origin {
    private final Supplier<Registry.Builder> derive;
    private final Function<ViewOptions, Plan> plans;

    Origin(Supplier<Registry.Builder> derive, Function<ViewOptions, Plan> plans) {
      this.derive = derive;
      this.plans = plans;
    }

    @Override
    public Registry.Builder builder() {
      return derive.get();
    }

    @Override
    public Plan plan(ViewOptions options) {
      return plans.apply(options);
    }

    @Override
    public boolean lossGuard() {
      return settings.lossGuard();
    }

    @Override
    public Optional<Archive> archive(Keys keys) {
      return settings.cache().map(kept -> new Archive(kept.directory(), kept.maxAge(), keys));
    }

    @Override
    public void closed() {
      end();
    }
  }

  private Environment environment(ConnectionString connection) {
    Transport transport = Transport.open();
    SystemTime system = new SystemTime(transport.thread());
    Time time = settings.time().orElse(system);
    // What gRPC has to tell of channels that were shut down comes on the workers.
    ExecutorService workers = pool(Threads.workers("worker", 2, transport::close));
    GrowingPool callbacks = new GrowingPool(Threads.unbounded("callback"), system);
    ends.push(callbacks::close);
    Telemetry telemetry =
        new Telemetry(
            settings.observers(),
            callbacks,
            time,
            System.getLogger(Registry.class.getPackageName()));
    Store store = EtcdStore.open(config(connection), transport, time, workers, telemetry);
    SecureRandom random = new SecureRandom();
    return new Environment(
        store,
        time,
        SerialExecutor.brief(transport.contexts()),
        workers,
        callbacks,
        random::nextLong,
        settings.timeout().orElse(connection.timing().timeout()),
        telemetry,
        new Waiters());
  }

  private ExecutorService pool(ExecutorService pool) {
    ends.push(pool::shutdown);
    return pool;
  }

  /** Which etcd a connection string means, and how to speak to it. */
  public static EtcdConfig config(ConnectionString connection) {
    ConnectionString.Security security = connection.security();
    ConnectionString.Files files = security.files();
    List<EtcdConfig.Seed> seeds =
        connection.seeds().stream()
            .map(seed -> new EtcdConfig.Seed(seed.host(), seed.port()))
            .toList();
    EtcdConfig config =
        EtcdConfig.of(seeds.toArray(new EtcdConfig.Seed[0]))
            .withRefresh(connection.timing().refresh());
    if (security.tls()) {
      config = config.with(new EtcdConfig.Tls(files.ca(), files.cert(), files.key()));
    }
    if (security.login().isPresent()) {
      ConnectionString.Login login = security.login().get();
      config = config.with(new EtcdConfig.Login(login.user(), login.password()::reveal));
    }
    return config;
  }

  private void closeWithTheJvm(EtcdRegistry registry) {
    Thread hook = Threads.shutdownHook(registry::close);
    Runtime.getRuntime().addShutdownHook(hook);
    ends.push(() -> Threads.forget(hook));
  }

  /** Ends the threads, the latest first. */
  private void end() {
    ends.forEach(Runnable::run);
    ends.clear();
  }
}
