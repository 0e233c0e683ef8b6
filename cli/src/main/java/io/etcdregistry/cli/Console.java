package io.etcdregistry.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The world around one run: data goes out, everything said to a person goes to err, always in
 * UTF-8, because records are UTF-8 whatever the locale. Thread-safe.
 */
final class Console {
  /**
   * The system property in which the launcher says that out is a terminal: no two releases of the
   * JDK answer that alike.
   */
  private static final String TERMINAL = "io.etcdregistry.cli.terminal";

  private final InputStream in;
  private final OutputStream out;
  private final PrintStream err;
  private final Map<String, String> environment;
  private final boolean terminal;

  /**
   * @param terminal whether out is read by a person
   */
  Console(
      InputStream in,
      OutputStream out,
      OutputStream err,
      Map<String, String> environment,
      boolean terminal) {
    this.in = in;
    this.out = new BufferedOutputStream(out, 1 << 15);
    this.err = new PrintStream(err, true, StandardCharsets.UTF_8);
    this.environment = Map.copyOf(environment);
    this.terminal = terminal;
  }

  /** The console of this process. */
  static Console system() {
    return new Console(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err),
        System.getenv(),
        Boolean.getBoolean(TERMINAL));
  }

  InputStream in() {
    return in;
  }

  Map<String, String> environment() {
    return environment;
  }

  /** An environment variable, empty if it is not set: both mean the same to a user. */
  String environment(String name) {
    return environment.getOrDefault(name, "");
  }

  boolean terminal() {
    return terminal;
  }

  boolean color() {
    return canRedraw() && environment("NO_COLOR").isEmpty();
  }

  /** Whether what was written can be overwritten. */
  boolean canRedraw() {
    return terminal && !environment("TERM").equals("dumb");
  }

  /** Writes a line of data; the caller has escaped what needs it. */
  void data(String line) {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      synchronized (out) {
        out.write(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Hands the data written so far to its reader. */
  void flush() {
    try {
      synchronized (out) {
        out.flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Says one line to a person; whatever it quotes is escaped here. */
  void say(String line) {
    err.println(TerminalText.escape(line));
  }

  /** Shows a failure with its stack, for {@code --debug}. */
  void trace(Throwable failure) {
    failure.printStackTrace(err);
  }
}
