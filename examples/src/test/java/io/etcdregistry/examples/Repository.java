package io.etcdregistry.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The files of this source tree: those that git tracks or would. */
final class Repository {
  private static final Set<String> NOT_OURS =
      Set.of(".git", ".build", "target", ".idea", ".settings", ".vscode");

  private Repository() {}

  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("build.sh"))) {
      folder = folder.getParent();
    }
    return folder;
  }

  /** All files, relative to {@link #root()}. */
  static List<Path> files() {
    try {
      Process git =
          new ProcessBuilder("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
              .directory(root().toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String output = new String(git.getInputStream().readAllBytes(), UTF_8);
      if (git.waitFor() == 0) {
        return Stream.of(output.split("\0"))
            .map(Path::of)
            .filter(file -> Files.isRegularFile(root().resolve(file)))
            .toList();
      }
    } catch (IOException e) {
      // no git here: a source archive
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return walk();
  }

  static String read(Path file) {
    try {
      return Files.readString(root().resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> walk() {
    try (Stream<Path> all = Files.walk(root())) {
      return all.filter(Files::isRegularFile)
          .map(root()::relativize)
          .filter(
              file ->
                  StreamSupport.stream(file.spliterator(), false)
                      .noneMatch(part -> NOT_OURS.contains(part.toString())))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
