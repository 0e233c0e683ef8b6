package io.etcdregistry.internal.view;

import io.etcdregistry.Change;
import io.etcdregistry.Instance;
import io.etcdregistry.RegistryStats.Counter;
import io.etcdregistry.ServiceView.Subscription;
import io.etcdregistry.Snapshot;
import io.etcdregistry.Snapshot.Freshness;
import io.etcdregistry.internal.balance.Balancer;
import io.etcdregistry.internal.balance.Plan;
import io.etcdregistry.internal.roster.Roster;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.Listing;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.WatchStream.Event;
import io.etcdregistry.internal.time.SerialExecutor;
import io.etcdregistry.internal.watch.Following;
import io.etcdregistry.internal.watch.RangeListener;
import io.etcdregistry.internal.watch.WatchHub;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one client knows of one range: a name's records, or a namespace's.
 *
 * <p>Readers use one volatile. What is written behind it is touched only in the view's own serial
 * context, so that reading a large list holds up nobody else. Thread-safe.
 */
final class View implements Views.Reading {
  private final String service;
  private final KeyRange range;
  private final WatchHub hub;
  private final Overrides overrides;
  private final SerialExecutor context;
  private final Environment env;
  private final Set<Listening> listeners = new CopyOnWriteArraySet<>();
  private final FirstLoad firstLoad;
  private volatile Shown shown;
  private final Handles handles;
  private final LastRead lastRead = new LastRead();
  private volatile long confirmedAt;
  private volatile @Nullable StoreException failure;
  private volatile Optional<Instant> savedAt = Optional.empty();

  // The following fields are touched in the view's context only.
  private final Content content;
  private final Optional<Suspects> suspects;
  private final Optional<LastKnownGood> disk;
  private boolean listed;
  private boolean loaded;
  private boolean live;
  private long version;
  private long revision;
  private int resets;
  private final Unexplained unexplained = new Unexplained();
  private long confirmedBefore;

  // Touched in the hub's context only.
  private @Nullable Following following;

  /**
   * A view that follows nothing yet.
   *
   * @param range where its records are
   * @param content holds them
   * @param manners how views of this client behave
   * @param overrides what operators say of the records; knows who follows the range, too
   * @param env what the parts of the client share
   */
  View(
      KeyRange range,
      Content content,
      Views.Manners manners,
      Overrides overrides,
      Environment env) {
    this.service = content.name();
    this.range = range;
    this.content = content;
    this.hub = overrides.hub();
    this.overrides = overrides;
    this.env = env;
    this.context = new SerialExecutor(env.workers());
    this.firstLoad = new FirstLoad(context, env.callbacks());
    this.handles = new Handles(service, manners.plan(), context, env);
    this.suspects =
        manners.guarded().map(ttl -> new Suspects(service, ttl, context, env, this::publish));
    this.disk = manners.archive().map(kept -> new LastKnownGood(service, kept, env, this::kept));
    this.shown = Shown.nothing(service);
  }

  void start() {
    overrides.add(this);
    disk.ifPresent(kept -> kept.read(stored -> context.execute(() -> restore(stored))));
    env.context().execute(() -> following = hub.follow(range, new Feed()));
  }

  private void restore(Archive.Stored stored) {
    if (loaded) {
      return; // etcd was faster
    }
    overrides.restore(stored.overrides());
    content.restore(stored.pairs());
    revision = stored.revision();
    savedAt = Optional.of(stored.savedAt());
    publish();
    Duration age = Duration.between(stored.savedAt(), env.time().now());
    env.telemetry().fromDisk(service, content.size(), age);
  }

  private Archive.Kept kept() {
    return new Archive.Kept(shown.snapshot(), overrides.within(range));
  }

  /** When what is shown was saved, if it is from disk. */
  Optional<Instant> savedAt() {
    return shown.snapshot().freshness() == Freshness.DISK ? savedAt : Optional.empty();
  }

  /** Whether there is an answer of etcd's, or it failed to give one and there is one from disk. */
  @Override
  public boolean answers() {
    Freshness freshness = shown.snapshot().freshness();
    return freshness != Freshness.LOADING && (freshness != Freshness.DISK || failure != null);
  }

  /** Ends it, and completes when whoever still waits for the first load is being told so. */
  CompletableFuture<Void> close(RuntimeException why) {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    env.context()
        .execute(
            () -> {
              if (following != null) {
                following.close();
              }
            });
    context.execute(
        () -> {
          listeners.clear();
          overrides.remove(this);
          live = false;
          if (loaded) {
            publish();
            disk.ifPresent(LastKnownGood::save);
          }
          handles.end();
          suspects.ifPresent(Suspects::end);
          firstLoad.end(why);
          closed.complete(null);
        });
    return closed;
  }

  String service() {
    return service;
  }

  Shown shown() {
    return shown;
  }

  @Override
  public Optional<Instance> pick() {
    return handles.pick();
  }

  FirstLoad firstLoad() {
    return firstLoad;
  }

  /** Why the range could not be read last. */
  Optional<StoreException> lastFailure() {
    return Optional.ofNullable(failure);
  }

  /** When etcd last confirmed what is shown, by the monotonic clock. */
  long confirmedAt() {
    boolean followed = shown.snapshot().freshness() == Freshness.LIVE;
    return followed ? Math.max(confirmedAt, hub.heardAt()) : confirmedAt;
  }

  boolean covers(String key) {
    return range.contains(key);
  }

