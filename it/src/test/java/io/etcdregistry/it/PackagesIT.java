package io.etcdregistry.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.devserver.DevServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./build.sh dist} packs is unpacked or installed, runs, and goes without a trace. */
class PackagesIT {
  /** A system of its own below a folder, for root and for others: without what it depends on. */
  private static final String DPKG =
      """
      PATH=$PATH:/usr/sbin:/sbin
      root=$OUT/root
      dpkg() {
        command dpkg --root="$root" --log="$OUT/dpkg.log" --force-not-root --force-depends \\
          --force-script-chrootless "$@" 2>&1
      }
      """;

  /** Stops what the unit runs as systemd would, and looks for the exit code among its successes. */
  private static final String STOPPED =
      """
      COMMAND='sleep 600'
      eval "exec $line" 2>"$OUT/said" &
      until grep -q joined "$OUT/said"; do kill -0 $!; sleep 0.1; done
      kill -TERM $!
      code=0
      wait $! || code=$?
      sed -n 's/^SuccessExitStatus=//p' "$unit" | grep -qw $code
      echo $code is a success
      """;

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

  @Test
  @RequiresProgram("dpkg-deb")
  void deb_installed_runsAndLeavesNothing() throws IOException, InterruptedException {
    String deb =
        bash(". build/dist.sh; package cli/target/dist \"$OUT\"")
            .lines()
            .filter(line -> line.endsWith(".deb"))
            .findFirst()
            .orElseThrow();
    Path root = folder.resolve("root");
    Path state = Files.createDirectories(root.resolve("var/lib/dpkg/info")).getParent();
    Files.createDirectories(state.resolve("updates"));
    Files.createFile(state.resolve("status"));
    bash(DPKG + "dpkg -i " + deb);
    check(root, "usr/bin/etcd-registry", "usr/share");
    checkManual(root.resolve("usr/share/man/man1/etcd-registry-join.1.gz"));
    checkUnit(root);
    bash(DPKG + "dpkg --purge etcd-registry");
    assertThat(bash("find \"$OUT/root\" -path \"$OUT/root/var\" -prune -o -type f -print"))
        .isEmpty();
    assertThat(root.resolve("usr")).doesNotExist();
  }

  private void checkManual(Path page) throws IOException, InterruptedException {
    String shown =
        bash("! command -v man >/dev/null || MANWIDTH=80 man --warnings=w -l " + page + " | cat");
    assertThat(shown)
        .satisfiesAnyOf(
            text -> assertThat(text).isEmpty(),
            text ->
                assertThat(text)
                    .contains("etcd-registry-join - Join an instance", "--with-me", "EXAMPLES")
                    .doesNotContain("warning:"));
  }

  /** The unit is well formed, and what it would run runs: by the words of systemd, in a shell. */
  private void checkUnit(Path root) throws IOException, InterruptedException {
    Path unit = root.resolve("usr/lib/systemd/system/etcd-registry-join@.service");
    String here =
        "mkdir -p \"$OUT/unit\"; sed \"s,/usr/bin/etcd-registry,$OUT/root&,\" "
            + unit
            + " >\"$OUT/unit/etcd-registry-join@.service\"; ";
    assertThat(
            bash(
                here
                    + "! command -v systemd-analyze >/dev/null ||"
                    + " systemd-analyze verify \"$OUT/unit/etcd-registry-join@orders.service\""))
        .isEmpty();
    try (DevServer etcd = DevServer.start()) {
      String line =
          """
          export ETCD_REGISTRY=%s
          OPTIONS='--check none --set version=1.4.2 -w 0 -s 0'
          unit=$OUT/unit/etcd-registry-join@.service
          line=$(sed -n 's/^ExecStart=//p' "$unit")
          line=${line//%%i/orders}
          """
              .formatted(etcd.endpoint());
      assertThat(bash(line + "COMMAND=/usr/bin/env; eval \"$line\""))
          .contains("ETCD_REGISTRY_SERVICE=orders\n", "PORT=");
      assertThat(bash(line + STOPPED)).isEqualTo("143 is a success\n");
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
