package io.etcdregistry.cli;

import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** The command {@code etcd-registry}. */
public final class Main {
  static final String NAME = "etcd-registry";

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
    CommandLine root = commandLine(console);
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
    int code = root.execute(args);
    try {
      console.flush();
    } catch (RuntimeException e) {
      return new Failures(console).report(e, root).code();
    }
    return code;
  }

  private static CommandLine commandLine(Console console) {
    Failures failures = new Failures(console);
    CommandLine root = new CommandLine(new RootCommand(console));
    root.addSubcommand(new DevCommand(console))
        .addSubcommand(new DemoCommand(console))
        .addSubcommand(new JoinCommand(console))
        .addSubcommand(new LeaveCommand(console))
        .addSubcommand(new LookupCommand(console))
        .addSubcommand(new ListCommand(console))
        .addSubcommand(new WatchCommand(console))
        .addSubcommand(new HelpCommand(console))
        .addSubcommand(new VersionCommand(console));
    root.setExpandAtFiles(false);
    root.setInterpolateVariables(false);
    root.setUsageHelpWidth(100);
    root.setUsageHelpLongOptionsMaxWidth(30);
    root.setExecutionExceptionHandler(failures);
    root.setParameterExceptionHandler(failures);
    root.setExecutionStrategy(parsed -> execute(console, parsed));
    return root;
  }

  private static int execute(Console console, ParseResult parsed) {
    ParseResult innermost = parsed;
    while (innermost.hasSubcommand()) {
      innermost = innermost.subcommand();
    }
    CommandLine command = Objects.requireNonNull(innermost.commandSpec().commandLine());
    if (innermost.isUsageHelpRequested()) {
      HelpCommand.show(console, command);
      return ExitCode.OK.code();
    }
    Logging.configure(console, GeneralOptions.of(command));
    return new CommandLine.RunLast().execute(parsed);
  }
}
