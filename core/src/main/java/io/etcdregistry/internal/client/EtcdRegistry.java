package io.etcdregistry.internal.client;

import io.etcdregistry.AsyncRegistry;
import io.etcdregistry.Instance;
import io.etcdregistry.JoinOptions;
import io.etcdregistry.Registration;
import io.etcdregistry.Registry;
import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import io.etcdregistry.RegistryStats;
import io.etcdregistry.ServiceView;
import io.etcdregistry.ViewOptions;
import io.etcdregistry.internal.balance.Plan;
import io.etcdregistry.internal.codec.Keys;
import io.etcdregistry.internal.codec.Records;
import io.etcdregistry.internal.registration.Reconciler;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.telemetry.Telemetry;
import io.etcdregistry.internal.time.Waiting;
import io.etcdregistry.internal.view.Archive;
import io.etcdregistry.internal.view.Views;
import io.etcdregistry.internal.watch.WatchHub;
import io.etcdregistry.spi.Time;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The registry: every verb is a question to the views or a wish to the reconciler. */
final class EtcdRegistry implements Registry {
  /** What made a registry. */
  interface Origin {
    /** A builder with the same settings. */
    Builder builder();

    /** How a view with these options chooses. */
    Plan plan(ViewOptions options);

    /** Whether most of a fleet that vanishes at once is not given up at once. */
    boolean lossGuard();

    /** Where what is shown is kept for the next start, if it is. */
    Optional<Archive> archive(Keys keys);

    /** The registry has closed: its threads can end. */
    void closed();
  }

  private static final Logger LOG = System.getLogger("io.etcdregistry");

  /** How long the log has for its last lines: a short program should not lose them. */
  private static final Duration LOG_TIME = Duration.ofSeconds(1);

  private final Environment env;
  private final Duration ttl;
  private final Keys keys;
  private final Records records;
  private final Origin origin;
  private final WatchHub hub;
  private final Views views;
  private final Reconciler reconciler;
  private final AsyncRegistry async = new AsyncVerbs(this);
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CompletableFuture<Void> whenClosed = new CompletableFuture<>();

  /**
   * A registry that is open.
   *
   * @param env what its parts share
   * @param ttl the TTL of joins that name none
   * @param keys where its records are
   * @param records makes records
   * @param origin what made it
   */
  EtcdRegistry(Environment env, Duration ttl, Keys keys, Records records, Origin origin) {
    this.env = env;
    this.ttl = ttl;
    this.keys = keys;
    this.records = records;
    this.origin = origin;
    this.hub = new WatchHub(env);
    Views.Manners manners =
        new Views.Manners(
            origin.plan(ViewOptions.random()),
            Optional.of(ttl).filter(any -> origin.lossGuard()),
            origin.archive(keys));
    this.views = new Views(keys, records, hub, env, manners);
    this.reconciler = new Reconciler(env, keys, records, hub, views::wrote);
    reconciler.overriddenBy(views.overrides()::of);
  }

  @Override
  public Builder newBuilder() {
    return origin.builder();
  }

  @Override
  public Registration join(Instance.Builder instance, JoinOptions options) {
    CompletableFuture<Registration> joined = joining(instance, options);
    try {
      return Waiting.get(joined, "joining");
    } finally {
      joined.cancel(false); // undoes a join that was not waited for to the end
    }
  }

  CompletableFuture<Registration> joining(Instance.Builder instance, JoinOptions options) {
    Instance complete = complete(instance);
    CompletableFuture<Registration> joined = reconciler.join(complete, withTtl(options));
    joined.thenRun(views.overrides()::start);
    return joined;
  }

  @Override
  public Registration announce(Instance.Builder instance, JoinOptions options) {
    Instance complete = complete(instance);
    Registration announced = reconciler.announce(complete, withTtl(options));
    announced.whenJoined().thenRun(views.overrides()::start);
    return announced;
  }

  private JoinOptions withTtl(JoinOptions options) {
    return options.ttl().isPresent() ? options : options.ttl(ttl);
  }

  private Instance complete(Instance.Builder instance) {
    Objects.requireNonNull(instance, "instance");
    checkOpen();
    Instance complete = records.complete(instance);
    if (Keys.foldsAway(complete.name())) {
      LOG.log(
          Level.WARNING,
          "The name of "
              + complete.key()
              + " has no letter or digit of ASCII: it shares its keys with every such name of its"
              + " length, told apart by the documents only");
    }
    return complete;
  }

  @Override
  public void leave(String name) {
    Waiting.get(leaving(checked(name)), "leaving \"" + name + "\"");
  }

