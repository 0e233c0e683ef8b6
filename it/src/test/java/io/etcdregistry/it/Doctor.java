package io.etcdregistry.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.it.PackagedCommand.Result;
import io.etcdregistry.it.harness.EtcdHome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs {@code doctor}, and what it says mends something. */
final class Doctor {
  /** Runs without a question: who is asked for root's password finds it here. */
  private static final Map<String, String> ROOT =
      Map.of("ETCDCTL_PASSWORD", "root-secret", "ETCD_REGISTRY_PASSWORD", "root-secret");

  private Doctor() {}

  /** Runs a command of ours on this etcd. */
  static Result run(String connection, String... arguments) {
    List<String> words = new ArrayList<>(List.of(arguments));
    words.addAll(List.of("-e", connection));
    try (PackagedCommand command = PackagedCommand.start(Map.of(), words.toArray(String[]::new))) {
      return command.await();
    }
  }

  /** What the doctor says mends something, as it stands. */
  static List<String> mends(Result doctor) {
    return doctor
        .out()
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith("-> "))
        .map(line -> line.substring(3))
        .toList();
  }

  /** Copies a mend into a shell that has both programs. */
  static Result mend(String line) {
    try (PackagedCommand shell =
        PackagedCommand.shell(
            ROOT,
            "PATH=$(dirname \"$REG\"):"
                + EtcdHome.binary("etcdctl").getParent()
                + ":$PATH; "
                + line)) {
      return shell.await();
    }
  }

  /** Runs all mends that begin so. */
  static void mendAll(Result doctor, String beginning) {
    List<String> lines =
        mends(doctor).stream().filter(line -> line.startsWith(beginning)).distinct().toList();
    assertThat(lines).as(doctor.out()).isNotEmpty();
    for (String line : lines) {
      Result result = mend(line);
      // another mend may have removed it already
      assertThat(result.code()).as(line + "\n" + result).isIn(0, 3);
    }
  }
}
