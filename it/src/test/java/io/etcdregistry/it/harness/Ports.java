package io.etcdregistry.it.harness;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free ports of the loopback address, each given once. They lie below the range from which Linux
 * serves outgoing connections, in blocks that a JVM takes for itself with a file lock, so that
 * nobody takes the port of a server while a test has it down: no other connection, no other server
 * of this run, and no other run of these tests.
 */
public final class Ports {
  private static final int LOWEST = 10_000;
  private static final int BLOCKS = 220;
  private static final int BLOCK_SIZE = 100;

  /** What we hold; opening such a file again and closing it would give up its lock. */
  private static final Map<Integer, FileChannel> LOCKS = new HashMap<>();

  private static int next;
  private static int left;

  private Ports() {}

  /** A port that nobody listened on a moment ago and that was not given before. */
  public static synchronized int free() {
    while (true) {
      if (left == 0) {
        next = LOWEST + takeBlock() * BLOCK_SIZE;
        left = BLOCK_SIZE;
      }
      left--;
      int port = next++;
      try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return probe.getLocalPort();
      } catch (IOException e) {
        // taken by a stranger
      }
    }
  }

  /** Locks until this JVM ends, however it does. */
  private static int takeBlock() {
    String folder = "etcd-registry-it-ports-" + System.getProperty("user.name");
    try {
      Path locks = Path.of(System.getProperty("java.io.tmpdir")).resolve(folder);
      Files.createDirectories(locks);
      int first = ThreadLocalRandom.current().nextInt(BLOCKS);
      for (int i = 0; i < BLOCKS; i++) {
        int block = (first + i) % BLOCKS;
        if (!LOCKS.containsKey(block) && lock(block, locks.resolve(Integer.toString(block)))) {
          return block;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new IllegalStateException("all blocks of ports are taken");
  }

  private static boolean lock(int block, Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, CREATE, WRITE);
    if (channel.tryLock() == null) {
      channel.close();
      return false;
    }
    LOCKS.put(block, channel);
    return true;
  }
}
