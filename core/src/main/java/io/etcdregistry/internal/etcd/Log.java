package io.etcdregistry.internal.etcd;

/** The library's log, as far as it is about connections: a line per change, not per retry. */
final class Log {
  static final System.Logger LOGGER = System.getLogger("io.etcdregistry");

  private Log() {}

  static void debug(String line) {
    LOGGER.log(System.Logger.Level.DEBUG, line);
  }

  static void info(String line) {
    LOGGER.log(System.Logger.Level.INFO, line);
  }

  static void warning(String line) {
    LOGGER.log(System.Logger.Level.WARNING, line);
  }
}
