package io.etcdregistry.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Where one member keeps its data and its log: in memory where the machine allows it. */
record MemberFolder(Path root) {
  static MemberFolder create() {
    Path memory = Path.of("/dev/shm");
    try {
      return new MemberFolder(
          Files.isWritable(memory)
              ? Files.createTempDirectory(memory, "etcd-registry-it-")
              : Files.createTempDirectory("etcd-registry-it-"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path data() {
    return root.resolve("data");
  }

  Path log() {
    return root.resolve("log");
  }

  String readLog() {
    try {
      return Files.readString(log());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void deleteData() {
    if (Files.exists(data())) {
      deleteRecursively(data());
    }
  }

  void delete() {
    deleteRecursively(root);
  }

  private static void deleteRecursively(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