  LastRead lastRead() {
    return lastRead;
  }

  /** The users' handle that chooses by a plan: the same one as long as anybody holds it. */
  LiveView handle(Plan plan, Function<Balancer, LiveView> maker) {
    return handles.of(plan, maker, () -> shown);
  }

  /** Whether a user holds a handle, or listens. */
  boolean needed() {
    return handles.anyHeld() || !listeners.isEmpty();
  }

  /** Shows a write of this client's own; completes when every reader sees it. */
  CompletableFuture<Void> wrote(Event event) {
    return CompletableFuture.runAsync(
        () -> {
          content.wrote(event);
          suspects.ifPresent(guard -> guard.removed(event.pair().key()));
          if (shown.loaded()) {
            publish();
          }
        },
        context);
  }

  /** Operators say something else of its records; completes when every reader sees it. */
  CompletableFuture<Void> overridden() {
    return CompletableFuture.runAsync(
        () -> {
          if (listed && !loaded) {
            load();
          } else if (shown.loaded()) {
            publish();
          }
        },
        context);
  }

  Subscription listen(Consumer<Change> listener) {
    Listening listening = new Listening(listener, env, () -> shown);
    listeners.add(listening);
    if (shown.loaded()) {
      listening.offer();
    }
    return () -> {
      listening.end();
      listeners.remove(listening);
    };
  }

  /** Publishes, and tells how fresh the view is if that has changed. */
  private void publishFreshness() {
    Freshness before = shown.snapshot().freshness();
    publish();
    Freshness now = shown.snapshot().freshness();
    if (before != now) {
      long since = before == Freshness.STALE ? confirmedBefore : confirmedAt;
      confirmedBefore = confirmedAt;
      Duration unconfirmed = Duration.ofNanos(Math.max(0, env.time().nanoTime() - since));
      env.telemetry().freshnessChanged(service, before, now, unconfirmed);
    }
  }

  /** Publishes what etcd told, unless it is not to be shown yet. */
  private void republish() {
    if (loaded) {
      publish();
    }
  }

  private void publish() {
    version++;
    Freshness known = live ? Freshness.LIVE : Freshness.STALE;
    Freshness freshness = loaded ? known : Freshness.DISK;
    Roster instances = overrides.over(content.instances());
    List<Instance> lost =
        suspects.map(guard -> guard.of(content, overrides.now())).orElse(List.of());
    Snapshot snapshot = new Snapshot(service, version, revision, freshness, instances, lost);
    handles.show(snapshot);
    shown = new Shown(snapshot, instances, content.skipped(), resets);
    listeners.forEach(Listening::offer);
    if (live) {
      disk.ifPresent(LastKnownGood::changed); // else it is no better than what is there
    }
  }

  /** There is a list; it is shown when it is known, too, what operators say of it. */
  private void load() {
    if (!overrides.settled() && !loaded) {
      overrides.await();
      return;
    }
    boolean first = !loaded;
    loaded = true;
    live |= first; // just read; whether changes come in is told next
    publishFreshness();
    if (first) {
      firstLoad.loaded(shown.snapshot());
    }
  }

  /** What the hub tells, handed over to the view's context. */
  private final class Feed implements RangeListener {
    @Override
    public void listed(Listing listing, boolean reset) {
      confirmedAt = env.time().nanoTime();
      context.execute(
          () -> {
            content.replace(listing, reset);
            revision = listing.header().revision();
            resets += reset ? 1 : 0;
            failure = null;
            unexplained.forget();
            listed = true;
            load();
          });
    }

    @Override
    public void changed(long last, List<Event> events) {
      confirmedAt = env.time().nanoTime();
      context.execute(
          () -> {
            content.change(events, last);
            revision = last;
            republish();
            env.telemetry().count(Counter.WATCH_EVENTS, events.size());
            lost(unexplained.told(events));
          });
    }

    @Override
    public void late(List<Event> events) {
      context.execute(() -> lost(unexplained.told(events)));
    }

    private void lost(int records) {
      if (records > 0) {
        env.telemetry().mismatchFound(service, records);
      }
    }

    @Override
    public void resyncing(String why) {
      env.telemetry().resyncing(service, why);
    }

    @Override
    public void verified(Listing listing, Map<String, Long> newer) {
      confirmedAt = env.time().nanoTime();
      context.execute(
          () -> {
            long listed = listing.header().revision();
            boolean contradicted = content.compare(listing, newer);
            env.telemetry().count(Counter.VERIFICATIONS);
            lost(unexplained.compared(live ? content.mended() : Set.of(), listed));
            revision = Math.max(revision, listed);
            republish();
            if (contradicted) {
              env.context().execute(() -> disproved(listed));
            }
          });
    }

    private void disproved(long listed) {
      if (following != null) {
        following.disproved(listed);
      }
    }

    @Override
    public void live(boolean now) {
      confirmedAt = Math.max(confirmedAt, hub.heardAt());
      context.execute(
          () -> {
            if (live != now) {
              live = now;
              unexplained.forget();
              if (loaded) {
                publishFreshness();
              }
            }
          });
    }

    @Override
    public void failing(StoreException cause) {
      context.execute(
          () -> {
            failure = cause;
            if (loaded) {
              return;
            }
            if (!cause.failure().passing()) {
              firstLoad.refused(cause);
            } else if (shown.loaded()) {
              firstLoad.madeDo(shown.snapshot());
            }
          });
    }
  }
}
