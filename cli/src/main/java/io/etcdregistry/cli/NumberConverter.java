package io.etcdregistry.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a whole number; its range is judged where it is used. */
final class NumberConverter implements ITypeConverter<Integer> {
  @Override
  public Integer convert(String value) {
    try {
      return Integer.valueOf(value);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + value + "' (expected: a whole number)");
    }
  }
}
