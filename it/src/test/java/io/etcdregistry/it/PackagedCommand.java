package io.etcdregistry.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** One run of the command line as it is packaged, as a process of its own. */
final class PackagedCommand implements AutoCloseable {
  private static final Path LAUNCHER =
      Path.of("..", "cli", "target", "dist", "bin", "etcd-registry").toAbsolutePath().normalize();

  /** Far beyond what a run takes: a machine may be slow. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final Path out;
  private final Path err;

  private PackagedCommand(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  static PackagedCommand start(String... arguments) {
    return start(Map.of(), arguments);
  }

  static PackagedCommand start(Map<String, String> environment, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(LAUNCHER.toString());
    command.addAll(List.of(arguments));
    return run(environment, command);
  }

  /** A shell line in which {@code $REG} is the command. */
  static PackagedCommand shell(String line) {
    return shell(Map.of(), line);
  }

  static PackagedCommand shell(Map<String, String> environment, String line) {
    Map<String, String> variables = new HashMap<>(environment);
    variables.put("REG", LAUNCHER.toString());
    return run(variables, List.of("bash", "-c", line));
  }

  /**
   * A shell line in which {@code $REG} is the command, on a terminal of its own that goes to
   * standard output, and at which {@link #type} types.
   */
  static PackagedCommand terminal(Map<String, String> environment, String line) {
    Map<String, String> variables = new HashMap<>(environment);
    variables.put("REG", LAUNCHER.toString());
    variables.put("TERM", "xterm");
    variables.put("SHELL", "/bin/sh");
    return begin(variables, List.of("script", "-qefc", line, "/dev/null"));
  }

  /** Types at its terminal. */
  PackagedCommand type(String text) {
    try {
      process.getOutputStream().write(text.getBytes(UTF_8));
      process.getOutputStream().flush();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PackagedCommand run(Map<String, String> environment, List<String> command) {
    try {
      PackagedCommand started = begin(environment, command);
      started.process.getOutputStream().close();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PackagedCommand begin(Map<String, String> environment, List<String> command) {
    try {
      Path out = Files.createTempFile("command", ".out");
      Path err = Files.createTempFile("command", ".err");
      // a build in the background ignores SIGINT, one under nohup SIGHUP, and children inherit that
      List<String> heeding = new ArrayList<>(List.of("env", "--default-signal=INT,HUP"));
      heeding.addAll(command);
      ProcessBuilder builder =
          new ProcessBuilder(heeding).redirectOutput(out.toFile()).redirectError(err.toFile());
      builder
          .environment()
          .keySet()
          .removeIf(name -> name.startsWith("ETCD_REGISTRY") || name.startsWith("ETCDCTL_"));
      builder.environment().put("XDG_CONFIG_HOME", "/nonexistent");
      builder.environment().putAll(environment);
      return new PackagedCommand(builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A run that ended. */
  record Result(int code, String out, String err) {}

  /** Waits for the end. */
  Result await() {
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("still running; it said: " + out() + err());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return new Result(process.exitValue(), out(), err());
  }

  /** Waits until the output holds this. */
  PackagedCommand awaitOut(String part) {
    Awaitility.await(part)
        .atMost(PATIENCE)
        .failFast(() -> !process.isAlive() && !out().contains(part))
        .until(() -> out().contains(part));
    return this;
  }

  /** Waits until it has said this on standard error. */
  PackagedCommand awaitErr(String part) {
    Awaitility.await(part).atMost(PATIENCE).until(() -> err().contains(part));
    return this;
  }

  String out() {
    return read(out);
  }

  String err() {
    return read(err);
  }

  /** It may be amid a character that is being written. */
  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** The processes that it has started and that run. */
  List<ProcessHandle> children() {
    return process.children().toList();
  }

  /** Sends a signal, such as {@code TERM}. */
  void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Kills it, if it still runs, and forgets what it said. */
  @Override
  public void close() {
    try {
      process.destroyForcibly().waitFor();
      Files.deleteIfExists(out);
      Files.deleteIfExists(err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
