package io.etcdregistry.it.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the real {@code etcd} and {@code etcdctl} of this run are: the folder that the system
 * property {@code etcd.home} names, holding both in {@code bin/}. Tests that need one carry {@link
 * RequiresEtcd}.
 */
public final class EtcdHome {
  private static final Pattern VERSION = Pattern.compile("etcd Version: (\\d+\\.\\d+\\.\\d+)");

  private EtcdHome() {}

  public static Optional<Path> find() {
    String property = System.getProperty("etcd.home", "");
    if (property.isEmpty()) {
      return Optional.empty();
    }
    Path home = Path.of(property);
    boolean complete =
        Files.isExecutable(home.resolve("bin/etcd"))
            && Files.isExecutable(home.resolve("bin/etcdctl"));
    if (!complete) {
      throw new IllegalStateException(
          "etcd.home=" + property + " (expected: a folder with bin/etcd and bin/etcdctl)");
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

  /** The minor version: 4 for etcd 3.4.23. */
  public static int minorVersion() {
    return Integer.parseInt(version().split("\\.")[1]);
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
