package io.etcdregistry.cli;

/** Reads a port as far as it is a number. */
final class PortConverter extends NumberConverter {
  PortConverter() {
    super("a number from 1 to 65535");
  }
}
