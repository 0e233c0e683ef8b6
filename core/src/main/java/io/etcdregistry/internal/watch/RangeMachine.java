package io.etcdregistry.internal.watch;

import io.etcdregistry.internal.time.Backoff;
import io.etcdregistry.internal.watch.RangeState.Manner;
import io.etcdregistry.internal.watch.RangeState.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides about the following of one range: a pure function of its state, what happened, and the
 * time.
 *
 * <p>The rules: list at a revision, then watch from that same revision on and drop what is known: a
 * watch that asks for the revision after a compaction may lose a delete. A watch that etcd ends is
 * listed anew. A stream that broke resumes from the last revision seen, and the content is compared
 * with etcd's soon after; before, if there was none for a while, as a cluster that was wiped and
 * written again would be taken for the one that was. Every range is compared every five minutes
 * even so, because etcd itself has dropped events around compactions.
 */
final class RangeMachine {
  /** How often the content is compared with etcd's, and by how much the times of clients differ. */
  static final Duration VERIFY = Duration.ofMinutes(5);

  /** Clients whose streams broke together, or that were compacted together, spread over this. */
  static final Duration SPREAD = Duration.ofSeconds(5);

  /** The same for what is followed patiently: out of the way of all that is urgent then. */
  static final Duration PATIENT_SPREAD = Duration.ofSeconds(30);

  /** After a compaction clients list again within this. */
  static final Duration RELIST_SPREAD = Duration.ofSeconds(1);

