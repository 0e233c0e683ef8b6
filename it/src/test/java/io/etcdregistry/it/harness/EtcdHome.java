package io.etcdregistry.it.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.Runtime.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the real {@code etcd} and {@code etcdctl} of this run are: the folder that the system
 * property {@code etcd.home} names, holding both in {@code bin/}, unless a test class runs on
 * several versions of etcd ({@link OnEveryEtcd}). Tests that need one carry {@link RequiresEtcd}.
 */
public final class EtcdHome {
  private static final Pattern VERSION = Pattern.compile("etcd Version: (\\d+\\.\\d+\\.\\d+)");

  private static volatile Optional<Path> chosen = Optional.empty();

  private EtcdHome() {}

  public static Optional<Path> find() {
    return chosen.or(() -> complete(System.getProperty("etcd.home", "")));
  }

  /**
   * The versions to test on and where they are, from the property {@code etcd.homes}, for example
   * {@code 3.4.23=/a,3.5.30=/b}; empty where a version could not be had. Without the property it is
   * what {@link #find} finds.
   */
  static Map<String, Optional<Path>> all() {
    Map<String, Optional<Path>> homes = new LinkedHashMap<>();
    for (String entry : System.getProperty("etcd.homes", "").split(",", -1)) {
      int equals = entry.indexOf('=');
      if (equals > 0) {
        homes.put(entry.substring(0, equals), complete(entry.substring(equals + 1)));
      }
    }
    if (homes.isEmpty()) {
      homes.put("of this run", find());
    }
    return homes;
  }

  /** What {@link #find} finds from now on; empty for what the property says. */
  static void choose(Optional<Path> home) {
    chosen = home;
  }

  private static Optional<Path> complete(String folder) {
    if (folder.isEmpty()) {
      return Optional.empty();
    }
    Path home = Path.of(folder);
    boolean complete =
        Files.isExecutable(home.resolve("bin/etcd"))
            && Files.isExecutable(home.resolve("bin/etcdctl"));
    if (!complete) {
      throw new IllegalStateException(
          "no etcd at " + folder + " (expected: a folder with bin/etcd and bin/etcdctl)");
    }
    return Optional.of(home);
  }

  public static Path binary(String name) {
    return find()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "no etcd to test against: run ./build.sh test, or set -Detcd.home"))
        .resolve("bin")
        .resolve(name);
  }

  /**
   * Whether it is older than the release of its line in which a fault of etcd's was mended.
   *
   * @param of34 the first one without it of 3.4
   * @param of35 the first one without it of 3.5
   */
  public static boolean isBefore(String of34, String of35) {
    Version version = Version.parse(version());
    String mended = version.compareTo(Version.parse("3.5")) < 0 ? of34 : of35;
    return version.compareTo(Version.parse(mended)) < 0;
  }

  /** The version, such as {@code 3.4.23}. */
  public static String version() {
    try {
      Process process = new ProcessBuilder(binary("etcd").toString(), "--version").start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      Matcher matcher = VERSION.matcher(output);
      if (!matcher.find()) {
        throw new IllegalStateException("etcd --version said: " + output);
      }
      return matcher.group(1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
