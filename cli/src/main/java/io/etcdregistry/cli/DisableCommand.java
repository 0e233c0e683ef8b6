package io.etcdregistry.cli;

import io.etcdregistry.Instance.Status;
import picocli.CommandLine.Command;

/** An operator's wish that instances are not called at all. */
@Command(
    name = "disable",
    header = "Send no calls to instances at all.",
    description = {
      "Marks the instance as down, whatever it says itself: callers never choose it.",
      "",
      OverrideCommand.EFFECT,
      OverrideCommand.WHICH
    },
    customSynopsis = Main.NAME + " disable [OPTIONS] NAME [ID | --all]",
    footer = {
      "",
      "Examples:",
      "  etcd-registry disable orders 3f2a9c --reason 'answers wrongly'",
      "  etcd-registry disable orders 3f2a9c --for 2h"
    })
final class DisableCommand extends OverrideCommand {
  DisableCommand(Console console) {
    super(console, Status.DOWN);
  }
}
