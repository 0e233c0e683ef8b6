package io.etcdregistry.benchmarks.peers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** How the npm package is run: where it is, and the script that drives it. */
final class Npm {
  private static final Path SCRIPT = Path.of("benchmarks/src/main/node/driver.js");

  private Npm() {}

  /**
   * The command of a driver.
   *
   * @param folder has {@code node_modules}; "-" if the package could not be had
   * @param endpoint an etcd with its v2 API
   * @return the command; empty, and one line on the standard error, if it cannot be run
   */
  static Optional<List<String>> command(String folder, String endpoint) {
    if (!Files.isDirectory(Path.of(folder, "node_modules", "etcd-registry"))) {
      System.err.println("bench: without the npm package, which could not be had here");
      return Optional.empty();
    }
    return Optional.of(
        List.of("node", "--no-deprecation", SCRIPT.toString(), folder, "http://" + endpoint));
  }
}