  @Override
  public void leave() {
    Waiting.get(leaving(""), "leaving");
  }

  /** Leaves with a name, or with all if it is empty. */
  CompletableFuture<Void> leaving(String name) {
    checkOpen();
    return reconciler.leave(name);
  }

  @Override
  public Optional<Instance> lookup(String name) {
    checkOpen();
    Views.Reading reading = views.reading(checked(name));
    if (reading.answers()) {
      return reading.pick();
    }
    load(name);
    return views.pick(name);
  }

  @Override
  public List<Instance> list(String name) {
    load(checked(name));
    return views.list(name);
  }

  @Override
  public List<Instance> list() {
    load("");
    return views.list("");
  }

  @Override
  public SortedMap<String, Integer> services() {
    load("");
    return views.names();
  }

  private void load(String name) {
    checkOpen();
    if (!views.loaded(name)) {
      Waiting.get(views.load(name, env.timeout()), "reading");
    }
  }

  @Override
  public ServiceView service(String name) {
    checkOpen();
    return views.handle(checked(name));
  }

  @Override
  public ServiceView service(String name, ViewOptions options) {
    checkOpen();
    return views.handle(checked(name), origin.plan(options));
  }

  @Override
  public ServiceView all() {
    checkOpen();
    return views.handle("");
  }

  @Override
  public boolean evict(Instance instance) {
    return Waiting.get(evicting(instance), "removing a record");
  }

  @Override
  public void override(String name, String id, Consumer<Instance.Builder> wish, Duration lasting) {
    checkOpen();
    Waiting.get(overriding().put(name, id, wish, lasting), "overriding " + name + "/" + id);
  }

  @Override
  public boolean liftOverride(String name, String id) {
    checkOpen();
    return Waiting.get(overriding().lift(name, id), "lifting an override");
  }

  @Override
  public SortedMap<String, Map<String, @Nullable Object>> overrides(String name) {
    load(checked(name));
    SortedMap<String, Map<String, @Nullable Object>> all = new TreeMap<>();
    views.overrides().within(keys.service(name)).forEach(one -> all.put(one.id(), one.fields()));
    return Collections.unmodifiableSortedMap(all);
  }

  private Overriding overriding() {
    return new Overriding(env, keys, records, hub, views.overrides());
  }

  CompletableFuture<Boolean> evicting(Instance instance) {
    checkOpen();
    return new Eviction(env, keys, hub, views::wrote).of(instance);
  }

  @Override
  public RegistryStats stats() {
    Telemetry telemetry = env.telemetry();
    return new RegistryStats(
        telemetry.counts(),
        telemetry.failures(),
        telemetry.registrations(),
        views.byFreshness(),
        views.skipped(),
        views.unconfirmed());
  }

  @Override
  public AsyncRegistry async() {
    return async;
  }

  @Override
  public void close() {
    try {
      Waiting.get(closing(), "closing");
    } catch (RegistryException interrupted) {
      // close never throws: it goes on by itself, and the interrupt flag is set again
    }
  }

  /** Closes, or joins the closing under way. */
  CompletableFuture<Void> closing() {
    if (closed.compareAndSet(false, true)) {
      reconciler.close().whenComplete((done, failure) -> env.context().execute(this::end));
    }
    return whenClosed;
  }

  private void end() {
    CompletableFuture<Void> viewsClosed = views.close();
    reconciler.abandon();
    hub.close();
    viewsClosed.whenComplete((done, failure) -> env.context().execute(this::release));
  }

  private void release() {
    env.store().close();
    env.waiters().end();
    CompletableFuture<Void> written = env.telemetry().written();
    Time.Scheduled limit = env.time().schedule(LOG_TIME, () -> written.complete(null));
    written.whenComplete(
        (done, failure) -> {
          limit.cancel();
          env.context().execute(this::closed);
        });
  }

  private void closed() {
    whenClosed.complete(null);
    origin.closed();
  }

  Environment env() {
    return env;
  }

  Views views() {
    return views;
  }

  void checkOpen() {
    if (closed.get()) {
      throw new RegistryException(Reason.CLOSED, "The registry is closed");
    }
  }

  static String checked(String name) {
    if (name.isEmpty()) {
      throw new RegistryException(
          Reason.INVALID, "name: \"\" (expected: the name of a service, not empty)");
    }
    return name;
  }

  @Override
  public String toString() {
    return "Registry{" + keys + ", " + (closed.get() ? "closed" : "open") + "}";
  }
}
