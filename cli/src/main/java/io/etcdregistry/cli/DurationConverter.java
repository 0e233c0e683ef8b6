package io.etcdregistry.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a duration with its unit, as the connection string has them. */
final class DurationConverter implements ITypeConverter<Duration> {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

  @Override
  public Duration convert(String value) {
    Matcher parts = DURATION.matcher(value);
    if (!parts.matches()) {
      String hint =
          value.matches("\\d{1,9}")
              ? "with its unit: " + value + "s or " + value + "ms"
              : "a number with a unit, such as 500ms, 10s or 2m";
      throw new TypeConversionException("'" + value + "' (expected: " + hint + ")");
    }
    long number = Long.parseLong(parts.group(1));
    return switch (parts.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofHours(number);
    };
  }

  /** A duration as {@link #convert} reads it, in the greatest unit of which it is a multiple. */
  static String formatShortest(Duration duration) {
    if (duration.toMillis() % Duration.ofMinutes(1).toMillis() != 0) {
      return format(duration);
    }
    return duration.toMinutes() % 60 == 0 ? duration.toHours() + "h" : duration.toMinutes() + "m";
  }

  /** A duration as {@link #convert} reads it, in seconds if it can be. */
  static String format(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + "s"
        : duration.toMillis() + "ms";
  }
}
