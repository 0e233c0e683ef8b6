package io.etcdregistry.cli;

import io.etcdregistry.Instance;
import io.etcdregistry.Instance.Status;
import io.etcdregistry.Registry;
import io.etcdregistry.cli.InstanceChoice.Candidate;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What an operator says of instances, and of which: the mixin of drain and disable. */
final class OverrideOptions {
  @Mixin final InstanceChoice choice = new InstanceChoice();

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

  /** Says it of those that are meant. */
  int say(Console console, ConnectionOptions connection, Status status) {
    choice.check();
    if (lasting.toMillis() % 1000 != 0) {
      throw new CommandException(
          ExitCode.USAGE, "--for: " + lasting.toMillis() + "ms (expected: whole seconds)");
    }
    try (Registry registry = connection.open()) {
      List<Candidate> chosen =
          choice.of(registry.list(choice.name).stream().map(Candidate::of).toList());
      if (chosen.isEmpty()) {
        return choice.nothing(console, "instance").code();
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
                    + (lasting.isZero() ? "" : " for " + DurationConverter.format(lasting))));
      }
    }
    return ExitCode.OK.code();
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
