package io.etcdregistry.it.faults;

import io.etcdregistry.ServiceView;

/** Listeners as one would not want them. */
final class Listeners {
  private Listeners() {}

  /** Adds one that blocks in its first call, and one that always throws. */
  static void misbehave(ServiceView view, int seconds) {
    view.onChange(change -> block(seconds));
    view.onChange(
        change -> {
          throw new IllegalStateException("a listener that throws");
        });
  }

  private static void block(int seconds) {
    try {
      Thread.sleep(seconds * 1000L);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
