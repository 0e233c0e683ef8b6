package io.etcdregistry.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.it.PackagedCommand.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive of classes makes the command fast; whatever becomes of it, the command works. */
class CommandLineArchiveIT {
  private static final String JDKS =
      "for java in /usr/lib/jvm/*/bin/java; do readlink -f \"$java\"; done | sort -u"
          + " | sed -n 's,/bin/java$,,p'";

  @TempDir Path folder;

  private Path dist;

  @BeforeEach
  void copy() {
    dist = folder.resolve("dist");
    assertThat(
            shell("mkdir $DIST && cd ${REG%/bin/*} && cp -r bin lib $DIST; rm -f $DIST/lib/*.jsa")
                .code())
        .isZero();
  }

  private Result shell(String line) {
    return PackagedCommand.shell(
            Map.of("DIST", dist.toString(), "HOME", folder.resolve("home").toString()), line)
        .await();
  }

  private void run(String line) {
    Result result = shell(line);
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).startsWith("etcd-registry ");
    assertThat(result.code()).isZero();
  }

  private List<String> archives() throws IOException {
    try (Stream<Path> files = Files.list(dist.resolve("lib"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.contains(".jsa"))
          .sorted()
          .toList();
    }
  }

  @Test
  void moved_runsAndMakesAnother() throws IOException {
    run("$DIST/bin/etcd-registry version");
    List<String> before = archives();
    run(
        "mv $DIST $DIST-2 && mkdir $DIST && mv $DIST-2 $DIST/in && $DIST/in/bin/etcd-registry version");
    dist = dist.resolve("in");
    assertThat(archives()).hasSize(1).doesNotContainAnyElementsOf(before);
  }

  @Test
  void firstRuns_atOnce_makeOne() throws IOException {
    Result together = shell("for i in 1 2 3; do $DIST/bin/etcd-registry version & done; wait");
    assertThat(together.err()).isEmpty();
    assertThat(together.out().lines())
        .hasSize(3)
        .allMatch(line -> line.startsWith("etcd-registry "));
    assertThat(archives()).singleElement().asString().endsWith(".jsa");
  }

  @Test
  void foreign_isDoneWithout() throws IOException {
    run("$DIST/bin/etcd-registry version");
    String archive = "$DIST/lib/" + archives().get(0);
    run("rm -f " + archive + " && echo junk >" + archive + " && $DIST/bin/etcd-registry version");
  }

  @Test
  void nowhereToWrite_isDoneWithout() throws IOException {
    // root may write wherever it likes
    String nobody =
        "$([ $(id -u) != 0 ] || echo setpriv --reuid=65534 --regid=65534 --clear-groups)";
    run(
        "chmod -R a-w $DIST && chmod a+rx ${DIST%/*} && "
            + nobody
            + " $DIST/bin/etcd-registry version; code=$?; chmod -R u+w $DIST; exit $code");
    assertThat(archives()).isEmpty();
  }

  @Test
  void everyJdk_inTurns_keepsItsOwn() throws IOException {
    List<String> homes = shell(JDKS).out().lines().toList();
    assertThat(homes).isNotEmpty();
    String turn =
        "for JAVA_HOME in "
            + String.join(" ", homes)
            + "; do export JAVA_HOME; $DIST/bin/etcd-registry version || exit; done";
    run(turn);
    List<String> made = archives();
    run(turn);
    assertThat(archives()).isEqualTo(made).hasSizeLessThanOrEqualTo(homes.size());
  }
}
