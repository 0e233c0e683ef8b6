package io.etcdregistry.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How this very command is started again, as another process. */
final class OwnCommand {
  /** The system property in which the launcher says where it is. */
  static final String LAUNCHER = "io.etcdregistry.cli.launcher";

  private OwnCommand() {}

  /** The launcher, or without one the running Java with its options and class path. */
  static List<String> with(List<String> arguments) {
    List<String> command = new ArrayList<>();
    Optional.ofNullable(System.getProperty(LAUNCHER))
        .ifPresentOrElse(command::add, () -> command.addAll(java()));
    command.addAll(arguments);
    return command;
  }

  private static List<String> java() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-cp",
        System.getProperty("java.class.path"),
        Main.class.getName());
  }
}
