package io.etcdregistry.internal.store;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Where time passes by itself, and things happen on other threads. */
public interface RealTimeBench extends StoreBench {
  /** How long a test waits for what must come. */
  Duration GENEROUS = Duration.ofSeconds(30);

  @Override
  default void passTime(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    await(time + " passed", () -> System.nanoTime() >= until);
  }

  @Override
  default void await(String what, BooleanSupplier condition) {
    long begun = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - begun > GENEROUS.toNanos()) {
        throw new AssertionError("in vain: " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }
}
