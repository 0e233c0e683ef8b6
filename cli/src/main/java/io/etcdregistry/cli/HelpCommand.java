package io.etcdregistry.cli;

import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows the help of a command, or of all. */
@Command(
    name = "help",
    header = "Show what a command does and takes.",
    customSynopsis = Main.NAME + " help [COMMAND]",
    parameterListHeading = "%n",
    footer = {"", "Examples:", "  etcd-registry help", "  etcd-registry help join"})
final class HelpCommand extends ToolCommand {
  @Spec @Nullable CommandSpec spec;

  @Parameters(paramLabel = "COMMAND", arity = "0..1", description = "The command; none for all.")
  String command = "";

  HelpCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    CommandLine root = Objects.requireNonNull(spec).root().commandLine();
    CommandLine about = command.isEmpty() ? root : root.getSubcommands().get(command);
    if (about == null) {
      throw new CommandException(ExitCode.USAGE, noCommand(command, root));
    }
    show(console, about);
    return ExitCode.OK.code();
  }

  static String noCommand(String name, CommandLine root) {
    return "there is no command '"
        + name
        + "' (expected: "
        + root.getSubcommands().values().stream()
            .filter(command -> !command.getCommandSpec().usageMessage().hidden())
            .map(CommandLine::getCommandName)
            .collect(Collectors.joining(", "))
        + ")";
  }

  static void show(Console console, CommandLine command) {
    Ansi ansi = console.color() ? Ansi.ON : Ansi.OFF;
    console.data(command.getUsageMessage(ansi).stripTrailing());
  }
}
