package io.etcdregistry.cli;

import io.etcdregistry.Registry;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A command by which an operator changes some instances of a name, or what is said of them. */
@Command(descriptionHeading = "%n", parameterListHeading = "%n")
abstract class OperatorCommand extends EtcdCommand {
  @Mixin final InstanceChoice choice = new InstanceChoice();

  OperatorCommand(Console console) {
    super(console);
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
