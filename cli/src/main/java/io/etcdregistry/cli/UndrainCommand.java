package io.etcdregistry.cli;

import io.etcdregistry.Registry;
import io.etcdregistry.cli.InstanceChoice.Candidate;
import java.util.List;
import picocli.CommandLine.Command;

/** Takes back what operators said of instances. */
@Command(
    name = "undrain",
    header = "Take back what 'drain' or 'disable' said.",
    description = {
      "Removes what 'drain' or 'disable' said of the instance: what it says itself counts again."
          + " Works for instances that are not there any more, too.",
      "",
      "Where it was said of several, give the ID of one or the beginning of it, or --all. Exits"
          + " with 3 if there is nothing to take back, but with --all that is no failure."
    },
    customSynopsis = Main.NAME + " undrain [OPTIONS] NAME [ID | --all]",
    footer = {
      "",
      "Examples:",
      "  etcd-registry undrain orders 3f2a9c",
      "  etcd-registry undrain orders --all"
    })
final class UndrainCommand extends OperatorCommand {
  UndrainCommand(Console console) {
    super(console);
  }

  @Override
  ExitCode change(Registry registry) {
    List<Candidate> overridden =
        registry.overrides(choice.name).entrySet().stream()
            .map(one -> new Candidate(one.getKey(), String.valueOf(one.getValue()), null))
            .toList();
    List<Candidate> chosen = choice.of(overridden);
    if (chosen.isEmpty()) {
      return choice.nothing(console, "override");
    }
    for (Candidate one : chosen) {
      boolean lifted = registry.liftOverride(choice.name, one.id());
      String what = lifted ? " is as it says itself" : " was taken back already";
      console.data(TerminalText.escape(choice.name + "/" + one.id() + what));
    }
    return ExitCode.OK;
  }
}
