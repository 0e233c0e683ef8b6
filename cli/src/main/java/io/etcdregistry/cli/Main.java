package io.etcdregistry.cli;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code etcd-registry}. */
public final class Main {
  static final String NAME = "etcd-registry";

  private static final String HELP = "help";

  /** In the order of the help. */
  private static final List<String> COMMANDS =
      List.of(
          "dev",
          "demo",
          "join",
          "leave",
          "drain",
          "disable",
          "undrain",
          "lookup",
          "list",
          "watch",
          "wait",
          "doctor",
          "config",
          "completion",
          "manual",
          HELP,
          "version");

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

  /** A command; not as a table of constructors, each of which would be linked at each start. */
  private static Callable<Integer> command(String name, Console console) {
    return switch (name) {
      case "dev" -> new DevCommand(console);
      case "demo" -> new DemoCommand(console);
      case "join" -> new JoinCommand(console);
      case "leave" -> new LeaveCommand(console);
      case "drain" -> new DrainCommand(console);
      case "disable" -> new DisableCommand(console);
      case "undrain" -> new UndrainCommand(console);
      case "lookup" -> new LookupCommand(console);
      case "list" -> new ListCommand(console);
      case "watch" -> new WatchCommand(console);
      case "wait" -> new WaitCommand(console);
      case "doctor" -> new DoctorCommand(console);
      case "config" -> new ConfigCommand(console);
      case "completion" -> new CompletionCommand(console);
      case "manual" -> new ManualCommand(console);
      case HELP -> new HelpCommand(console);
      case "version" -> new VersionCommand(console);
      default -> throw new IllegalArgumentException(name);
    };
  }

  /**
   * The command line, ready to parse. Reading a command's annotations takes a good part of a short
   * run: where one command is meant, only that one is read.
   */
  private static CommandLine commandLine(Console console, String... args) {
    Failures failures = new Failures(console);
    boolean first = args.length > 0 && isAlone(args[0]);
    CommandLine root =
        new CommandLine(first ? CommandSpec.create().name(NAME) : new RootCommand(console));
    String meant = first ? args[0] : afterOptions(root, args);
    for (String name : isAlone(meant) ? List.of(meant) : COMMANDS) {
      root.addSubcommand(command(name, console));
    }
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
    return COMMANDS.contains(command) && !ABOUT_ALL.contains(command);
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
