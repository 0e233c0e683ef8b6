package io.etcdregistry.internal.registration;

import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.time.Alarm;
import io.etcdregistry.internal.watch.Following;
import io.etcdregistry.internal.watch.WatchHub;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The watches of this client's own keys, one for each: a watch of a range would tell of every
 * change of others' records in it. In the reconciler's serial context.
 *
 * <p>They are set up a moment after what made them necessary, those of many keys together when no
 * more come for a moment, but a second after the first at the latest. Nothing is missed by it, as a
 * watch begins with the revision that the key is known at; and etcd takes as long as that moment to
 * begin one that looks back. But nobody who joins waits for them, nor beside them.
 */
final class OwnWatches {
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration LATEST = Duration.ofSeconds(1);

  private final Environment env;
  private final WatchHub hub;
  private final Consumer<OwnKey> touch;
  private final Runnable onReturn;
  private final Alarm alarm;
  private final Set<OwnKey> waiting = new LinkedHashSet<>();

  /** When the first of those began to wait. */
  private long since;

  /** How many streams had ended then. */
  private int breaks;

  /**
   * No watches.
   *
   * @param env what the parts of the client share
   * @param hub watches
   * @param touch hears of keys about which something else is known
   * @param onReturn is run when changes come in again after they did not for a while
   */
  OwnWatches(Environment env, WatchHub hub, Consumer<OwnKey> touch, Runnable onReturn) {
    this.env = env;
    this.hub = hub;
    this.touch = touch;
    this.onReturn = onReturn;
    this.alarm = new Alarm(env.time(), env.context(), this::beginWaiting);
  }

  /** Has a key watched, if it is not. */
  void watch(OwnKey key) {
    if (key.following.isPresent()) {
      return;
    }
    long now = env.time().nanoTime();
    if (waiting.isEmpty()) {
      since = now;
      breaks = hub.breaks();
    }
    if (waiting.add(key)) {
      alarm.set(Math.min(now + PAUSE.toNanos(), since + LATEST.toNanos()));
    }
  }

  private void beginWaiting() {
    List<OwnKey> now = List.copyOf(waiting);
    waiting.clear();
    boolean broken = breaks != hub.breaks();
    for (OwnKey key : now) {
      OwnWatch watch = new OwnWatch(key, touch, onReturn, broken);
      long from = key.observed.asOf();
      key.following = Optional.of(hub.followOwn(KeyRange.key(key.key), from, watch));
    }
  }

  /** Watches a key no longer. */
  void end(OwnKey key) {
    waiting.remove(key);
    key.following.ifPresent(Following::close);
    key.following = Optional.empty();
  }

  /** Begins no other. */
  void close() {
    alarm.clear();
    waiting.clear();
  }
}
