package io.etcdregistry.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows which version this is. */
@Command(
    name = "version",
    header = "Show the version.",
    synopsisHeading = "%nUsage: ",
    customSynopsis = Main.NAME + " version",
    optionListHeading = "%nOptions:%n",
    footer = {"", "Examples:", "  etcd-registry version", "  etcd-registry --version"})
final class VersionCommand implements Callable<Integer> {
  private final Console console;

  @Mixin(name = GeneralOptions.MIXIN)
  final GeneralOptions general = new GeneralOptions();

  VersionCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    console.data(Main.NAME + " " + version() + " (Java " + Runtime.version() + ")");
    return ExitCode.OK.code();
  }

  /** The jar says it; classes that were never packaged have none. */
  private static String version() {
    return Objects.requireNonNullElse(
        VersionCommand.class.getPackage().getImplementationVersion(), "(not packaged)");
  }
}
