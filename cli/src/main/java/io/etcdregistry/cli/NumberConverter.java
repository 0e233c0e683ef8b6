package io.etcdregistry.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a whole number; its range is judged where it is used. */
class NumberConverter implements ITypeConverter<Integer> {
  private final String expected;

  NumberConverter() {
    this("a whole number");
  }

  /** One that says what else it may be. */
  NumberConverter(String expected) {
    this.expected = expected;
  }

  @Override
  public final Integer convert(String value) {
    try {
      return Integer.valueOf(value);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + value + "' (expected: " + expected + ")");
    }
  }
}
