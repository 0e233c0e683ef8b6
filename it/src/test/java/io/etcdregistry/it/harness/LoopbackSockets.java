package io.etcdregistry.it.harness;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The machine's loopback connections, as Linux knows them: whose they are, as members of etcd
 * cannot be told apart by address and not all they send each other carries their id, and how many.
 */
final class LoopbackSockets {
  private static final int LOCAL = 1;
  private static final int REMOTE = 2;
  private static final int STATE = 3;
  private static final int INODE = 9;
  private static final String ESTABLISHED = "01";

  private LoopbackSockets() {}

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
    return sockets()
        .filter(fields -> fields[LOCAL].endsWith(from) && fields[REMOTE].endsWith(to))
        .map(fields -> fields[INODE])
        .findFirst();
  }

  /** How many IPv4 connections to a port are open. */
  static long connectionsTo(int port) {
    String to = hex(port);
    return sockets()
        .filter(fields -> fields[REMOTE].endsWith(to) && fields[STATE].equals(ESTABLISHED))
        .count();
  }

  /** The fields of each IPv4 socket. */
  private static Stream<String[]> sockets() {
    try {
      return Files.readAllLines(Path.of("/proc/net/tcp")).stream()
          .skip(1) // the headings
          .map(line -> line.trim().split("\\s+"));
    } catch (IOException e) {
      throw new IllegalStateException("telling connections apart needs Linux's /proc", e);
    }
  }

  private static String hex(int port) {
    return String.format(Locale.ROOT, ":%04X", port);
  }
}
