package io.etcdregistry.internal.watch;

import io.etcdregistry.RegistryStats.Counter;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.store.Header;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.Listing;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.internal.store.WatchStream;
import io.etcdregistry.internal.time.Alarm;
import io.etcdregistry.internal.time.SleepDetector;
import io.etcdregistry.internal.watch.RangeState.Manner;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Follows ranges for a client over its one watch stream: carries out what {@link StreamMachine} and
 * {@link RangeMachine} decide. Everything here, listeners included, runs in the serial context
 * given.
 */
public final class WatchHub {
  /** Lists under way at a time; the others wait for their turn. */
  private static final int MAX_LISTS = 8;

  /** A sleep that is long enough for a cluster to be wiped and written again. */
  private static final Duration LONG_SLEEP = Duration.ofSeconds(5);

  /** A list is not watched from when this has passed since it was asked for. */
  private static final Duration TOO_OLD = Duration.ofSeconds(30);

  private final Environment env;
  private final Alarm alarm;

  // Written in the context only.
  private volatile StreamMachine.State state = StreamMachine.State.START;

  // The following fields are touched in the context only.
  private final Set<Following> followings = new LinkedHashSet<>();
  private final Map<Long, Following> watches = new HashMap<>();
  private final Queue<Runnable> lists = new ArrayDeque<>();
  private final ClusterHistory history = new ClusterHistory();
  private final SleepDetector sleep;
  private @Nullable WatchStream stream;
  private long lastWatch;
  private int listing;
  private int breaks;
  private boolean settling;
  private Runnable onReset = () -> {};

  /**
   * A hub that follows nothing yet.
   *
   * @param env what the parts of the client share
   */
  public WatchHub(Environment env) {
    this.env = env;
    this.sleep = new SleepDetector(env.time());
    this.alarm = new Alarm(env.time(), env.context(), () -> handle(StreamMachine.Event.TICK));
  }

  /** Calls back when the cluster was found wiped or restored, once for each time. */
  public void onReset(Runnable callback) {
    onReset = callback;
  }

  /** Follows a range: lists it, then tells of changes. */
  public Following follow(KeyRange range, RangeListener listener) {
    return begin(new Following(this, range, listener, RangeState.unloaded(state.open())));
  }

  /** The same, for what may be a little out of date after a break, and is not worth a rush. */
  public Following followPatiently(KeyRange range, RangeListener listener) {
    RangeState unknown = RangeState.unloaded(state.open()).in(Manner.PATIENT);
    return begin(new Following(this, range, listener, unknown));
  }

  /**
   * Follows a key of this client's own, which an audit looks at as well.
   *
   * @param revision what the listener knows it at, or 0 if it does not
   */
  public Following followOwn(KeyRange key, long revision, RangeListener listener) {
    boolean open = state.open();
    RangeState known = revision > 0 ? RangeState.loaded(revision, open) : RangeState.unloaded(open);
    return begin(new Following(this, key, listener, known.in(Manner.AUDITED)));
  }

  private Following begin(Following following) {
    followings.add(following);
    if (followings.size() == 1) {
      handle(StreamMachine.Event.WANTED);
    }
    following.handle(RangeMachine.Event.START);
    return following;
  }

  void end(Following following) {
    if (followings.remove(following) && followings.isEmpty()) {
      handle(StreamMachine.Event.UNWANTED);
    }
  }

  /** When anything came on the stream last, by the monotonic clock. From any thread. */
  public long heardAt() {
    return state.heardAt();
  }

  /** How many streams have ended so far: between two of them a cluster may have been replaced. */
  public int breaks() {
    return breaks;
  }

  /** To be called before a linearizable call is sent; what it gives is called with the answer. */
  public Witness witness() {
    return new Witness(history.mark());
  }

  /** Looks at the answer to one linearizable call. */
  public final class Witness implements Consumer<Header> {
    private final ClusterHistory.Mark sent;

    private Witness(ClusterHistory.Mark sent) {
      this.sent = sent;
    }

    /** Whether no reset was found since the call was sent: else it may be of what was before. */
    public boolean current() {
      return history.goesOn(sent);
    }

    @Override
    public void accept(Header header) {
      long before = history.clusterId();
      if (history.provesReset(header, sent)) {
        boolean same = header.clusterId() == before;
        resetAll(
            same
                ? "its revision is " + header.revision() + ", after " + sent.revision()
                : "its id is " + hex(header.clusterId()) + ", after " + hex(before));
      }
    }
  }

  private static String hex(long id) {
    return Long.toHexString(id);
  }

  /** What is known contradicts a list in a way that only a reset explains. */
  void disproved(long revision) {
    history.reset(revision);
    resetAll("it holds other records under revisions that were seen before");
  }

  private void resetAll(String why) {
    env.telemetry().clusterReset(why);
    onReset.run();
    if (stream != null) {
      drop(false); // it may lead to a member of the cluster that was
      handle(StreamMachine.Event.BROKEN);
    }
    for (Following following : List.copyOf(followings)) {
      following.reset();
    }
  }

  /** Something came up that makes every content doubtful: compare soon. */
  public void compareAll() {
    handleAll(RangeMachine.Event.DOUBTED);
  }

