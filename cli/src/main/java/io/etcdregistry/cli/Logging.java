package io.etcdregistry.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;

/**
 * What libraries log, as one line each on standard error; warnings only unless more is asked for.
 *
 * <p>Until a command has got somewhere, warnings are held back: if it fails, its own sentence says
 * the same, and better.
 */
final class Logging {
  private static final int MOST_HELD = 100;

  /** Held, because the platform forgets the level of a logger that nobody holds. */
  private static final List<Logger> CONFIGURED =
      List.of(Logger.getLogger(""), Logger.getLogger("io.etcdregistry"));

  private static volatile @Nullable OneLine current;

  private Logging() {}

  static void configure(Console console, GeneralOptions options) {
    Logger root = CONFIGURED.get(0);
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    OneLine handler = new OneLine(console, options);
    root.addHandler(handler);
    root.setLevel(options.debug ? Level.INFO : Level.WARNING);
    CONFIGURED
        .get(1)
        .setLevel(options.debug ? Level.ALL : options.verbose ? Level.INFO : Level.WARNING);
    current = handler;
  }

  /** The command has got somewhere: shows what was held back, and from now on everything. */
  static void release() {
    OneLine handler = current;
    if (handler != null) {
      handler.release();
    }
  }

  /** The command has failed: what was held back is not worth saying. */
  static void discard() {
    OneLine handler = current;
    if (handler != null) {
      handler.discard();
    }
  }

  /** A record's level and message; with its stack only for debugging. */
  private static final class OneLine extends Handler {
    private final SimpleFormatter formatter = new SimpleFormatter();
    private final Console console;
    private final boolean stacks;
    private final List<LogRecord> held = new ArrayList<>();
    private boolean live;

    OneLine(Console console, GeneralOptions options) {
      this.console = console;
      this.stacks = options.debug;
      this.live = options.verbose || options.debug;
    }

    @Override
    public synchronized void publish(LogRecord record) {
      if (live) {
        show(record);
      } else if (held.size() < MOST_HELD) {
        held.add(record);
      }
    }

    synchronized void release() {
      live = true;
      held.forEach(this::show);
      held.clear();
    }

    synchronized void discard() {
      held.clear();
    }

    private void show(LogRecord record) {
      Throwable thrown = record.getThrown();
      console.say(
          record.getLevel().getName().toLowerCase(Locale.ROOT)
              + ": "
              + formatter.formatMessage(record).replace('\n', ' ')
              + (thrown == null || stacks ? "" : ": " + thrown));
      if (thrown != null && stacks) {
        console.trace(thrown);
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
