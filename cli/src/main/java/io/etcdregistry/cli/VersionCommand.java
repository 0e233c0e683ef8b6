package io.etcdregistry.cli;

import java.util.Objects;
import picocli.CommandLine.Command;

/** Shows which version this is. */
@Command(
    name = "version",
    header = "Show the version.",
    customSynopsis = Main.NAME + " version",
    footer = {"", "Examples:", "  etcd-registry version", "  etcd-registry --version"})
final class VersionCommand extends ToolCommand {
  VersionCommand(Console console) {
    super(console);
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
