package io.etcdregistry.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The forms in which records are printed. */
enum OutputFormat {
  TABLE,
  WIDE,
  JSON,
  JSONL,
  YAML,
  NAME,
  URL,
  HOSTPORT;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads a format from the command line. */
  static final class Converter implements ITypeConverter<OutputFormat> {
    @Override
    public OutputFormat convert(String value) {
      for (OutputFormat format : values()) {
        if (format.toString().equals(value)) {
          return format;
        }
      }
      throw new TypeConversionException(
          "'"
              + value
              + "' (expected: "
              + Arrays.stream(values()).map(Object::toString).collect(Collectors.joining(", "))
              + ")");
    }
  }
}
