package io.etcdregistry.internal.view;

import io.etcdregistry.Instance;
import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import io.etcdregistry.ServiceView;
import io.etcdregistry.Snapshot;
import io.etcdregistry.Snapshot.Freshness;
import io.etcdregistry.internal.balance.Plan;
import io.etcdregistry.internal.codec.Keys;
import io.etcdregistry.internal.codec.Records;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.WatchStream.Event;
import io.etcdregistry.internal.watch.WatchHub;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The views of a client: made when a name is read first, kept while they are used. Thread-safe. */
public final class Views {
  /** How long a view that is only looked up is kept after its last read. */
  static final Duration IDLE = Duration.ofMinutes(10);

  /**
   * How views of one client behave.
   *
   * @param plan how to choose unless told otherwise
   * @param guarded the time within which losses count together; empty to take every loss at its
   *     word
   * @param archive where what is shown is kept for the next start, if it is
   */
  public record Manners(Plan plan, Optional<Duration> guarded, Optional<Archive> archive) {}

  private static final Duration SWEEP = Duration.ofMinutes(1);

  /** What a view shows at one moment. */
  public interface Reading {
    /** Whether there is an answer, of etcd's or of before. */
    boolean answers();

    /** One instance. */
    Optional<Instance> pick();
  }

  private final Keys keys;
  private final Records records;
  private final Overrides overrides;
  private final Environment env;
  private final Manners manners;
  private final Map<String, View> views = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * No views yet.
   *
   * @param keys where names are in etcd
   * @param records reads records
   * @param hub follows ranges
   * @param env what the parts of the client share
   * @param manners how views behave
   */
  public Views(Keys keys, Records records, WatchHub hub, Environment env, Manners manners) {
    this.keys = keys;
    this.records = records;
    this.overrides = new Overrides(keys, records, hub, env);
    this.env = env;
    this.manners = manners;
    env.time().schedule(SWEEP, this::sweep);
  }

  /** The users' handle of a name's view; of the whole namespace's if the name is empty. */
  public ServiceView handle(String name) {
    return handle(name, manners.plan());
  }

  /** The users' handle of a name's view that chooses by a plan. */
  public ServiceView handle(String name, Plan plan) {
    View view = view(name);
    return view.handle(plan, balancer -> new LiveView(view, this, balancer));
  }

  /** What a name's view shows, to be looked at at once. */
  public Reading reading(String name) {
    return view(name);
  }

  /** One instance of what a name's view shows. */
  public Optional<Instance> pick(String name) {
    return view(name).pick();
  }

  /** All instances of what a name's view shows. */
  public List<Instance> list(String name) {
    return view(name).shown().snapshot().instances();
  }

  /** The names in the view of the whole namespace, and how many instances each has. */
  public SortedMap<String, Integer> names() {
    SortedMap<String, Integer> names = new TreeMap<>();
    list("").forEach(instance -> names.merge(instance.name(), 1, Integer::sum));
    return Collections.unmodifiableSortedMap(names);
  }

  /** Whether a name's view was loaded. */
  public boolean loaded(String name) {
    return view(name).answers();
  }

  /** Completes when a name's view was loaded; fails within a timeout, saying why it was not. */
  public CompletableFuture<Snapshot> load(String name, Duration timeout) {
    View view = view(name);
    CompletableFuture<Snapshot> loaded = view.firstLoad().whenLoaded();
    CompletableFuture<Snapshot> result = new CompletableFuture<>();
    loaded.whenComplete(
        (snapshot, refusal) -> {
          if (refusal == null) {
            result.complete(snapshot);
          } else if (refusal instanceof StoreException cause) {
            result.completeExceptionally(refused(view, cause));
          } else {
            result.completeExceptionally(refusal);
          }
        });
    env.expire(result, timeout, () -> notLoaded(view, timeout));
    env.telemetry().failing("read", result);
    return result;
  }

  /** Shows a write of this client's own; completes when every view of it does. */
  public CompletableFuture<Void> wrote(Event event) {
    List<CompletableFuture<Void>> shown = new ArrayList<>();
    for (View view : views.values()) {
      if (view.covers(event.pair().key())) {
        shown.add(view.wrote(event));
      }
    }
    return CompletableFuture.allOf(shown.toArray(new CompletableFuture<?>[0]));
  }

