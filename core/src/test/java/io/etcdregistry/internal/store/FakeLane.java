package io.etcdregistry.internal.store;

import io.etcdregistry.spi.Time;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * One direction of a stream: messages arrive in order, each after the latency of its link, and wait
 * while the link or the lane is silent.
 */
final class FakeLane {
  private final Time time;
  private final FakeLink link;

  // Guarded by the link.
  private final Queue<Runnable> messages = new ArrayDeque<>();
  private long lastArrival;
  private int arrived;
  private boolean hung;
  private boolean closed;

  FakeLane(Time time, FakeLink link) {
    this.time = time;
    this.link = link;
    this.lastArrival = time.nanoTime();
  }

  void send(Runnable message) {
    synchronized (link) {
      if (closed) {
        return;
      }
      messages.add(message);
      long now = time.nanoTime();
      long wait = Math.max(link.latency().toNanos(), lastArrival - now);
      lastArrival = now + wait;
      time.schedule(Duration.ofNanos(wait), this::arrive);
    }
  }

  private void arrive() {
    synchronized (link) {
      arrived++;
    }
    deliver();
  }

  /** Lets what has arrived go on, if nothing holds it. */
  void flush() {
    time.schedule(Duration.ZERO, this::deliver);
  }

  private void deliver() {
    while (true) {
      Runnable message;
      synchronized (link) {
        if (closed || hung || arrived == 0 || link.silent()) {
          return;
        }
        arrived--;
        message = messages.remove();
      }
      message.run();
    }
  }

  /** Holds everything from now on, for good. */
  void hang() {
    synchronized (link) {
      hung = true;
    }
  }

  /** Drops what is under way and whatever is sent later. */
  void close() {
    synchronized (link) {
      closed = true;
      messages.clear();
    }
  }
}
