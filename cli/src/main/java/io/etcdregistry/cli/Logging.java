package io.etcdregistry.cli;

import java.util.List;
import java.util.Locale;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * What libraries log, as one line each on standard error; warnings only unless more is asked for.
 */
final class Logging {
  /** Held, because the platform forgets the level of a logger that nobody holds. */
  private static final List<Logger> CONFIGURED =
      List.of(Logger.getLogger(""), Logger.getLogger("io.etcdregistry"));

  private Logging() {}

  static void configure(Console console, GeneralOptions options) {
    Logger root = CONFIGURED.get(0);
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    root.addHandler(new OneLine(console, options.debug));
    root.setLevel(options.debug ? Level.INFO : Level.WARNING);
    CONFIGURED
        .get(1)
        .setLevel(options.debug ? Level.ALL : options.verbose ? Level.INFO : Level.WARNING);
  }

  /** A record's level and message; with its stack only for debugging. */
  private static final class OneLine extends Handler {
    private final SimpleFormatter formatter = new SimpleFormatter();
    private final Console console;
    private final boolean stacks;

    OneLine(Console console, boolean stacks) {
      this.console = console;
      this.stacks = stacks;
    }

    @Override
    public void publish(LogRecord record) {
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
