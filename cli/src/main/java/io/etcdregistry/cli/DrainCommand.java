package io.etcdregistry.cli;

import io.etcdregistry.Instance.Status;
import picocli.CommandLine.Command;

/** An operator's wish that instances are called no more. */
@Command(
    name = "drain",
    header = "Send no more calls to instances, unless nothing else is left.",
    description = {
      "Marks the instance as draining, whatever it says itself: callers choose it only if no"
          + " instance is up.",
      "",
      OverrideCommand.EFFECT,
      OverrideCommand.WHICH
    },
    customSynopsis = Main.NAME + " drain [OPTIONS] NAME [ID | --all]",
    footer = {
      "",
      "Examples:",
      "  etcd-registry drain orders 3f2a9c --for 30m --reason 'new disk'",
      "  etcd-registry drain orders --all"
    })
final class DrainCommand extends OverrideCommand {
  DrainCommand(Console console) {
    super(console, Status.DRAINING);
  }
}
