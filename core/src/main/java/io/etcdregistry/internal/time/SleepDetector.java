package io.etcdregistry.internal.time;

import io.etcdregistry.spi.Time;
import java.time.Duration;
import java.time.Instant;

/**
 * Notices that the two clocks went apart between two looks: on Linux the monotonic clock stands
 * still while the machine is suspended, the wall clock does not. Either way nothing known is
 * current any more; it is no proof of a loss.
 */
public final class SleepDetector {
  private final Time time;
  private long monotonic;
  private Instant wall;

  /** Looks for the first time. */
  public SleepDetector(Time time) {
    this.time = time;
    this.monotonic = time.nanoTime();
    this.wall = time.now();
  }

  /** Whether the clocks went apart by more than a tolerance since the last call. */
  public boolean slept(Duration tolerance) {
    long passed = time.nanoTime() - monotonic;
    Duration shown = Duration.between(wall, time.now());
    monotonic += passed;
    wall = wall.plus(shown);
    return shown.minusNanos(passed).abs().compareTo(tolerance) > 0;
  }
}
