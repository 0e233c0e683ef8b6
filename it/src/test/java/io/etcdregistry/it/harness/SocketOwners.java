package io.etcdregistry.it.harness;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Tells whose process a loopback connection comes from, as Linux knows it. Members of etcd cannot
 * be told apart by address, and not all they send each other carries their id.
 */
final class SocketOwners {
  private static final int LOCAL = 1;
  private static final int REMOTE = 2;
  private static final int INODE = 9;

  private SocketOwners() {}

  /** Whether the process has the socket of this inode open. */
  static boolean holds(long pid, String inode) {
    try (DirectoryStream<Path> open =
        Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
      for (Path file : open) {
        if (isSocket(file, inode)) {
          return true;
        }
      }
    } catch (IOException e) {
      // the process has gone
    }
    return false;
  }

  private static boolean isSocket(Path file, String inode) {
    try {
      return Files.readSymbolicLink(file).toString().equals("socket:[" + inode + "]");
    } catch (IOException e) {
      return false; // closed meanwhile
    }
  }

  /** The inode of the IPv4 socket, at the first port, that is connected to the second. */
  static Optional<String> inode(int fromPort, int toPort) {
    String from = hex(fromPort);
    String to = hex(toPort);
    try {
      return lines().stream()
          .map(line -> line.trim().split("\\s+"))
          .filter(fields -> fields[LOCAL].endsWith(from) && fields[REMOTE].endsWith(to))
          .map(fields -> fields[INODE])
          .findFirst();
    } catch (IOException e) {
      throw new IllegalStateException("telling connections apart needs Linux's /proc", e);
    }
  }

  private static List<String> lines() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("/proc/net/tcp"));
    return lines.subList(1, lines.size());
  }

  private static String hex(int port) {
    return String.format(Locale.ROOT, ":%04X", port);
  }
}
