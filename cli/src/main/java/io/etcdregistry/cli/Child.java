package io.etcdregistry.cli;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A user's command as a process of its own, with this process's input and outputs. */
final class Child {
  /** The system property in which the launcher says that it chose a locale, for Java alone. */
  private static final String LOCALE = "io.etcdregistry.cli.locale";

  private final Process process;

  private Child(Process process) {
    this.process = process;
  }

  /**
   * @param environment changes the environment that it would inherit
   * @throws CommandException {@code NO_SUCH_COMMAND} or {@code NOT_EXECUTABLE}
   */
  static Child start(List<String> command, Consumer<Map<String, String>> environment) {
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    environment.accept(builder.environment());
    return new Child(start(builder));
  }

  /** Starts a process, and says as a shell would why it cannot be. */
  static Process start(ProcessBuilder builder) {
    if (Boolean.getBoolean(LOCALE)) {
      builder.environment().remove("LC_CTYPE");
    }
    try {
      return builder.start();
    } catch (IOException e) {
      boolean missing = Objects.requireNonNullElse(e.getMessage(), "").contains("error=2,");
      throw new CommandException(
          missing ? ExitCode.NO_SUCH_COMMAND : ExitCode.NOT_EXECUTABLE,
          builder.command().get(0)
              + (missing ? " is not there" : " cannot be executed")
              + ": name a program after --",
          e);
    }
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** What it ended with; as in a shell 128 and the signal's number if a signal ended it. */
  int exitCode() {
    return process.exitValue();
  }

  CompletableFuture<Process> onExit() {
    return process.onExit();
  }

  /** Sends a signal, such as {@code TERM}. */
  void signal(String name) {
    if (!process.isAlive()) {
      return;
    }
    switch (name) {
      case "TERM" -> process.destroy();
      case "KILL" -> process.destroyForcibly();
      default -> kill(name);
    }
  }

  /** The platform sends no other signals, but every shell does. */
  private void kill(String name) {
    try {
      Process unused =
          new ProcessBuilder("/bin/sh", "-c", "kill -\"$0\" \"$1\"", name, Long.toString(pid()))
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      process.destroy();
    }
  }
}
