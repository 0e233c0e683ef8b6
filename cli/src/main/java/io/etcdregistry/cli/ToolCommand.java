package io.etcdregistry.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What all commands have. */
@Command(synopsisHeading = "%nUsage: ", optionListHeading = "%nOptions:%n")
abstract class ToolCommand implements Callable<Integer> {
  final Console console;

  @Mixin(name = GeneralOptions.MIXIN)
  final GeneralOptions general = new GeneralOptions();

  ToolCommand(Console console) {
    this.console = console;
  }
}
