package io.etcdregistry.internal.telemetry;

import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A log that is kept as lines: the level and the text. Thread-safe. */
public final class LoggedLines implements System.Logger {
  private final List<String> lines = new CopyOnWriteArrayList<>();

  /**
   * What an operator reads, from the level INFO up.
   *
   * @return the lines; ids of leases, and how long a loss lasted, are replaced, as they are random
   */
  public List<String> lines() {
    return lines.stream()
        .map(line -> line.replaceAll("ease [0-9a-f]{6,16}\\b", "ease <id>"))
        .map(line -> line.replaceAll("[0-9.]+ m?s after the (last|loss)", "<time> after the $1"))
        .toList();
  }

  @Override
  public String getName() {
    return "test";
  }

  @Override
  public boolean isLoggable(Level level) {
    return level.compareTo(Level.INFO) >= 0;
  }

  @Override
  public void log(
      Level level,
      @Nullable ResourceBundle bundle,
      @Nullable String line,
      @Nullable Throwable thrown) {
    lines.add(level + " " + line + (thrown == null ? "" : " <- " + thrown));
  }

  @Override
  public void log(
      Level level,
      @Nullable ResourceBundle bundle,
      @Nullable String format,
      @Nullable Object @Nullable ... parameters) {
    lines.add(level + " " + format);
  }
}
