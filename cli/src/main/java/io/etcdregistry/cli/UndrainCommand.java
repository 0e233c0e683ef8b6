package io.etcdregistry.cli;

import io.etcdregistry.Registry;
import io.etcdregistry.cli.InstanceChoice.Candidate;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Takes back what operators said of instances. */
@Command(
    name = "undrain",
    header = "Take back what 'drain' or 'disable' said.",
    description = {
      "Whatever was said of the instance by hand is gone: it is called as it says itself. Works for"
          + " instances that are not there any more, too.",
      "",
      "Where it was said of several, say which by the ID or a beginning of it, or take --all. Exits"
          + " with 3 if there is nothing to take back, but with --all that is no failure."
    },
    synopsisHeading = "%nUsage: ",
    customSynopsis = Main.NAME + " undrain [OPTIONS] NAME [ID | --all]",
    descriptionHeading = "%n",
    parameterListHeading = "%n",
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Examples:",
      "  etcd-registry undrain orders 3f2a9c",
      "  etcd-registry undrain orders --all"
    })
final class UndrainCommand implements Callable<Integer> {
  private final Console console;

  @Mixin(name = GeneralOptions.MIXIN)
  final GeneralOptions general = new GeneralOptions();

  @Mixin(name = ConnectionOptions.MIXIN)
  final ConnectionOptions connection;

  @Mixin final InstanceChoice choice = new InstanceChoice();

  UndrainCommand(Console console) {
    this.console = console;
    this.connection = new ConnectionOptions(console);
  }

  @Override
  public Integer call() {
    choice.check();
    try (Registry registry = connection.open()) {
      List<Candidate> overridden =
          registry.overrides(choice.name).entrySet().stream()
              .map(one -> new Candidate(one.getKey(), String.valueOf(one.getValue()), null))
              .toList();
      List<Candidate> chosen = choice.of(overridden);
      if (chosen.isEmpty()) {
        return choice.nothing(console, "override").code();
      }
      for (Candidate one : chosen) {
        boolean lifted = registry.liftOverride(choice.name, one.id());
        String what = lifted ? " is as it says itself" : " was taken back already";
        console.data(TerminalText.escape(choice.name + "/" + one.id() + what));
      }
    }
    return ExitCode.OK.code();
  }
}
