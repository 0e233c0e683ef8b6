package io.etcdregistry.internal.balance;

import java.time.Duration;

/**
 * A decaying peak of latencies, packed into a {@code long} so that it can be replaced in one step.
 * A slower call counts at once and in full, a faster one the more the longer ago the last was: what
 * is slow is noticed fast, and forgiven slowly. It decays also while there are no calls, so that
 * what was slow is tried again.
 *
 * <p>The peak EWMA of Finagle's load balancer, as Linkerd has it, too.
 */
final class Latency {
  /** Nothing was observed yet. */
  static final long NONE = 0;

  /** The time in which what was observed decays to 1/e. */
  static final Duration DECAY = Duration.ofSeconds(10);

  /** A tick of the time stamp: fine enough for the decay, and does not repeat for 50 days. */
  private static final int TICK_BITS = 20;

  private static final double DECAY_TICKS = (double) DECAY.toNanos() / (1 << TICK_BITS);

  private Latency() {}

  /** Takes in a call that took so many nanoseconds. */
  static long observe(long state, long now, long nanos) {
    if (state == NONE) {
      return pack(now, (double) nanos);
    }
    double past = peak(state);
    double kept = kept(state, now);
    return pack(now, nanos > past ? nanos : past * kept + nanos * (1 - kept));
  }

  /** What a call is expected to take, in nanoseconds; 0 if nothing was observed. */
  static double at(long state, long now) {
    return state == NONE ? 0 : peak(state) * kept(state, now);
  }

  private static double kept(long state, long now) {
    int ticks = tick(now) - (int) (state >>> 32);
    return Math.exp(-Math.max(0, ticks) / DECAY_TICKS);
  }

  private static double peak(long state) {
    return Float.intBitsToFloat((int) state);
  }

  private static int tick(long now) {
    return (int) (now >>> TICK_BITS);
  }

  private static long pack(long now, double nanos) {
    int peak = Float.floatToRawIntBits((float) Math.max(1, nanos)); // never 0, which is NONE
    return (long) tick(now) << 32 | peak;
  }
}
