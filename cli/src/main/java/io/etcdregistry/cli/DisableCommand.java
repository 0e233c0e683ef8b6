package io.etcdregistry.cli;

import io.etcdregistry.Instance.Status;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** An operator's wish that instances are not called at all. */
@Command(
    name = "disable",
    header = "Send no calls to instances at all.",
    description = {
      "Says that the instance is down, whatever it says itself: callers never choose it.",
      "",
      "It is written apart from the record, which stays as it is, and counts for every reader and"
          + " for the instance itself: at once, also when the instance restarts, until it is taken"
          + " back with 'undrain' or the time of --for is over.",
      "Where a name has several instances, say which by its ID or a beginning of it, or take"
          + " --all: those that are there now. Exits with 3 if there is none."
    },
    synopsisHeading = "%nUsage: ",
    customSynopsis = Main.NAME + " disable [OPTIONS] NAME [ID | --all]",
    descriptionHeading = "%n",
    parameterListHeading = "%n",
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Examples:",
      "  etcd-registry disable orders 3f2a9c --reason 'answers wrongly'",
      "  etcd-registry disable orders 3f2a9c --for 2h"
    })
final class DisableCommand implements Callable<Integer> {
  private final Console console;

  @Mixin(name = GeneralOptions.MIXIN)
  final GeneralOptions general = new GeneralOptions();

  @Mixin(name = ConnectionOptions.MIXIN)
  final ConnectionOptions connection;

  @Mixin final OverrideOptions wish = new OverrideOptions();

  DisableCommand(Console console) {
    this.console = console;
    this.connection = new ConnectionOptions(console);
  }

  @Override
  public Integer call() {
    return wish.say(console, connection, Status.DOWN);
  }
}
