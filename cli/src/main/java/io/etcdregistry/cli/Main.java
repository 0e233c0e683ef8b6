package io.etcdregistry.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code etcd-registry}. */
public final class Main {
  static final String NAME = "etcd-registry";

  private static final String HELP = "help";

  /** The commands that speak of the others. */
  private static final Set<String> ABOUT_ALL = Set.of(HELP, "completion", "manual");

  private Main() {}

  /**
   * Runs the command and ends the process with its exit code.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    System.exit(run(Console.system(), args));
  }

  /** Runs the command in this process, which goes on. */
  static int run(Console console, String... args) {
    for (String arg : args) {
      // What the JVM puts where the locale has no character for what was typed.
      if (arg.indexOf('\ufffd') >= 0) {
        console.say(
            NAME
                + ": '"
                + arg
                + "' holds what this locale cannot express; set LC_ALL=C.UTF-8 and try again");
        return ExitCode.USAGE.code();
      }
    }
    CommandLine root = commandLine(console, args);
    int code = root.execute(args);
    Logging.release();
    try {
      console.flush();
    } catch (RuntimeException e) {
      return new Failures(console).report(e, root).code();
    }
    return code;
  }

  /** Every command by its name, in the order of the help. */
  private static Map<String, Function<Console, Callable<Integer>>> commands() {
    Map<String, Function<Console, Callable<Integer>>> commands = new LinkedHashMap<>();
    commands.put("dev", DevCommand::new);
    commands.put("demo", DemoCommand::new);
    commands.put("join", JoinCommand::new);
    commands.put("leave", LeaveCommand::new);
    commands.put("drain", DrainCommand::new);
    commands.put("disable", DisableCommand::new);
    commands.put("undrain", UndrainCommand::new);
    commands.put("lookup", LookupCommand::new);
    commands.put("list", ListCommand::new);
    commands.put("watch", WatchCommand::new);
    commands.put("wait", WaitCommand::new);
    commands.put("doctor", DoctorCommand::new);
    commands.put("config", ConfigCommand::new);
    commands.put("completion", CompletionCommand::new);
    commands.put("manual", ManualCommand::new);
    commands.put(HELP, HelpCommand::new);
    commands.put("version", VersionCommand::new);
    return commands;
  }

  /**
   * The command line, ready to parse. Reading a command's annotations takes a good part of a short
   * run: where one command is meant, only that one is read.
   */
  private static CommandLine commandLine(Console console, String... args) {
    Failures failures = new Failures(console);
    Map<String, Function<Console, Callable<Integer>>> commands = commands();
    boolean first = args.length > 0 && isAlone(args[0]);
    CommandLine root =
        new CommandLine(first ? CommandSpec.create().name(NAME) : new RootCommand(console));
    String meant = first ? args[0] : afterOptions(root, args);
    commands.forEach(
        (name, command) -> {
          if (!isAlone(meant) || name.equals(meant)) {
            root.addSubcommand(command.apply(console));
          }
        });
    root.setExpandAtFiles(false);
    root.setInterpolateVariables(false);
    root.setUsageHelpWidth(100);
    root.setUsageHelpLongOptionsMaxWidth(30);
    root.setExecutionExceptionHandler(failures);
    root.setParameterExceptionHandler(failures);
    root.setExecutionStrategy(parsed -> execute(console, parsed));
    return root;
  }

  private static boolean isAlone(String command) {
    return commands().containsKey(command) && !ABOUT_ALL.contains(command);
  }

  /** The first argument that is neither an option of the root nor its value; empty if none is. */
  private static String afterOptions(CommandLine root, String... args) {
    root.setStopAtPositional(true).setUnmatchedArgumentsAllowed(true);
    try {
      List<String> rest = root.parseArgs(args).unmatched();
      return rest.isEmpty() ? "" : rest.get(0);
    } catch (ParameterException e) {
      return "";
    } finally {
      root.setStopAtPositional(false).setUnmatchedArgumentsAllowed(false);
    }
  }

  /** {@code -h HOST} was the hostname in the Node.js original. */
  private static void noteOldHostname(Console console, List<String> args) {
    int option = args.indexOf("-h");
    if (option > 0 && option + 1 < args.size() && !args.get(option + 1).startsWith("-")) {
      console.say("-h is help; a hostname is given by --hostname " + args.get(option + 1));
    }
  }

  private static int execute(Console console, ParseResult parsed) {
    ParseResult innermost = parsed;
    while (innermost.hasSubcommand()) {
      innermost = innermost.subcommand();
    }
    CommandLine command = Objects.requireNonNull(innermost.commandSpec().commandLine());
    if (innermost.isUsageHelpRequested()) {
      if (innermost == parsed && !parsed.unmatched().isEmpty()) {
        throw new UnmatchedArgumentException(command, parsed.unmatched()); // no such command
      }
      noteOldHostname(console, parsed.originalArgs());
      HelpCommand.show(console, command);
      return ExitCode.OK.code();
    }
    Logging.configure(console, GeneralOptions.of(command));
    return new CommandLine.RunLast().execute(parsed);
  }
}
