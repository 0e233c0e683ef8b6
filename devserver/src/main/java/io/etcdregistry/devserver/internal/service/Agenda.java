package io.etcdregistry.devserver.internal.service;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done later, by the server's own clock: one thing at a time, in the order of their
 * times, and within the same time in the order they were given. Thread-safe.
 */
final class Agenda {
  private final LeaseClock clock;
  private final ScheduledExecutorService timer;
  private final Object turn = new Object();

  // Guarded by this.
  private final PriorityQueue<Item> items =
      new PriorityQueue<>(Comparator.comparingLong(Item::due).thenComparingLong(Item::order));
  private long given;
  private @Nullable ScheduledFuture<?> armed;

  private record Item(long due, long order, Runnable task) {}

  /**
   * An agenda with nothing on it.
   *
   * @param timer wakes up, and does what is due by itself
   */
  Agenda(LeaseClock clock, ScheduledExecutorService timer) {
    this.clock = clock;
    this.timer = timer;
  }

  /** The clock that counts. */
  long now() {
    return clock.getAsLong();
  }

  /** Has something done at a moment. It MUST NOT block. */
  synchronized void at(long due, Runnable task) {
    items.add(new Item(due, given++, task));
    arm();
  }

  /**
   * Nanoseconds until the first thing is due, 0 if it is; the longest there are if there is none.
   */
  synchronized long untilNext() {
    Item first = items.peek();
    return first == null ? Long.MAX_VALUE : Math.max(0, first.due() - now());
  }

  /** Does what is due. */
  void run() {
    synchronized (turn) {
      for (Item item = poll(); item != null; item = poll()) {
        item.task().run();
      }
    }
    synchronized (this) {
      arm();
    }
  }

  private synchronized @Nullable Item poll() {
    return untilNext() == 0 ? items.poll() : null;
  }

  private void arm() {
    if (armed != null) {
      armed.cancel(false);
    }
    if (clock.running() && !items.isEmpty() && !timer.isShutdown()) {
      armed = timer.schedule(this::run, untilNext(), TimeUnit.NANOSECONDS);
    }
  }
}
