package io.etcdregistry.internal.watch;

import io.etcdregistry.internal.time.Backoff;
import java.time.Duration;
import java.util.List;

/**
 * Decides about the life of the watch stream: a pure function of its state, what happened, and the
 * time.
 *
 * <p>An idle watch and a dead one look alike, so a stream that was silent is asked for a sign of
 * life, and given up for one elsewhere if none comes. Only watches give such signs: without one,
 * etcd has nothing to say, and newer versions do not answer either.
 */
final class StreamMachine {
  /** How long a stream may be silent before it is asked. */
  static final Duration SILENCE = Duration.ofSeconds(10);

  /** How long it has to answer; the first time up to four times as long after failures. */
  static final Duration PATIENCE = Duration.ofSeconds(3);

  /** A stream that ends sooner has failed, even if something came: opening it costs etcd most. */
  static final Duration SETTLED = Duration.ofSeconds(5);

  /** Streams that end are opened again after this. */
  static final Backoff RETRY = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(2));

  /** Where the stream stands. */
  enum Phase {
    /** No range is followed. Leads to IDLE. */
    UNWANTED,
    /** Ended; waits to be opened again. Leads to IDLE, UNWANTED. */
    WAITING,
    /** Open, without a watch: may be silent. Leads to ASKED, WAITING, UNWANTED. */
    IDLE,
    /** Open, and heard of lately. Leads to ASKED, IDLE, WAITING, UNWANTED. */
    HEARD,
    /** Open, and to give a sign of life soon. Leads to HEARD, IDLE, WAITING, UNWANTED. */
    ASKED
  }

  /** What happened. */
  enum Event {
    /** The first range is followed. */
    WANTED,
    /** The last range is not followed any more. */
    UNWANTED,
    /** A watch was asked for on the stream. */
    WATCHING,
    /** The last watch on the stream is gone. */
    UNWATCHED,
    /** Anything came. */
    HEARD,
    /** The stream ended by itself. */
    BROKEN,
    /** Time passed. */
    TICK
  }

  /** What is to be done. */
  enum Action {
    /** Open a stream and set up every watch on it. */
    OPEN,
    /** Ask for a sign of life. */
    ASK,
    /** Close the stream as hung. */
    ABANDON,
    /** Close the stream. */
    CLOSE
  }

  /**
   * Where the stream stands.
   *
   * @param phase what is being done about it
   * @param openedAt when it was opened
   * @param heardAt when anything came last, on this stream or one before it
   * @param dueAt when something has to be done next
   * @param failures streams that ended in a row, since one was heard after it had settled
   */
  record State(Phase phase, long openedAt, long heardAt, long dueAt, int failures) {
    static final long NEVER = Long.MAX_VALUE;
    static final State START = new State(Phase.UNWANTED, 0, 0, NEVER, 0);

    /**
     * Whether the stream opened just now follows a while without one, longer than a stream may be
     * silent, or in which one could not be had.
     */
    boolean afterGap() {
      boolean late = heardAt != 0 && openedAt - heardAt >= SILENCE.plus(PATIENCE).toNanos();
      return late || failures > 1;
    }

    boolean open() {
      return phase == Phase.IDLE || phase == Phase.HEARD || phase == Phase.ASKED;
    }

    State opened(long now, int failed) {
      return new State(Phase.IDLE, now, heardAt, NEVER, failed);
    }

    State idle() {
      return new State(Phase.IDLE, openedAt, heardAt, NEVER, failures);
    }

    State asked(long due) {
      return new State(Phase.ASKED, openedAt, heardAt, due, failures);
    }

    State waiting(long due) {
      return new State(Phase.WAITING, openedAt, heardAt, due, failures + 1);
    }
  }

  /**
   * A decision.
   *
   * @param state the new state; its {@code dueAt} is the next wake-up
   * @param actions what to do, in order
   */
  record Step(State state, List<Action> actions) {
    Step(State state, Action... actions) {
      this(state, List.of(actions));
    }
  }

  private StreamMachine() {}

  /**
   * Decides.
   *
   * @param state the state so far
   * @param event what happened
   * @param now the monotonic clock
   * @param entropy a fresh random number, for jitter
   */
  static Step next(State state, Event event, long now, long entropy) {
    return switch (event) {
      case WANTED ->
          state.phase() == Phase.UNWANTED
              ? new Step(state.opened(now, 0), Action.OPEN)
              : new Step(state);
      case UNWANTED -> state.open() ? new Step(State.START, Action.CLOSE) : new Step(State.START);
      case WATCHING ->
          state.phase() == Phase.IDLE
              ? new Step(state.asked(now + patience(state.failures())))
              : new Step(state);
      case UNWATCHED -> state.open() ? new Step(state.idle()) : new Step(state);
      case HEARD -> state.open() ? new Step(heard(state, now)) : new Step(state);
      case BROKEN ->
          state.open()
              ? new Step(state.waiting(now + RETRY.nanos(state.failures() + 1, entropy)))
              : new Step(state);
      case TICK -> now < state.dueAt() ? new Step(state) : due(state, now);
    };
  }

  private static State heard(State state, long now) {
    int failures = now - state.openedAt() < SETTLED.toNanos() ? state.failures() : 0;
    boolean idle = state.phase() == Phase.IDLE;
    return new State(
        idle ? Phase.IDLE : Phase.HEARD,
        state.openedAt(),
        now,
        idle ? State.NEVER : now + SILENCE.toNanos(),
        failures);
  }

  private static Step due(State state, long now) {
    return switch (state.phase()) {
      case UNWANTED, IDLE -> new Step(state);
      case WAITING -> new Step(state.opened(now, state.failures()), Action.OPEN);
      case HEARD -> new Step(state.asked(now + PATIENCE.toNanos()), Action.ASK);
      case ASKED -> new Step(state.opened(now, state.failures() + 1), Action.ABANDON, Action.OPEN);
    };
  }

  private static long patience(int failures) {
    return PATIENCE.toNanos() * Math.min(failures + 1, 4);
  }
}
