package io.etcdregistry.internal.watch;

import io.etcdregistry.internal.time.Backoff;
import java.time.Duration;
import java.util.List;

/**
 * Decides about the life of the watch stream: a pure function of its state, what happened, and the
 * time.
 *
 * <p>An idle watch and a dead one look alike, so a stream that was silent is asked for a sign of
 * life, and given up for one elsewhere if none comes.
 */
final class StreamMachine {
  /** How long a stream may be silent before it is asked. */
  static final Duration SILENCE = Duration.ofSeconds(10);

  /** How long it has to answer; up to four times as long where streams were given up before. */
  static final Duration PATIENCE = Duration.ofSeconds(3);

  /** Streams that end are opened again after this. */
  static final Backoff RETRY = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(2));

  /** Where the stream stands. */
  enum Phase {
    /** No range is followed. Leads to OPEN. */
    UNWANTED,
    /** Ended; waits to be opened again. Leads to OPEN, UNWANTED. */
    WAITING,
    /** Open, and heard of lately. Leads to ASKED, WAITING, UNWANTED. */
    OPEN,
    /** Open, and asked for a sign of life. Leads to OPEN, WAITING, UNWANTED. */
    ASKED
  }

  /** What happened. */
  enum Event {
    /** The first range is followed. */
    WANTED,
    /** The last range is not followed any more. */
    UNWANTED,
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
   * @param heardAt when anything came last
   * @param dueAt when something has to be done next
   * @param failures streams that ended in a row without anything having come
   */
  record State(Phase phase, long heardAt, long dueAt, int failures) {
    static final State START = new State(Phase.UNWANTED, 0, Long.MAX_VALUE, 0);

    boolean open() {
      return phase == Phase.OPEN || phase == Phase.ASKED;
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
          state.phase() == Phase.UNWANTED ? new Step(opened(now, 0), Action.OPEN) : new Step(state);
      case UNWANTED -> state.open() ? new Step(State.START, Action.CLOSE) : new Step(State.START);
      case HEARD ->
          state.open()
              ? new Step(new State(Phase.OPEN, now, now + SILENCE.toNanos(), 0))
              : new Step(state);
      case BROKEN -> state.open() ? new Step(waiting(state, now, entropy)) : new Step(state);
      case TICK -> now < state.dueAt() ? new Step(state) : due(state, now);
    };
  }

  private static Step due(State state, long now) {
    return switch (state.phase()) {
      case UNWANTED -> new Step(state);
      case WAITING -> new Step(opened(now, state.failures()), Action.OPEN);
      case OPEN ->
          new Step(
              new State(Phase.ASKED, state.heardAt(), now + PATIENCE.toNanos(), state.failures()),
              Action.ASK);
      case ASKED -> new Step(opened(now, state.failures() + 1), Action.ABANDON, Action.OPEN);
    };
  }

  /** A fresh stream has said nothing yet: it has only the patience, not the silence. */
  private static State opened(long now, int failures) {
    long patience = PATIENCE.toNanos() * Math.min(failures + 1, 4);
    return new State(Phase.ASKED, now, now + patience, failures);
  }

  private static State waiting(State state, long now, long entropy) {
    int failures = state.failures() + 1;
    return new State(
        Phase.WAITING, state.heardAt(), now + RETRY.nanos(failures, entropy), failures);
  }
}
