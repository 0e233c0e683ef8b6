package io.etcdregistry.internal.telemetry;

import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/** A log that nobody reads. */
final class NoLog implements System.Logger {
  @Override
  public String getName() {
    return "none";
  }

  @Override
  public boolean isLoggable(Level level) {
    return false;
  }

  @Override
  public void log(
      Level level,
      @Nullable ResourceBundle bundle,
      @Nullable String line,
      @Nullable Throwable thrown) {}

  @Override
  public void log(
      Level level,
      @Nullable ResourceBundle bundle,
      @Nullable String format,
      @Nullable Object @Nullable ... parameters) {}
}
