package io.etcdregistry.cli;

import io.etcdregistry.Instance.Status;
import io.etcdregistry.Registry;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** An operator's wish that instances are not called at all. */
@Command(
    name = "disable",
    header = "Send no calls to instances at all.",
    description = {
      "Says that the instance is down, whatever it says itself: callers never choose it.",
      "",
      OverrideOptions.EFFECT,
      OverrideOptions.WHICH
    },
    customSynopsis = Main.NAME + " disable [OPTIONS] NAME [ID | --all]",
    footer = {
      "",
      "Examples:",
      "  etcd-registry disable orders 3f2a9c --reason 'answers wrongly'",
      "  etcd-registry disable orders 3f2a9c --for 2h"
    })
final class DisableCommand extends HandCommand {
  @Mixin final OverrideOptions wish = new OverrideOptions();

  DisableCommand(Console console) {
    super(console);
  }

  @Override
  void check() {
    wish.check();
  }

  @Override
  ExitCode change(Registry registry) {
    return wish.say(console, registry, choice, Status.DOWN);
  }
}
