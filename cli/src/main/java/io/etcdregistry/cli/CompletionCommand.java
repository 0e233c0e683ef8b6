package io.etcdregistry.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints what a shell needs to complete this command line. */
@Command(
    name = "completion",
    header = "Print the script by which a shell completes commands, options and service names.",
    description = {
      "Service names are those in etcd when the key is pressed; -e on that line says which etcd."
    },
    customSynopsis = Main.NAME + " completion bash|zsh",
    descriptionHeading = "%n",
    parameterListHeading = "%n",
    footer = {
      "",
      "Examples:",
      "  . <(etcd-registry completion bash)",
      "  etcd-registry completion zsh > ~/.zfunc/_etcd-registry"
    })
final class CompletionCommand extends ToolCommand {
  @Spec @Nullable CommandSpec spec;

  @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
  String shell = "";

  CompletionCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    if (!shell.equals("bash") && !shell.equals("zsh")) {
      throw new CommandException(ExitCode.USAGE, "'" + shell + "' (expected: bash or zsh)");
    }
    CommandLine root = Objects.requireNonNull(spec).root().commandLine();
    List<CommandLine> commands =
        root.getSubcommands().values().stream()
            .filter(command -> !command.getCommandSpec().usageMessage().hidden())
            .toList();
    console.data(
        template("completion." + shell)
            .replace("@COMMANDS@", words(commands.stream().map(CommandLine::getCommandName)))
            .replace("@VALUED@", valued(commands))
            .replace("@NAMED@", named(commands))
            .replace(
                "@FORMATS@",
                words(Arrays.stream(OutputFormat.values()).map(OutputFormat::toString)))
            .replace("@OPTIONS@", options(root, commands))
            .stripTrailing());
    return ExitCode.OK.code();
  }

  private static String template(String name) {
    try (InputStream in =
        Objects.requireNonNull(CompletionCommand.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String words(Stream<String> words) {
    return words.collect(Collectors.joining(" "));
  }

  /** The options that have a value after them, as a shell's pattern. */
  private static String valued(List<CommandLine> commands) {
    return commands.stream()
        .flatMap(command -> command.getCommandSpec().options().stream())
        .filter(option -> option.arity().max() > 0)
        .flatMap(option -> Arrays.stream(option.names()))
        .distinct()
        .collect(Collectors.joining("|"));
  }

  /** The commands that take a service's name, as a shell's pattern. */
  private static String named(List<CommandLine> commands) {
    return commands.stream()
        .filter(
            command ->
                Arrays.stream(command.getCommandSpec().usageMessage().customSynopsis())
                    .anyMatch(synopsis -> synopsis.contains("NAME")))
        .map(CommandLine::getCommandName)
        .collect(Collectors.joining("|"));
  }

  /** For each command its options, as the branches of a shell's {@code case}. */
  private static String options(CommandLine root, List<CommandLine> commands) {
    return Stream.concat(Stream.of(root), commands.stream())
        .map(
            command ->
                "    "
                    + (command == root ? "''" : command.getCommandName())
                    + ") options=("
                    + words(
                        command.getCommandSpec().options().stream()
                            .filter(option -> !option.hidden())
                            .map(OptionSpec::longestName))
                    + ") ;;")
        .collect(Collectors.joining("\n"));
  }
}
