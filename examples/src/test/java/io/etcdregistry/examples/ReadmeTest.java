package io.etcdregistry.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Every Java block of the documents stands, line for line, in a class of this module, which the
 * build runs.
 */
class ReadmeTest {
  private static final Pattern JAVA_BLOCK = Pattern.compile("(?ms)^```java\\n(.*?)^```$");

  @Test
  void javaBlocks_standInAnExample() {
    List<String> examples =
        Repository.files().stream()
            .filter(file -> file.startsWith("examples/src"))
            .filter(file -> file.toString().endsWith(".java"))
            .map(file -> Repository.read(file))
            .map(ReadmeTest::unindented)
            .toList();
    assertThat(javaBlocks())
        .allSatisfy(
            block -> assertThat(examples).anySatisfy(code -> assertThat(code).contains(block)));
  }

  private static List<String> javaBlocks() {
    return List.of("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/TESTING.md").stream()
        .map(Path::of)
        .filter(document -> Files.exists(Repository.root().resolve(document)))
        .flatMap(document -> JAVA_BLOCK.matcher(Repository.read(document)).results())
        .map(MatchResult::group)
        .map(block -> JAVA_BLOCK.matcher(block).replaceFirst("$1"))
        .map(ReadmeTest::unindented)
        .toList();
  }

  /**
   * Without the white space at the start of lines: a block in a document is not indented as a
   * method is.
   */
  private static String unindented(String text) {
    return text.replaceAll("(?m)^[ \\t]+", "");
  }
}
