package io.etcdregistry.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Ends a process when this one dies, even by SIGKILL: a shell waits at a pipe that only this
 * process holds open. The kernel's own way, {@code PR_SET_PDEATHSIG}, is Linux's alone, ends with
 * the thread that started the process, and is lost where the command changes its user.
 *
 * <p>What the command itself started is the command's to end: a script does best to {@code exec}
 * its server.
 */
final class DeathWatch implements AutoCloseable {
  /** Its input: the process, then a line if all is well; without one, the process has to end. */
  private static final String SCRIPT =
      """
      trap '' HUP INT QUIT TERM
      read -r pid || exit
      read -r well && exit
      kill -TERM "$pid"
      left=$0
      while [ "$left" -gt 0 ] && kill -0 "$pid"; do
        sleep 1
        left=$((left - 1))
      done
      kill -KILL "$pid"
      """;

  private final OutputStream pipe;

  /**
   * @param patience how long the process may take to end by SIGTERM before it gets SIGKILL; rounded
   *     up to seconds
   */
  DeathWatch(Duration patience) {
    String seconds = Long.toString(patience.plusMillis(999).toSeconds());
    try {
      pipe =
          new ProcessBuilder("/bin/sh", "-c", SCRIPT, seconds)
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start()
              .getOutputStream();
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.FAILURE, "--with-me needs /bin/sh: " + String.valueOf(e.getMessage()), e);
    }
  }

  /** Names the process; until then nothing is watched. */
  void watch(long pid) {
    write(Long.toString(pid));
  }

  private void write(String line) {
    try {
      pipe.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
      pipe.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The process has ended: there is nothing to watch any more. */
  @Override
  public void close() {
    try (OutputStream end = pipe) {
      end.write('\n');
    } catch (IOException e) {
      // The shell was killed, and watches nothing either.
    }
  }
}
