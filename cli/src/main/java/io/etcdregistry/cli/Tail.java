package io.etcdregistry.cli;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * The arguments of a command that may end in {@code -- COMMAND ARG...}, another command to be run.
 *
 * @param before the arguments before the {@code --}
 * @param command what follows it; empty if there is no {@code --}
 */
record Tail(List<String> before, Optional<List<String>> command) {
  private static final String SEPARATOR = "--";

  /**
   * @param spec of the command that is run
   * @param positionals all its arguments that are no options, from both sides of the separator
   */
  static Tail of(@Nullable CommandSpec spec, List<String> positionals) {
    List<String> all =
        Objects.requireNonNull(spec).root().commandLine().getParseResult().originalArgs();
    int separator = all.indexOf(SEPARATOR);
    if (separator < 0) {
      return new Tail(positionals, Optional.empty());
    }
    List<String> command = all.subList(separator + 1, all.size());
    if (command.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "a command must follow after --");
    }
    List<String> before = positionals.subList(0, positionals.size() - command.size());
    return new Tail(before, Optional.of(List.copyOf(command)));
  }
}
