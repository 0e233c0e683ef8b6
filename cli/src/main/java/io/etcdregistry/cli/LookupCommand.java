package io.etcdregistry.cli;

import io.etcdregistry.Instance;
import io.etcdregistry.Registry;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Finds one instance. */
@Command(
    name = "lookup",
    header = "Find one instance of a service.",
    description = {
      "Finds any that is up; if there is none, any that is draining. Exits with 3 if there is none."
    },
    customSynopsis = Main.NAME + " lookup [OPTIONS] NAME",
    descriptionHeading = "%n",
    parameterListHeading = "%n",
    footer = {
      "",
      "Examples:",
      "  etcd-registry lookup orders",
      "  curl \"$(etcd-registry lookup orders -o url)/health\"",
      "  etcd-registry -e https://etcd1,etcd2/prod?ca=ca.pem lookup orders -o json | jq .version"
    })
final class LookupCommand extends EtcdCommand {
  @Mixin final OutputOptions output = new OutputOptions();

  @Parameters(paramLabel = "NAME", description = "The service's name.")
  String name = "";

  LookupCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    try (Registry registry = connection.open()) {
      Optional<Instance> found = registry.lookup(name);
      if (found.isPresent()) {
        new RecordPrinter(console, output, connection::remaining).one(found.get());
        return ExitCode.OK.code();
      }
      throw new CommandException(ExitCode.NOT_FOUND, nothing(registry.list(name)));
    }
  }

  private String nothing(List<Instance> unfit) {
    if (unfit.isEmpty()) {
      return "etcd knows no instance of '"
          + name
          + "'; see what there is with '"
          + Main.NAME
          + " list'";
    }
    String states =
        unfit.stream()
            .map(instance -> instance.status().name().toLowerCase(Locale.ROOT))
            .distinct()
            .sorted()
            .collect(Collectors.joining(" or "));
    return "no instance of '" + name + "' is up: " + unfit.size() + " " + states;
  }
}
