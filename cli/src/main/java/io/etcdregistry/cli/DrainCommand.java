package io.etcdregistry.cli;

import io.etcdregistry.Instance.Status;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** An operator's wish that instances are called no more. */
@Command(
    name = "drain",
    header = "Send no more calls to instances, unless nothing else is left.",
    description = {
      "Says that the instance is draining, whatever it says itself: callers choose it only if no"
          + " instance is up.",
      "",
      "It is written apart from the record, which stays as it is, and counts for every reader and"
          + " for the instance itself: at once, also when the instance restarts, until it is taken"
          + " back with 'undrain' or the time of --for is over.",
      "Where a name has several instances, say which by its ID or a beginning of it, or take"
          + " --all: those that are there now. Exits with 3 if there is none."
    },
    synopsisHeading = "%nUsage: ",
    customSynopsis = Main.NAME + " drain [OPTIONS] NAME [ID | --all]",
    descriptionHeading = "%n",
    parameterListHeading = "%n",
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Examples:",
      "  etcd-registry drain orders 3f2a9c --for 30m --reason 'new disk'",
      "  etcd-registry drain orders --all"
    })
final class DrainCommand implements Callable<Integer> {
  private final Console console;

  @Mixin(name = GeneralOptions.MIXIN)
  final GeneralOptions general = new GeneralOptions();

  @Mixin(name = ConnectionOptions.MIXIN)
  final ConnectionOptions connection;

  @Mixin final OverrideOptions wish = new OverrideOptions();

  DrainCommand(Console console) {
    this.console = console;
    this.connection = new ConnectionOptions(console);
  }

  @Override
  public Integer call() {
    return wish.say(console, connection, Status.DRAINING);
  }
}
