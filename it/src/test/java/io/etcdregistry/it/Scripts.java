package io.etcdregistry.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/**
 * Our shell scripts in a source tree of their own that holds nothing else, on a machine that has no
 * tools but the usual ones of Debian and whatever a test puts there.
 */
final class Scripts {
  private static final List<String> TOOLS =
      List.of(
          "awk",
          "bash",
          "cat",
          "date",
          "dirname",
          "env",
          "find",
          "flock",
          "grep",
          "head",
          "mkdir",
          "mktemp",
          "mv",
          "printf",
          "readlink",
          "rm",
          "sed",
          "sh",
          "stat",
          "tail",
          "tee",
          "touch",
          "tr");

  private final Path tree;
  private final Path tools;

  Scripts(Path folder) {
    tree = folder.resolve("tree");
    tools = folder.resolve("bin");
    try {
      for (String script : List.of("etcd-registry", "build.sh", "build")) {
        copy(sourceTree().resolve(script), tree.resolve(script));
      }
      for (String module : List.of("protocol", "core", "devserver", "cli")) {
        Files.createDirectories(tree.resolve(module).resolve("src/main"));
        Files.createFile(tree.resolve(module).resolve("pom.xml"));
      }
      Files.createFile(tree.resolve("pom.xml"));
      Files.createDirectories(tree.resolve(".mvn"));
      Files.createDirectories(tools);
      for (String tool : TOOLS) {
        installTool(tool, "exec /usr/bin/" + tool + " \"$@\"");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path sourceTree() {
    return Path.of("").toAbsolutePath().getParent();
  }

  Path tree() {
    return tree;
  }

  /** Puts a JDK there that says it is this version, and does nothing else. */
  void installJava(String version) {
    installTool("javac", "exit 1");
    installTool("java", "echo '    java.specification.version = " + version + "' >&2");
  }

  /** Puts a Maven there that says it is this version, and else does what the script says. */
  void installMaven(String version, String script) {
    installTool(
        "mvn",
        "if [ \"$1\" = --version ]; then echo 'Apache Maven " + version + "'; exit; fi; " + script);
  }

  private void installTool(String name, String script) {
    try {
      Path file = tools.resolve(name);
      Files.writeString(file, "#!/bin/sh\n" + script + "\n");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a script of the tree, to its end. */
  Result run(String script, String... arguments) {
    Stream<String> command = Stream.concat(Stream.of("./" + script), Stream.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command.toList()).directory(tree.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", tools.toString());
    try {
      Path errors = Files.createTempFile(tree, "stderr", "");
      Process process = builder.redirectError(errors.toFile()).start();
      process.getOutputStream().close();
      String stdout = new String(process.getInputStream().readAllBytes(), UTF_8);
      return new Result(process.waitFor(), stdout, Files.readString(errors));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file));
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
  }

  /** What a run said. */
  record Result(int exitCode, String stdout, String stderr) {}
}
