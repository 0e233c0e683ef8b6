package io.etcdregistry.it.harness;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Processes that do not outlive this JVM, even if somebody interrupts the tests. */
final class Children {
  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();
  private static volatile boolean ending;

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(Children::end));
  }

  private Children() {}

  static Process start(ProcessBuilder builder) throws IOException {
    Process process = builder.start();
    RUNNING.add(process);
    var unused = process.onExit().thenRun(() -> RUNNING.remove(process));
    if (ending) {
      process.destroyForcibly();
    }
    return process;
  }

  private static void end() {
    ending = true;
    RUNNING.forEach(Process::destroyForcibly);
  }
}