  /** Ends all views, and completes when they need no thread any more. */
  public CompletableFuture<Void> close() {
    closed = true;
    RegistryException why = closed();
    CompletableFuture<?>[] closing =
        views.values().stream().map(view -> view.close(why)).toArray(CompletableFuture<?>[]::new);
    views.clear();
    return CompletableFuture.allOf(closing);
  }

  private static RegistryException closed() {
    return new RegistryException(Reason.CLOSED, "The registry is closed");
  }

  private View view(String name) {
    View known = views.get(name);
    View view = known != null ? known : made(name);
    view.lastRead().mark();
    return view;
  }

  private View made(String name) {
    overrides.start(); // first, as the view waits for it
    View view = views.computeIfAbsent(name, this::open);
    overrides.start(); // a sweep that did not know of the view yet may have stopped it
    return view;
  }

  private View open(String name) {
    if (closed) {
      throw closed();
    }
    if (!name.isEmpty()) {
      Instance.named(name); // refuses what is no name, before a key is made of it
    }
    KeyRange range = name.isEmpty() ? keys.all() : keys.service(name);
    Content content =
        new Content(records, key -> keys.parse(key).isPresent(), name, env.telemetry());
    View view = new View(range, content, manners, overrides, env);
    view.start();
    return view;
  }

  private void sweep() {
    if (closed) {
      return;
    }
    long now = env.time().nanoTime();
    for (String name : views.keySet()) {
      views.computeIfPresent(
          name,
          (same, view) -> {
            boolean recent = view.lastRead().isAfter(now - IDLE.toNanos(), now);
            if (recent || view.needed()) {
              return view;
            }
            view.close(
                new RegistryException(Reason.CLOSED, "The view was dropped: nobody read it"));
            return null;
          });
    }
    overrides.stop(() -> !views.isEmpty() || env.telemetry().hasRegistrations());
    env.time().schedule(SWEEP, this::sweep);
  }

  /** What operators say of the namespace's instances. */
  public Overrides overrides() {
    return overrides;
  }

  Optional<Duration> age(View view) {
    Shown shown = view.shown();
    if (!shown.loaded()) {
      return Optional.empty();
    }
    Duration confirmed = Duration.ofNanos(env.time().nanoTime() - view.confirmedAt());
    Duration age =
        view.savedAt().map(saved -> Duration.between(saved, env.time().now())).orElse(confirmed);
    return Optional.of(age.isNegative() ? Duration.ZERO : age);
  }

  /** How many views are how fresh. */
  public Map<Freshness, Integer> byFreshness() {
    return views.values().stream()
        .collect(
            Collectors.toMap(view -> view.shown().snapshot().freshness(), view -> 1, Integer::sum));
  }

  /** How many keys are skipped because they hold no record. */
  public int skipped() {
    return views.values().stream().mapToInt(view -> view.shown().skipped()).sum();
  }

  /** How long etcd has not confirmed what the most outdated view shows. */
  public Duration unconfirmed() {
    return views.values().stream()
        .flatMap(view -> age(view).stream())
        .max(Comparator.naturalOrder())
        .orElse(Duration.ZERO);
  }

  Environment env() {
    return env;
  }

  private static RegistryException refused(View view, StoreException cause) {
    return new RegistryException(
        reason(cause), "Cannot read " + described(view) + ": " + cause.getMessage(), cause);
  }

  private static RegistryException notLoaded(View view, Duration timeout) {
    Optional<StoreException> cause = view.lastFailure();
    String why = cause.map(Throwable::getMessage).orElse("no endpoint has answered yet");
    String message =
        "Cannot read " + described(view) + " within " + timeout.toMillis() + " ms: " + why;
    return cause
        .map(known -> new RegistryException(reason(known), message, known))
        .orElseGet(() -> new RegistryException(Reason.UNREACHABLE, message));
  }

  private static String described(View view) {
    return view.service().isEmpty() ? "the services" : "\"" + view.service() + "\"";
  }

  private static Reason reason(StoreException cause) {
    Reason reason = cause.failure().reason();
    return reason == Reason.TIMED_OUT ? Reason.UNREACHABLE : reason; // etcd never answered
  }
}
