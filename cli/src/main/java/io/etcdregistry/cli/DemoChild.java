package io.etcdregistry.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process of this command that the demo starts and ends. */
final class DemoChild {
  private static final int LAST_WORDS = 2000;

  private final Process process;

  /** What it said on standard error, as far as it is worth repeating; guarded by itself. */
  private final StringBuilder said = new StringBuilder();

  DemoChild(List<String> arguments, Map<String, String> environment) {
    ProcessBuilder builder =
        new ProcessBuilder(OwnCommand.with(arguments)).redirectOutput(Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      process = builder.start();
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread listener = new Thread(this::listen, "child-" + process.pid());
    listener.setDaemon(true);
    listener.start();
  }

  private void listen() {
    try (BufferedReader err =
        new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
      for (String line = err.readLine(); line != null; line = err.readLine()) {
        synchronized (said) {
          if (said.length() < LAST_WORDS) {
            said.append(line).append(' ');
          }
        }
      }
    } catch (IOException e) {
      // It is gone, and has said what it had to say.
    }
  }

  long pid() {
    return process.pid();
  }

  /** Throws if it ended, with what it said. */
  void requireAlive() {
    if (!process.isAlive()) {
      synchronized (said) {
        throw new CommandException(
            ExitCode.FAILURE,
            "the process that was to join ended with " + process.exitValue() + ": " + said);
      }
    }
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
  }

  /** SIGTERM. */
  void terminate() {
    process.destroy();
  }

  /** Ends it for certain: asks first, for so long, then kills. */
  void end(long millis) {
    try {
      process.destroy();
      if (!process.waitFor(millis, TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
