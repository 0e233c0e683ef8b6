package io.etcdregistry.cli;

import io.etcdregistry.Instance;
import io.etcdregistry.Instance.Status;
import io.etcdregistry.Registry;
import io.etcdregistry.cli.InstanceChoice.Candidate;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Option;

/** A command by which an operator says something of instances that counts for every reader. */
abstract class OverrideCommand extends OperatorCommand {
  static final String EFFECT =
      "The record itself stays as it is. This counts at once, for every reader and for the"
          + " instance itself, also when the instance restarts, until it is taken back with"
          + " 'undrain' or the time of --for is over.";

  static final String WHICH =
      "Where a name has several instances, give the ID of one or the beginning of it, or --all"
          + " for those that are there now. Exits with 3 if there is none.";

  @Option(
      names = "--for",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long, such as 30m. Default: until it is taken back with 'undrain'.")
  Duration lasting = Duration.ZERO;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for whoever sees it.")
  String reason = "";

  @Option(
      names = "--author",
      paramLabel = "WHO",
      description = "Who says so. Default: the user of this machine.")
  String author = System.getProperty("user.name", "");

  private final Status status;

  OverrideCommand(Console console, Status status) {
    super(console);
    this.status = status;
  }

  @Override
  void check() { // what etcd could not keep
    if (lasting.toMillis() % 1000 != 0) {
      throw new CommandException(
          ExitCode.USAGE, "--for: " + lasting.toMillis() + "ms (expected: whole seconds)");
    }
  }

  @Override
  ExitCode change(Registry registry) {
    List<Candidate> chosen =
        choice.of(registry.list(choice.name).stream().map(Candidate::of).toList());
    if (chosen.isEmpty()) {
      return choice.nothing(console, "instance");
    }
    for (Candidate one : chosen) {
      registry.override(choice.name, one.id(), wish -> set(wish.status(status)), lasting);
      console.data(
          TerminalText.escape(
              choice.name
                  + "/"
                  + one.id()
                  + " is "
                  + Overridden.word(status)
                  + (lasting.isZero() ? "" : " for " + DurationConverter.formatShortest(lasting))));
    }
    return ExitCode.OK;
  }

  private void set(Instance.Builder wish) {
    if (!author.isEmpty()) {
      wish.with("author", author);
    }
    if (!reason.isEmpty()) {
      wish.with("reason", reason);
    }
  }
}
