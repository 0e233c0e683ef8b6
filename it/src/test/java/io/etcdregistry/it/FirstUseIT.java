package io.etcdregistry.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fresh source tree and one command: the launcher builds what the demo needs and shows the main
 * job.
 */
class FirstUseIT {
  private static final Set<String> BUILT = Set.of(".git", ".build", "target");

  @Test
  void demo_inAFreshTree_builtAndShown(@TempDir Path tree) throws Exception {
    copySources(Scripts.sourceTree(), tree);
    Path said = tree.resolve("said");
    Process process =
        new ProcessBuilder("./etcd-registry", "demo")
            .directory(tree.toFile())
            .redirectError(said.toFile())
            .start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    String errors = Files.readString(said);
    assertThat(process.waitFor()).as(errors).isZero();
    assertThat(output)
        .containsPattern(
            "(?m)^\\{\"name\":\"my-service-name\",\"port\":8080,\"hostname\":\"([^\"]+)\","
                + "\"host\":\"\\1:8080\",\"url\":\"http://\\1:8080\"}$");
    assertThat(errors).contains("building it", "etcd-registry-cli", "built in");
  }

  private static void copySources(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            if (BUILT.contains(folder.getFileName().toString())) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(to.resolve(from.relativize(folder)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Path copy = to.resolve(from.relativize(file));
            if (!file.getFileName().toString().equals(".git")) {
              Files.copy(file, copy);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