  static final Backoff RETRY = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2));

  /** A comparison is not urgent. */
  static final Backoff RETRY_COMPARISON = new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(1));

  /** A refusal is not lifted soon. */
  static final Backoff RETRY_REFUSED = new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(30));

  /** What happened. */
  enum Event {
    /** The range is to be followed. */
    START,
    /** The list under way was answered. */
    LISTED,
    /** The list under way failed, and may work when tried again. */
    LIST_FAILED,
    /** The list or the watch was refused. */
    REFUSED,
    /** There is a stream to watch on. */
    STREAM_UP,
    /** There is one after a while without: the cluster may have been wiped meanwhile. */
    STREAM_BACK,
    /** The stream is gone, and with it the watch. */
    STREAM_DOWN,
    /** The watch is set up. */
    CREATED,
    /** etcd ended the watch because its revision was compacted. */
    COMPACTED,
    /** etcd ended the watch for another cause. */
    CANCELED,
    /** The cluster was wiped or restored. */
    RESET,
    /** Something makes the content doubtful. */
    DOUBTED,
    /** Time passed. */
    TICK
  }

  /** What is to be done. */
  enum Action {
    /** List, under the call number of the new state. */
    LIST,
    /** Hand the list over as the whole content. */
    DELIVER,
    /** Hand the list over for comparison. */
    COMPARE,
    /** Watch from the revision last seen. */
    WATCH,
    /** End the watch. */
    UNWATCH,
    /** Tell that changes come in. */
    TELL_LIVE,
    /** Tell that they do not. */
    TELL_STALE
  }

  /**
   * A decision.
   *
   * @param state the new state; its {@code dueAt} is the next wake-up
   * @param actions what to do, in order
   */
  record Step(RangeState state, List<Action> actions) {
    Step(RangeState state, Action... actions) {
      this(state, List.of(actions));
    }
  }

  private RangeMachine() {}

  /**
   * Decides.
   *
   * @param state the state so far
   * @param event what happened
   * @param revision the revision of a list, else 0
   * @param now the monotonic clock
   * @param entropy a fresh random number, for jitter
   */
  static Step next(RangeState state, Event event, long revision, long now, long entropy) {
    return switch (event) {
      case START -> start(state);
      case LISTED -> listed(state, revision, now, entropy);
      case LIST_FAILED -> listFailed(state, now, entropy);
      case REFUSED -> refused(state, now, entropy);
      case STREAM_UP -> streamUp(state.stream(true), now, entropy);
      case STREAM_BACK ->
          state.manner() == Manner.AUDITED
              ? watchIfLoaded(state.stream(true))
              : returned(state.stream(true), now, entropy);
      case STREAM_DOWN -> streamDown(state);
      case CREATED -> created(state, now, entropy);
      case COMPACTED -> ended(state, now + Backoff.jitter(RELIST_SPREAD.toNanos(), entropy));
      case CANCELED -> ended(state, retryAt(state, RETRY, now, entropy));
      case RESET -> reset(state);
      case DOUBTED -> new Step(compareSoon(state.doubted(), now, entropy));
      case TICK -> tick(state, now);
    };
  }

  private static Step start(RangeState state) {
    return state.phase() == Phase.UNLOADED && state.call() == 0
        ? new Step(state.calling(), Action.LIST)
        : watchIfLoaded(state);
  }

  private static Step watchIfLoaded(RangeState state) {
    return state.phase() == Phase.LOADED && state.streamUp()
        ? new Step(state.phase(Phase.WATCHED), Action.WATCH)
        : new Step(state);
  }

  private static Step streamUp(RangeState state, long now, long entropy) {
    return state.phase() == Phase.RETURNED ? returned(state, now, entropy) : watchIfLoaded(state);
  }

  /** What is compared before it is watched again misses nothing by it. */
  private static Step streamDown(RangeState state) {
    boolean doubtful = state.phase() != Phase.RETURNED && state.manner() != Manner.AUDITED;
    RangeState next = unwatched(state.stream(false));
    return stale(doubtful ? next.doubted() : next, state);
  }

  /** A list that is under way will do: while etcd is away each stream that fails would add one. */
  private static Step returned(RangeState state, long now, long entropy) {
    if (state.phase() != Phase.LOADED && state.phase() != Phase.RETURNED) {
      return new Step(state);
    }
    RangeState next = state.phase(Phase.RETURNED);
    if (state.call() != 0) {
      return new Step(next);
    }
    return state.manner() == Manner.PATIENT
        ? new Step(next.due(now + Backoff.jitter(PATIENT_SPREAD.toNanos(), entropy)))
        : new Step(next.calling(), Action.LIST);
  }

  private static Step listed(RangeState state, long revision, long now, long entropy) {
    if (state.call() == 0) {
      return new Step(state); // given up meanwhile
    }
    boolean load = state.phase() == Phase.UNLOADED;
    RangeState known = compareSoon(state.answered(now + verifyIn(entropy)), now, entropy);
    if (!load) {
      return compared(state, known.seen(Math.max(state.seen(), revision)).worked());
    }
    known = known.seen(revision).reset(false);
    if (!state.streamUp()) {
      return new Step(known.phase(Phase.LOADED), Action.DELIVER, Action.TELL_STALE);
    }
    return new Step(
        known.phase(Phase.WATCHED).live(true), Action.DELIVER, Action.WATCH, Action.TELL_LIVE);
  }

  private static Step compared(RangeState before, RangeState known) {
    if (before.phase() != Phase.RETURNED) {
      return new Step(known, Action.COMPARE);
    }
    return before.streamUp()
        ? new Step(known.phase(Phase.WATCHED), Action.COMPARE, Action.WATCH)
        : new Step(known.phase(Phase.LOADED), Action.COMPARE);
  }

  private static Step listFailed(RangeState state, long now, long entropy) {
    if (state.call() == 0) {
      return new Step(state);
    }
    if (state.phase() == Phase.LOADED) {
      return new Step(state.doubted().failed(now + verifyIn(entropy))); // a stream comes sooner
    }
    Backoff backoff = state.phase() == Phase.WATCHED ? RETRY_COMPARISON : RETRY;
    return new Step(state.failed(retryAt(state, backoff, now, entropy)));
  }

  /** What is watched is not to be told any more, though etcd may go on telling. */
  private static Step refused(RangeState state, long now, long entropy) {
    List<Action> actions = new ArrayList<>();
    if (state.phase() == Phase.WATCHED) {
      actions.add(Action.UNWATCH);
    }
    if (state.live()) {
      actions.add(Action.TELL_STALE);
    }
    boolean patient = state.manner() == Manner.PATIENT; // many are refused, and can do without
    long at = patient ? now + verifyIn(entropy) : retryAt(state, RETRY_REFUSED, now, entropy);
    return new Step(unloaded(state, at).live(false), actions);
  }

  private static Step ended(RangeState state, long listAt) {
    return state.phase() == Phase.WATCHED
        ? stale(unloaded(state, listAt), state)
        : new Step(state); // of a watch that is given up already
  }

  private static Step created(RangeState state, long now, long entropy) {
    if (state.phase() != Phase.WATCHED) {
      return new Step(state);
    }
    RangeState next = compareSoon(state, now, entropy).live(true);
    return state.live() ? new Step(next) : new Step(next, Action.TELL_LIVE);
  }

  /** Compares doubtful content soon, not at once: all clients doubt at the same time. */
  private static RangeState compareSoon(RangeState state, long now, long entropy) {
    Duration spread = state.manner() == Manner.PATIENT ? PATIENT_SPREAD : SPREAD;
    long soon = now + Backoff.jitter(spread.toNanos(), entropy);
    boolean compared = state.dueAt() != RangeState.NEVER; // else a list is under way, or not wanted
    return compared && state.doubtful() ? state.due(Math.min(state.dueAt(), soon)) : state;
  }

  private static Step reset(RangeState state) {
    List<Action> actions = new ArrayList<>();
    if (state.phase() == Phase.WATCHED) {
      actions.add(Action.UNWATCH);
    }
    if (state.live()) {
      actions.add(Action.TELL_STALE);
    }
    actions.add(Action.LIST);
    RangeState next = state.phase(Phase.UNLOADED).live(false).seen(0).reset(true);
    return new Step(next.calling(), actions);
  }

  private static Step tick(RangeState state, long now) {
    if (now < state.dueAt() || state.call() != 0) {
      return new Step(state);
    }
    return new Step(state.calling(), Action.LIST);
  }

  private static RangeState unwatched(RangeState state) {
    return state.phase() == Phase.WATCHED ? state.phase(Phase.LOADED) : state;
  }

  private static RangeState unloaded(RangeState state, long at) {
    return state.phase(Phase.UNLOADED).failed(at);
  }

  private static Step stale(RangeState next, RangeState before) {
    return before.live() ? new Step(next.live(false), Action.TELL_STALE) : new Step(next);
  }

  private static long retryAt(RangeState state, Backoff backoff, long now, long entropy) {
    return now + backoff.nanos(state.failures() + 1, entropy);
  }

  private static long verifyIn(long entropy) {
    long fifth = VERIFY.toNanos() / 5;
    return VERIFY.toNanos() - fifth + Backoff.jitter(2 * fifth, entropy);
  }
}
