package io.etcdregistry.cli;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;

/**
 * Reads a duration where a number without a unit means milliseconds, as it did in the Node.js
 * original.
 */
final class MillisConverter implements ITypeConverter<Duration> {
  private final DurationConverter durations = new DurationConverter();

  @Override
  public Duration convert(String value) {
    return durations.convert(value.matches("\\d{1,9}") ? value + "ms" : value);
  }
}
