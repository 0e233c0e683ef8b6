package io.etcdregistry.internal.client;

import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Hears what the registry's contexts log of tasks that threw, each on the thread it happens on. */
final class Blunders extends Handler {
  private static final Logger LOG = Logger.getLogger("io.etcdregistry");
  private static final ThreadLocal<Consumer<String>> COMPLAINTS =
      ThreadLocal.withInitial(() -> complaint -> {});

  static {
    LOG.addHandler(new Blunders());
  }

  private Blunders() {}

  /** Complains of those on this thread from now on. */
  static void heardBy(Consumer<String> complaints) {
    COMPLAINTS.set(complaints);
  }

  @Override
  public void publish(LogRecord report) {
    if (report.getLevel().intValue() >= Level.SEVERE.intValue()) {
      COMPLAINTS.get().accept(report.getMessage() + ": " + report.getThrown());
    }
  }

  @Override
  public void flush() {
    // nothing is kept
  }

  @Override
  public void close() {
    // nothing is open
  }
}