  /** Stops following everything. */
  public void close() {
    alarm.clear();
    lists.clear();
    List.copyOf(followings).forEach(Following::close);
  }

  private void handle(StreamMachine.Event event) {
    StreamMachine.Step step =
        StreamMachine.next(state, event, env.time().nanoTime(), env.entropy().getAsLong());
    state = step.state();
    if (state.dueAt() == Long.MAX_VALUE) {
      alarm.clear();
    } else {
      alarm.set(state.dueAt());
    }
    step.actions().forEach(this::act);
  }

  private void act(StreamMachine.Action action) {
    switch (action) {
      case OPEN -> {
        Answers answers = new Answers();
        stream = env.store().watch(answers);
        env.telemetry().count(Counter.WATCH_STREAMS);
        answers.mine = stream;
        boolean gap = sleep.slept(LONG_SLEEP) || state.afterGap();
        handleAll(gap ? RangeMachine.Event.STREAM_BACK : RangeMachine.Event.STREAM_UP);
      }
      case ASK -> {
        if (stream != null) {
          stream.requestProgress();
        }
      }
      case ABANDON -> drop(true);
      case CLOSE -> drop(false);
    }
  }

  private void drop(boolean silent) {
    if (stream != null) {
      stream.close(silent);
    }
    lost();
  }

  private void lost() {
    breaks++;
    stream = null;
    watches.clear();
    handleAll(RangeMachine.Event.STREAM_DOWN);
  }

  private void handleAll(RangeMachine.Event event) {
    for (Following following : List.copyOf(followings)) {
      following.handle(event);
    }
  }

  long watch(Following following, KeyRange range, long from) {
    WatchStream open = stream;
    long id = ++lastWatch;
    if (open != null) {
      watches.put(id, following);
      open.create(id, range, from);
      handle(StreamMachine.Event.WATCHING);
    }
    return id;
  }

  void unwatch(long id) {
    if (forget(id) && stream != null) {
      stream.cancel(id);
    }
  }

  private boolean forget(long id) {
    boolean known = watches.remove(id) != null;
    if (known && watches.isEmpty()) {
      handle(StreamMachine.Event.UNWATCHED);
    }
    return known;
  }

  /** Lists when it is its turn; the answer is checked for a reset before it is handed over. */
  void list(KeyRange range, Consumer<Listing> answer, Consumer<StoreException> failure) {
    lists.add(
        () -> {
          Consumer<Header> witness = witness();
          long sentAt = env.time().nanoTime();
          CompletableFuture<Listing> call = env.store().list(range, env.callTimeout());
          call.whenComplete(
              (listing, failed) ->
                  env.context()
                      .execute(
                          () -> {
                            this.listing--;
                            if (failed != null) {
                              failure.accept(StoreException.of(failed));
                            } else if (env.time().nanoTime() - sentAt > TOO_OLD.toNanos()) {
                              failure.accept(tooOld());
                            } else {
                              witness.accept(listing.header());
                              answer.accept(listing);
                            }
                            nextLists();
                          }));
        });
    nextLists();
  }

  /** It lay there while the process was stopped: the cluster may be another by now. */
  private static StoreException tooOld() {
    return new StoreException(Failure.TIMED_OUT, "the answer was not looked at for " + TOO_OLD);
  }

  private void nextLists() {
    while (listing < MAX_LISTS && !lists.isEmpty()) {
      listing++;
      lists.remove().run();
    }
  }

  Environment env() {
    return env;
  }

  /** A stream hints at a reset; one linearizable read tells whether its member only lags. */
  private void settle(Following witness) {
    if (!settling) {
      settling = true;
      KeyRange one = KeyRange.key(witness.range().first());
      list(one, listing -> settling = false, cause -> settling = false);
    }
  }

  /** Answers of one stream; those of a stream given up are dropped. */
  private final class Answers implements WatchStream.Listener {
    private @Nullable WatchStream mine;

    private void heard(Runnable then) {
      env.context()
          .execute(
              () -> {
                if (mine == stream) {
                  handle(StreamMachine.Event.HEARD);
                  sleep.slept(LONG_SLEEP); // from now on it counts
                  then.run();
                }
              });
    }

    private void ofWatch(long id, Consumer<Following> then) {
      heard(
          () -> {
            Following following = watches.get(id);
            if (following != null) {
              then.accept(following);
            }
          });
    }

    @Override
    public void created(long id, Header header) {
      ofWatch(
          id,
          following -> {
            if (history.suspicious(header)) {
              settle(following);
            }
            following.created();
          });
    }

    @Override
    public void events(long id, Header header, List<WatchStream.Event> events) {
      ofWatch(
          id,
          following -> {
            history.saw(events.get(events.size() - 1).pair().modRevision());
            following.changed(events);
          });
    }

    @Override
    public void canceled(long id, long compactRevision, StoreException cause) {
      ofWatch(
          id,
          following -> {
            forget(id);
            following.canceled(compactRevision, cause);
          });
    }

    @Override
    public void progress() {
      heard(() -> {});
    }

    @Override
    public void broken(StoreException cause) {
      env.context()
          .execute(
              () -> {
                if (mine == stream) {
                  lost();
                  followings.forEach(following -> following.failing(cause));
                  handle(StreamMachine.Event.BROKEN);
                }
              });
    }
  }
}
