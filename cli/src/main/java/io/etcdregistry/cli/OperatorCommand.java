package io.etcdregistry.cli;

import io.etcdregistry.Registry;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A command by which an operator changes some instances of a name, or what is said of them. */
@Command(
    synopsisHeading = "%nUsage: ",
    descriptionHeading = "%n",
    parameterListHeading = "%n",
    optionListHeading = "%nOptions:%n")
abstract class OperatorCommand implements Callable<Integer> {
  final Console console;

  @Mixin(name = GeneralOptions.MIXIN)
  final GeneralOptions general = new GeneralOptions();

  @Mixin(name = ConnectionOptions.MIXIN)
  final ConnectionOptions connection;

  @Mixin final InstanceChoice choice = new InstanceChoice();

  OperatorCommand(Console console) {
    this.console = console;
    this.connection = new ConnectionOptions(console);
  }

  @Override
  public final Integer call() {
    choice.check();
    check();
    try (Registry registry = connection.open()) {
      return change(registry).code();
    }
  }

  /** Refuses options that cannot be meant so, before etcd is asked for anything. */
  void check() {}

  /** Changes those that are chosen. */
  abstract ExitCode change(Registry registry);
}
