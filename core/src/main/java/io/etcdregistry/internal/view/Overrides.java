package io.etcdregistry.internal.view;

import io.etcdregistry.Instance;
import io.etcdregistry.internal.codec.Keys;
import io.etcdregistry.internal.codec.Records;
import io.etcdregistry.internal.roster.Roster;
import io.etcdregistry.internal.roster.RosterEditor;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.KeyValue;
import io.etcdregistry.internal.store.Listing;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.WatchStream.Event;
import io.etcdregistry.internal.time.Alarm;
import io.etcdregistry.internal.time.SerialExecutor;
import io.etcdregistry.internal.watch.Following;
import io.etcdregistry.internal.watch.RangeListener;
import io.etcdregistry.internal.watch.WatchHub;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What operators say of a namespace's instances. It is followed as one range for each client,
 * however many views that has: there are few of them, and a list and a watch for each view more
 * would double what views cost.
 *
 * <p>So it is known at a revision of its own, mostly the same as that of the views, as both are
 * watched on one stream. It holds up no view for long: who may not read it, or cannot, does
 * without. Thread-safe.
 */
public final class Overrides {
  /** How long a view that could be shown waits for what operators say of it. */
  static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Keys keys;
  private final Records records;
  private final WatchHub hub;
  private final Environment env;
  private final SerialExecutor context;
  private final Set<View> views = new CopyOnWriteArraySet<>();
  private volatile Map<String, Instance> known = Map.of();
  private volatile boolean settled;

  // The following fields are touched in its own context only.
  private Content content;
  private boolean listed;
  private CompletableFuture<Void> shown = CompletableFuture.completedFuture(null);

  // The following fields are touched in the hub's context only.
  private final Alarm patience;
  private boolean awaited;
  private @Nullable Following following;

  /**
   * Overrides of which nothing is known.
   *
   * @param keys where the records are
   * @param records reads overrides
   * @param hub follows them
   * @param env what the parts of the client share
   */
  Overrides(Keys keys, Records records, WatchHub hub, Environment env) {
    this.keys = keys.overrides();
    this.records = records;
    this.hub = hub;
    this.env = env;
    this.context = new SerialExecutor(env.workers());
    this.content = nothing();
    this.patience = new Alarm(env.time(), env.context(), this::settle);
  }

  private Content nothing() {
    return new Content(records, key -> keys.parse(key).isPresent(), "", env.telemetry());
  }

  WatchHub hub() {
    return hub;
  }

  /** Is to be followed, if it is not. */
  public void start() {
    env.context()
        .execute(
            () -> {
              if (following == null && !env.waiters().ended()) {
                following = hub.followPatiently(keys.all(), new Feed());
              }
            });
  }

  /** Is not to be followed any more, unless somebody still needs it then. */
  void stop(BooleanSupplier needed) {
    env.context()
        .execute(
            () -> {
              if (following != null && !needed.getAsBoolean()) {
                following.close();
                following = null;
                patience.clear();
                awaited = false;
                context.execute(this::forget);
              }
            });
  }

  private void forget() {
    content = nothing();
    listed = false;
    settled = false;
    known = Map.of();
  }

  /** Tells a view of every change of what it shows, until it ends. */
  void add(View view) {
    views.add(view);
  }

  void remove(View view) {
    views.remove(view);
  }

  /** Whether there was an answer, or there will be none soon. */
  boolean settled() {
    return settled;
  }

  /**
   * A view could be shown, but for this. The time that it waits begins now: who was slow to answer
   * the view is not quick to answer this.
   */
  void await() {
    env.context()
        .execute(
            () -> {
              if (following != null && !awaited && !settled) {
                awaited = true;
                patience.set(env.time().nanoTime() + PATIENCE.toNanos());
              }
            });
  }

  /** A record as operators have it. */
  public Instance of(Instance stored) {
    return in(known).apply(stored);
  }

  /** Records as operators have them at present. */
  UnaryOperator<Instance> now() {
    Map<String, Instance> all = known;
    return all.isEmpty() ? UnaryOperator.identity() : in(all);
  }

  /** Records as operators have them at present, of which there are mostly none or few. */
  Roster over(Roster stored) {
    Map<String, Instance> all = known;
    if (all.isEmpty()) {
      return stored;
    }
    RosterEditor shown = new RosterEditor(records::compare, stored);
    all.forEach(
        (key, override) -> {
          Instance instance = shown.get(key);
          if (instance != null) {
            shown.put(key, records.overridden(instance, override));
          }
        });
    return shown.roster();
  }

  private UnaryOperator<Instance> in(Map<String, Instance> all) {
    return stored -> {
      Instance override = all.get(stored.key());
      return override == null ? stored : records.overridden(stored, override);
    };
  }

  /** All overrides of a range of records. */
  public List<Instance> within(KeyRange range) {
    return known.entrySet().stream()
        .filter(entry -> range.contains(entry.getKey()))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** Begins with what was known in an earlier run; etcd knows better. */
  void restore(List<KeyValue> pairs) {
    context.execute(
        () -> {
          if (!listed && !pairs.isEmpty()) {
            content.restore(pairs);
            show();
          }
        });
  }

  /** Takes in a write of this client's own; completes when every view shows it. */
  public CompletableFuture<Void> wrote(Event event) {
    CompletableFuture<Void> shown = new CompletableFuture<>();
    context.execute(
        () -> {
          content.wrote(event);
          show().thenRun(() -> shown.complete(null));
        });
    return shown;
  }

  private CompletableFuture<Void> show() {
    var unused = content.takeVanished();
    Map<String, Instance> before = known;
    Map<String, Instance> now = new HashMap<>();
    content.instances().forEach(one -> now.put(Keys.recordOf(one.key()), one));
    Set<String> changed = new HashSet<>(before.keySet());
    changed.addAll(now.keySet());
    changed.removeIf(key -> isSame(before.get(key), now.get(key)));
    known = Map.copyOf(now);
    List<CompletableFuture<Void>> showing = new ArrayList<>();
    if (!shown.isDone()) {
      showing.add(shown); // the watch may have told of a write before its answer did
    }
    views.stream()
        .filter(view -> changed.stream().anyMatch(view::covers))
        .forEach(view -> showing.add(view.overridden()));
    shown = CompletableFuture.allOf(showing.toArray(CompletableFuture[]::new));
    return shown;
  }

  private static boolean isSame(@Nullable Instance before, @Nullable Instance now) {
    return before != null && now != null && before.json().equals(now.json());
  }

  private void settle() {
    patience.clear();
    context.execute(
        () -> {
          if (!settled) {
            settled = true;
            views.forEach(View::overridden);
          }
        });
  }

  /** What the hub tells, handed over to the context. */
  private final class Feed implements RangeListener {
    @Override
    public void listed(Listing listing, boolean reset) {
      context.execute(
          () -> {
            content.replace(listing, reset);
            listed = true;
            show();
          });
      settle();
    }

    @Override
    public void changed(long revision, List<Event> events) {
      context.execute(
          () -> {
            content.change(events, revision);
            show();
          });
    }

    @Override
    public void verified(Listing listing, Map<String, Long> newer) {
      context.execute(
          () -> {
            boolean contradicted = content.compare(listing, newer);
            show();
            if (contradicted) {
              env.context().execute(() -> disproved(listing.header().revision()));
            }
          });
    }

    private void disproved(long revision) {
      if (following != null) {
        following.disproved(revision);
      }
    }

    @Override
    public void live(boolean live) {
      // the views tell how fresh they are
    }

    @Override
    public void failing(StoreException cause) {
      settle(); // better without than not at all
    }
  }
}
