package io.etcdregistry.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Asks for a password at the terminal, unseen, wherever input and outputs of this process lead: the
 * platform's own way needs all of them to be the terminal.
 */
final class PasswordPrompt {
  private static final String SCRIPT =
      """
      exec 2>/dev/null </dev/tty || exit
      mode=$(stty -g) || exit
      trap 'stty "$mode"; exit 129' HUP
      trap 'stty "$mode"; exit 130' INT
      trap 'stty "$mode"; exit 143' TERM
      stty -echo
      printf '%s' "$0" >/dev/tty
      IFS= read -r password
      stty "$mode"
      echo >/dev/tty
      printf '%s' "$password"
      """;

  private PasswordPrompt() {}

  /**
   * Asks, and waits for the answer.
   *
   * @param question ends in a colon and a blank
   * @return what was typed; empty if there is no terminal, or nothing was typed
   * @throws CommandException if a signal ended the question: it is to end the run as well, whoever
   *     of the two sees it first
   */
  static Optional<String> ask(String question) {
    // Only a person's own run has one: what runs in another program must not wait for its user.
    if (System.getProperty(OwnCommand.LAUNCHER) == null) {
      return Optional.empty();
    }
    try {
      Process shell =
          new ProcessBuilder("/bin/sh", "-c", SCRIPT, question)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      shell.getOutputStream().close();
      String typed = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      requireNoSignal(shell.waitFor());
      return Optional.of(typed).filter(password -> !password.isEmpty());
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException(ExitCode.INTERRUPTED, "interrupted");
    }
  }

  private static void requireNoSignal(int code) {
    for (ExitCode signal : ExitCode.SIGNALS) {
      if (signal.code() == code) {
        throw new CommandException(signal, "ended by a signal");
      }
    }
  }
}
