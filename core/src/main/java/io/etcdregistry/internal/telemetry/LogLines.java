package io.etcdregistry.internal.telemetry;

import io.etcdregistry.spi.Time;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Writes the log, where a slow disk holds up nobody. What may happen to each of many keys or views
 * at once has a kind, and a bound on its lines. Thread-safe.
 */
final class LogLines {
  /** Lines of one kind within {@link #WINDOW}. */
  static final int MOST_OF_A_KIND = 10;

  static final Duration WINDOW = Duration.ofMinutes(1);

  private static final int MOST_WAITING = 8192;

  private record Window(long since, AtomicInteger lines) {}

  private final Logger logger;
  private final Time time;
  private final Delivery delivery;
  private final ConcurrentHashMap<String, Window> windows = new ConcurrentHashMap<>();

  LogLines(Logger logger, Time time, Executor threads) {
    this.logger = logger;
    this.time = time;
    this.delivery =
        new Delivery(
            threads,
            MOST_WAITING,
            lines -> logger.log(Level.WARNING, lines + " lines are missing here: the log is slow"));
  }

  /** Completes when every line so far is written, or left out. */
  CompletableFuture<Void> written() {
    CompletableFuture<Void> written = new CompletableFuture<>();
    delivery.hand(() -> written.complete(null), dropped -> written.complete(null));
    return written;
  }

  /** Writes a line. */
  void write(Level level, String line) {
    if (logger.isLoggable(level)) {
      delivery.hand(() -> logger.log(level, line), dropped -> {});
    }
  }

  /** Writes a line with the stack of what was thrown. */
  void write(Level level, String line, Throwable thrown) {
    delivery.hand(() -> logger.log(level, line, thrown), dropped -> {});
  }

  /** Writes a line, unless there were many of its kind lately. */
  void writeSome(String kind, Level level, String line) {
    long now = time.nanoTime();
    Window window =
        windows.compute(
            kind,
            (same, before) ->
                before == null || now - before.since() >= WINDOW.toNanos()
                    ? new Window(now, new AtomicInteger())
                    : before);
    int number = window.lines().incrementAndGet();
    if (number < MOST_OF_A_KIND) {
      write(level, line);
    } else if (number == MOST_OF_A_KIND) {
      write(level, line + " (more lines like this one are left out for a minute)");
    }
  }

  /** A duration for a person. */
  static String said(Duration duration) {
    long millis = duration.toMillis();
    if (millis < 1000) {
      return millis + " ms";
    }
    if (millis < 120_000) {
      return millis % 1000 == 0
          ? millis / 1000 + " s"
          : String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }
    long minutes = duration.toMinutes();
    return minutes < 120 ? minutes + " min" : minutes / 60 + " h " + minutes % 60 + " min";
  }
}
