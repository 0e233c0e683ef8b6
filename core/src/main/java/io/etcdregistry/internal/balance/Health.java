package io.etcdregistry.internal.balance;

/**
 * Whether an instance is chosen, as {@link EjectionMachine} decides.
 *
 * @param state where it stands
 * @param until when that ends by itself, by the monotonic clock; without meaning where it does not
 * @param times how often in a row it was left out
 * @param since when it was left out first, or came back last
 */
record Health(State state, long until, int times, long since) {
  /** Where an instance stands. */
  enum State {
    /** It is chosen. → OUT */
    WELL,
    /** It is left out for a time. → RETURNING, WELL */
    OUT,
    /** It is left out, but the next call tries it. → ON_TRIAL, WELL, OUT */
    RETURNING,
    /** It is left out while one call tries it. → WELL, OUT, RETURNING */
    ON_TRIAL
  }

  /** An instance of which nothing bad is known. */
  static final Health WELL = new Health(State.WELL, 0, 0, 0);
}
