package io.etcdregistry.internal.balance;

/**
 * Lets the share of a new instance grow evenly from a tenth to the whole over a time, in steps, so
 * that caches fill and code is compiled before all calls come.
 *
 * <p>Envoy's slow start, with its defaults.
 *
 * @param nanos how long it takes; 0 for not at all
 */
record SlowStart(long nanos) {
  private static final double LEAST = 0.1;
  private static final int STEPS = 20;

  /** By what the weight is multiplied at an age. */
  double factor(long age) {
    return isOver(age) ? 1 : Math.max(LEAST, (double) age / nanos);
  }

  boolean isOver(long age) {
    return age >= nanos;
  }

  /** How long until the next step. */
  long step() {
    return Math.max(1, nanos / STEPS);
  }
}
