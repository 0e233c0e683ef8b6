package io.etcdregistry.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** One run of etcd: a process and the signals it gets. */
final class EtcdProcess {
  private static final Duration EXIT_LIMIT = Duration.ofSeconds(10);

  private final Process process;

  private EtcdProcess(Process process) {
    this.process = process;
  }

  /** Starts the command with an environment that holds nothing for etcd. */
  static EtcdProcess start(List<String> command, Path log) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().keySet().removeIf(name -> name.startsWith("ETCD"));
    try {
      return new EtcdProcess(Children.start(builder));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** SIGTERM, also to a paused process; kills it if it does not go. */
  void stop() {
    resume();
    process.destroy();
    if (!exits()) {
      kill();
    }
  }

  /** SIGKILL; returns when the process has gone. */
  void kill() {
    process.destroyForcibly();
    if (!exits()) {
      throw new IllegalStateException("etcd does not die: pid " + pid());
    }
  }

  /** SIGSTOP; returns when no thread of it runs any more. */
  void pause() {
    signal("STOP");
    Awaitility.await("SIGSTOP of " + pid())
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> !isAlive() || isStopped());
  }

  /** SIGCONT. */
  void resume() {
    signal("CONT");
  }

  private boolean isStopped() throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(pid()), "stat"));
    return stat.startsWith("T", stat.lastIndexOf(')') + 2);
  }

  private void signal(String name) {
    if (!process.isAlive()) {
      return; // the number may be somebody else's by now
    }
    try {
      new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid()).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private boolean exits() {
    try {
      return process.waitFor(EXIT_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
