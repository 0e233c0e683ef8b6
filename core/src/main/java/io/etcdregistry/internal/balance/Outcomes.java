package io.etcdregistry.internal.balance;

/**
 * How the last calls to an instance ended, packed into a {@code long} so that it can be replaced in
 * one step: failures in a row, and successes and failures of the last fifty to hundred calls.
 *
 * <p>What is bad is measured by the others, as in Envoy's outlier detection, but by pooling them
 * instead of by the deviation between instances: two bad instances of five would hide in that.
 */
final class Outcomes {
  static final long NONE = 0;

  /** So many failures in a row are too many. */
  static final int IN_A_ROW = 5;

  /** A rate means nothing before so many calls. */
  static final int FEWEST = 20;

  private static final int WINDOW = 100;

  /** Failures that are expected of anything, so that a single one in a good time is no outlier. */
  private static final double USUAL = 0.05;

  /** How many standard deviations cannot be chance: one window of millions. */
  private static final double DEVIATIONS = 5;

  private static final int BITS = 16;
  private static final long MASK = (1 << BITS) - 1;

  private Outcomes() {}

  static long succeeded(long state) {
    return pack(0, successes(state) + 1, failures(state));
  }

  static long failed(long state) {
    return pack(Math.min(MASK, inARow(state) + 1), successes(state), failures(state) + 1);
  }

  /** Without what the rate is made of. */
  static long withoutRate(long state) {
    return pack(inARow(state), 0, 0);
  }

  static long inARow(long state) {
    return state >>> (2 * BITS);
  }

  static long successes(long state) {
    return state >>> BITS & MASK;
  }

  static long failures(long state) {
    return state & MASK;
  }

  /** Whether the row of failures has just come to be too long, or longer by as much again. */
  static boolean tooManyInARow(long state) {
    return inARow(state) > 0 && inARow(state) % IN_A_ROW == 0;
  }

  /**
   * Whether more calls failed than can be chance.
   *
   * @param others the rate at which calls to the others fail, 0 to 1
   */
  static boolean tooManyFailures(long state, double others) {
    long calls = successes(state) + failures(state);
    double rate = Math.max(USUAL, others);
    double expected = calls * rate;
    return calls >= FEWEST
        && failures(state) > expected + DEVIATIONS * Math.sqrt(expected * (1 - rate));
  }

  private static long pack(long inARow, long successes, long failures) {
    int halved = successes + failures > WINDOW ? 1 : 0; // older calls count less and less
    return inARow << (2 * BITS) | successes >> halved << BITS | failures >> halved;
  }
}
