package io.etcdregistry.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.it.Scripts.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The launcher and the build script on a machine that lacks something, and the launcher's sense of
 * when to build.
 */
class ScriptsIT {
  private static final String NO_JAVA =
      "etcd-registry needs Java 17 or newer, found %s: on Debian, 'apt-get install openjdk-17-jdk-headless' installs"
          + " it.\n";
  private static final String NO_MAVEN =
      "etcd-registry needs Maven 3.8 or newer, found %s: on Debian, 'apt-get install maven' installs it.\n";

  /** Stands for Maven: leaves a distribution whose command says what it was called with. */
  private static final String BUILDS =
      "mkdir -p cli/target/dist/bin; echo built >>builds; echo '[INFO] Building all [1/1]';"
          + " printf '#!/bin/sh\\necho ran \"$@\"\\ncat\\nexit 7\\n' >cli/target/dist/bin/etcd-registry;"
          + " /bin/chmod +x cli/target/dist/bin/etcd-registry";

  @TempDir Path folder;
  private Scripts scripts;

  @BeforeEach
  void makeScripts() {
    scripts = new Scripts(folder);
  }

  @ParameterizedTest
  @ValueSource(strings = {"etcd-registry", "build.sh"})
  void java_missing_oneSentenceSaysHowToGetIt(String script) {
    scripts.installMaven("3.9.9", "exit 1");
    assertThat(scripts.run(script)).isEqualTo(new Result(1, "", NO_JAVA.formatted("none")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"etcd-registry", "build.sh"})
  void java_tooOld_oneSentenceSaysWhatWasFound(String script) {
    scripts.installMaven("3.9.9", "exit 1");
    scripts.installJava("1.8");
    assertThat(scripts.run(script)).isEqualTo(new Result(1, "", NO_JAVA.formatted("Java 8")));
    scripts.installJava("11");
    assertThat(scripts.run(script)).isEqualTo(new Result(1, "", NO_JAVA.formatted("Java 11")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"etcd-registry", "build.sh"})
  void maven_missingOrTooOld_oneSentenceSaysHowToGetIt(String script) {
    scripts.installJava("21");
    assertThat(scripts.run(script)).isEqualTo(new Result(1, "", NO_MAVEN.formatted("none")));
    scripts.installMaven("3.6.3", "exit 1");
    assertThat(scripts.run(script)).isEqualTo(new Result(1, "", NO_MAVEN.formatted("3.6")));
  }

  @Test
  void launcher_firstUse_buildsAndRuns() {
    scripts.installJava("17");
    scripts.installMaven("3.8.7", BUILDS);
    Result result = scripts.run("etcd-registry", "join", "a b", "");
    assertThat(result.stdout()).isEqualTo("ran join a b \n");
    assertThat(result.exitCode()).isEqualTo(7);
    assertThat(result.stderr()).startsWith("etcd-registry: building it").contains("== all");
  }

  @Test
  void launcher_nothingChanged_runsAtOnce() throws IOException {
    scripts.installJava("17");
    scripts.installMaven("3.8.7", BUILDS);
    scripts.run("etcd-registry");
    assertThat(scripts.run("etcd-registry", "list")).isEqualTo(new Result(7, "ran list\n", ""));
    assertThat(builds()).isOne();
  }

  @Test
  void launcher_newerSource_buildsAgain() throws IOException {
    scripts.installJava("17");
    scripts.installMaven("3.8.7", BUILDS);
    scripts.run("etcd-registry");
    Path source = Files.createFile(scripts.tree().resolve("core/src/main/Some.java"));
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(1)));
    scripts.run("etcd-registry");
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void launcher_buildFails_saysWhereToLookAndRunsNothing() {
    scripts.installJava("17");
    scripts.installMaven("3.8.7", "echo '[ERROR] no such thing'; exit 1");
    Result result = scripts.run("etcd-registry", "list");
    assertThat(result.exitCode()).isOne();
    assertThat(result.stdout()).isEmpty();
    assertThat(result.stderr()).contains("[ERROR] no such thing", ".build/launcher.log");
  }

  @Test
  void buildScript_failingMaven_failsAndCounts() {
    scripts.installJava("17");
    scripts.installMaven("3.8.7", "exit 1");
    Result result = scripts.run("build.sh", "quick");
    assertThat(result.exitCode()).isOne();
    assertThat(result.stdout()).isEqualTo("0 passed, 0 failed, 0 skipped\n");
  }

  @Test
  void buildScript_reports_areSummedUpOnTheLastLine() {
    scripts.installJava("17");
    scripts.installMaven(
        "3.8.7",
        "mkdir -p it/target/failsafe-reports core/target/surefire-reports;"
            + " echo '<testsuite name=\"a\" tests=\"5\" errors=\"1\" skipped=\"1\" failures=\"1\">'"
            + " >core/target/surefire-reports/TEST-a.xml;"
            + " echo '<testsuite name=\"b\" tests=\"40\" errors=\"0\" skipped=\"3\" failures=\"0\">'"
            + " >it/target/failsafe-reports/TEST-b.xml");
    Result result = scripts.run("build.sh", "quick");
    assertThat(result.exitCode()).isOne();
    assertThat(result.stdout()).endsWith("39 passed, 2 failed, 4 skipped\n");
  }

  private long builds() throws IOException {
    return Files.readString(scripts.tree().resolve("builds")).lines().count();
  }
}
