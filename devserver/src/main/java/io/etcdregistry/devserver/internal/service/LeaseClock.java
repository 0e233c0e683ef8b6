package io.etcdregistry.devserver.internal.service;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The time that leases live by: nanoseconds since the server began, as the machine counts them or
 * standing still, plus what it was moved by hand. Thread-safe.
 */
public final class LeaseClock implements LongSupplier {
  private final boolean running;
  private final long origin = System.nanoTime();
  private final AtomicLong moved = new AtomicLong();

  /**
   * A clock at zero.
   *
   * @param running whether it goes by itself
   */
  public LeaseClock(boolean running) {
    this.running = running;
  }

  /** Whether it goes by itself. */
  boolean running() {
    return running;
  }

  /** Moves it forward. */
  void move(long nanos) {
    moved.addAndGet(nanos);
  }

  @Override
  public long getAsLong() {
    return (running ? System.nanoTime() - origin : 0) + moved.get();
  }
}
