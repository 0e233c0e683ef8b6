package io.etcdregistry.internal.registration;

import java.time.Duration;

/**
 * Decides what the answers of a readiness check mean: a pure function.
 *
 * <p>The first pass lets an instance join. From then on {@value #FALL} failures in a row mark it
 * {@code down} and {@value #RISE} passes in a row bring it back, so that one that flaps does not
 * make its readers flap (the "fall" and "rise" of HAProxy's health checks, with its defaults).
 */
final class ReadinessMachine {
  /** Failures in a row until an instance is down. */
  static final int FALL = 3;

  /** Passes in a row until it is up again. */
  static final int RISE = 2;

  private static final Duration WAITING = Duration.ofMillis(250);
  private static final Duration WAVERING = Duration.ofSeconds(1);
  private static final Duration STEADY = Duration.ofSeconds(5);

  /**
   * What is known of an instance.
   *
   * @param everReady whether the check ever passed
   * @param ready whether the instance counts as ready
   * @param against how many answers in a row spoke against that
   */
  record State(boolean everReady, boolean ready, int against) {
    /** Nothing was checked yet. */
    static final State NEW = new State(false, false, 0);

    private int enough() {
      if (!everReady) {
        return 1;
      }
      return ready ? FALL : RISE;
    }

    /** How long to wait until the next check. */
    Duration pause() {
      if (!everReady) {
        return WAITING;
      }
      return ready && against == 0 ? STEADY : WAVERING;
    }
  }

  private ReadinessMachine() {}

  /** What is known after an answer. */
  static State next(State state, boolean passed) {
    if (passed == state.ready()) {
      return new State(state.everReady(), state.ready(), 0);
    }
    int against = state.against() + 1;
    return against >= state.enough()
        ? new State(true, !state.ready(), 0)
        : new State(state.everReady(), state.ready(), against);
  }
}
