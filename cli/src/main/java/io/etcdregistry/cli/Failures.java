package io.etcdregistry.cli;

import io.etcdregistry.RegistryException;
import java.io.UncheckedIOException;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The one place that turns a failure into a sentence and an exit code. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private final Console console;

  Failures(Console console) {
    this.console = console;
  }

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine command, ParseResult parseResult) {
    return report(failure, command).code();
  }

  @Override
  public int handleParseException(ParameterException failure, String[] args) {
    CommandLine command = failure.getCommandLine();
    boolean root = command.getParent() == null;
    String sentence =
        failure instanceof UnmatchedArgumentException unmatched
            ? unknown(unmatched)
            : firstLower(Objects.requireNonNullElse(failure.getMessage(), "not understood"));
    String help = root ? Main.NAME + " help" : Main.NAME + " help " + command.getCommandName();
    say(command, sentence + "; see '" + help + "'");
    return ExitCode.USAGE.code();
  }

  private static String unknown(UnmatchedArgumentException failure) {
    String argument = failure.getUnmatched().get(0);
    CommandLine command = failure.getCommandLine();
    if (argument.startsWith("-")) {
      String meant = failure.getSuggestions().stream().findFirst().orElse("");
      String question = meant.isEmpty() ? "" : " (did you mean " + meant + "?)";
      return "there is no option '" + argument + "'" + question;
    }
    return command.getParent() == null
        ? HelpCommand.noCommand(argument, command)
        : "'" + argument + "' is one argument too many";
  }

  /** Says what went wrong. */
  ExitCode report(Exception failure, CommandLine command) {
    Logging.discard();
    ExitCode code = codeOf(failure);
    // Who stopped the command, or the reading of it, knows.
    if (code != ExitCode.OUTPUT_CLOSED && !ExitCode.SIGNALS.contains(code)) {
      say(command, sentence(failure, command));
    }
    if (GeneralOptions.of(command).debug) {
      console.trace(failure);
    }
    return code;
  }

  private static ExitCode codeOf(Exception failure) {
    if (failure instanceof RegistryException registry) {
      return ExitCode.of(registry.reason());
    }
    if (failure instanceof CommandException own) {
      return own.exitCode();
    }
    // What the C library calls EPIPE; under a foreign locale it is reported like any other.
    return failure instanceof UncheckedIOException io
            && Objects.equals(Objects.requireNonNull(io.getCause()).getMessage(), "Broken pipe")
        ? ExitCode.OUTPUT_CLOSED
        : ExitCode.FAILURE;
  }

  private static String sentence(Exception failure, CommandLine command) {
    String message = Objects.requireNonNullElse(failure.getMessage(), "");
    if (failure instanceof RegistryException registry) {
      return message + where(registry, command) + hint(registry.reason());
    }
    if (failure instanceof CommandException) {
      return message;
    }
    if (failure instanceof UncheckedIOException io) {
      return "the output cannot be written: "
          + Objects.requireNonNull(io.getCause()).getMessage()
          + "; make room or write it elsewhere";
    }
    return "a fault of "
        + Main.NAME
        + " itself: "
        + failure
        + "; run it with --debug and report it";
  }

  /** The endpoints, where none has done anything that the registry could tell of. */
  private static String where(RegistryException failure, CommandLine command) {
    String hosts =
        switch (failure.reason()) {
          case UNREACHABLE, TIMED_OUT, DENIED -> ConnectionOptions.hosts(command);
          case INVALID, TOO_LARGE, CLOSED, INTERRUPTED -> "";
        };
    String first = hosts.split(",", -1)[0];
    return String.valueOf(failure.getMessage()).contains(first) ? "" : " (etcd: " + hosts + ")";
  }

  /** What to try, as far as the command line knows more than the registry. */
  private static String hint(RegistryException.Reason reason) {
    return switch (reason) {
      case UNREACHABLE -> "; name another etcd with -e, or start one with '" + Main.NAME + " dev'";
      case TIMED_OUT -> "; try again, or allow more with ?timeout=30s in -e";
      case INVALID, DENIED, TOO_LARGE, CLOSED, INTERRUPTED -> "";
    };
  }

  private void say(CommandLine command, String sentence) {
    String name = command.getParent() == null ? "" : " " + command.getCommandName();
    console.say(Main.NAME + name + ": " + sentence.replace('\n', ' '));
  }

  private static String firstLower(String text) {
    return text.isEmpty() ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
  }
}
