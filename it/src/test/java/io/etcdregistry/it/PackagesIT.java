package io.etcdregistry.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./build.sh dist} packs is unpacked, and runs. */
class PackagesIT {
  @TempDir Path folder;

  private String bash(String script) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-euc", script).directory(Scripts.sourceTree().toFile());
    builder.environment().put("OUT", folder.toString());
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  @Test
  void packages_unpacked_run() throws IOException, InterruptedException {
    List<String> made = bash(". build/dist.sh; package cli/target/dist \"$OUT\"").lines().toList();
    assertThat(made).isNotEmpty().first().asString().endsWith(".tar.gz");
    bash("mkdir \"$OUT/x\" && tar -C \"$OUT/x\" -xzf " + made.get(0));
    check(only(folder.resolve("x")), "bin/etcd-registry", "share");
    if (made.size() > 1) {
      bash("dpkg -x " + made.get(1) + " \"$OUT/y\"");
      check(folder.resolve("y"), "usr/bin/etcd-registry", "usr/share");
      assertThat(folder.resolve("y/usr/lib/systemd/system/etcd-registry-join@.service")).exists();
      assertThat(bash("dpkg-deb -I " + made.get(1)))
          .contains("Package: etcd-registry", "java17-runtime-headless");
    }
  }

  private static Path only(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.findFirst().orElseThrow();
    }
  }

  private void check(Path root, String command, String share)
      throws IOException, InterruptedException {
    assertThat(bash(root.resolve(command) + " version")).startsWith("etcd-registry 0.");
    Path pages = root.resolve(share).resolve("man/man1");
    assertThat(bash("zcat " + pages.resolve("etcd-registry-join.1.gz")))
        .contains(".SH NAME", "etcd\\-registry\\-join \\- Join", "\\-\\-with\\-me", ".SH EXAMPLES");
    assertThat(bash("zcat " + pages.resolve("etcd-registry.1.gz")))
        .contains("doctor", "Exit codes");
    Path completions = root.resolve(share).resolve("bash-completion/completions/etcd-registry");
    assertThat(bash(". " + completions + "; complete -p etcd-registry")).contains("_etcd_registry");
  }
}
