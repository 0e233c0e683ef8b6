package io.etcdregistry.internal.time;

import java.time.Duration;

/**
 * How long to wait before another try: doubling from a first step up to a cap, with full jitter, so
 * that many clients that failed together do not come back together (the "full jitter" of the AWS
 * Architecture Blog, "Exponential Backoff and Jitter").
 *
 * @param first the ceiling of the first wait
 * @param cap the ceiling of any wait
 */
public record Backoff(Duration first, Duration cap) {
  /**
   * The wait before a try.
   *
   * @param failures how many tries failed so far, from 1
   * @param entropy any random number
   * @return nanoseconds, at least a tenth of the ceiling
   */
  public long nanos(int failures, long entropy) {
    int doublings = Math.max(failures - 1, 0);
    boolean overflows = doublings >= Long.numberOfLeadingZeros(first.toNanos());
    long doubled = overflows ? Long.MAX_VALUE : first.toNanos() << doublings;
    return jitter(Math.min(doubled, cap.toNanos()), entropy);
  }

  /** A number between a tenth of a ceiling and the ceiling. */
  public static long jitter(long ceiling, long entropy) {
    double fraction = (entropy >>> 11) * 0x1.0p-53;
    return (long) (ceiling * (0.1 + 0.9 * fraction));
  }
}
