package io.etcdregistry.internal.telemetry;

import io.etcdregistry.RegistryObserver;
import io.etcdregistry.RegistryStats.Counter;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** An observer, told at its own pace, and kept whatever it throws. Thread-safe. */
final class ToldObserver {
  private final RegistryObserver observer;
  private final Counts<Counter> counts;
  private final LogLines log;
  private final Delivery delivery;

  // Touched in the delivery only.
  private boolean threw;

  ToldObserver(RegistryObserver observer, Executor threads, Counts<Counter> counts, LogLines log) {
    this.observer = observer;
    this.counts = counts;
    this.log = log;
    this.delivery =
        new Delivery(
            threads, RegistryObserver.MOST_WAITING, events -> call(told -> told.missed(events)));
  }

  void tell(Consumer<RegistryObserver> event) {
    delivery.hand(() -> call(event), this::dropped);
  }

  private void dropped(long inARow) {
    counts.add(Counter.EVENTS_DROPPED, 1);
    if (inARow == 1) {
      log.writeSome(
          "slow observer",
          Level.WARNING,
          "The observer " + name() + " is too slow: events are dropped until it has caught up");
    }
  }

  private void call(Consumer<RegistryObserver> event) {
    try {
      event.accept(observer);
    } catch (RuntimeException | AssertionError e) {
      counts.add(Counter.LISTENER_FAILURES, 1);
      if (!threw) {
        threw = true;
        log.write(
            Level.WARNING,
            "The observer "
                + name()
                + " threw; it is kept, and further failures of it are only counted",
            e);
      }
    }
  }

  private String name() {
    return observer.getClass().getName();
  }
}
