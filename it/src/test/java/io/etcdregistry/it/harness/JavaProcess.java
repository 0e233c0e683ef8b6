package io.etcdregistry.it.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A JVM of its own that runs a main class of these tests, and what it prints. */
public final class JavaProcess implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final Consumer<String> listener;

  private JavaProcess(Process process, Optional<Consumer<String>> listener) {
    this.process = process;
    this.listener = listener.orElse(lines::add);
    Thread reader = new Thread(this::read, "reader of " + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /** Runs a main class; what it prints waits for {@link #await}. */
  public static JavaProcess start(Class<?> main, String... arguments) {
    return start(Redirect.INHERIT, Optional.empty(), main, arguments);
  }

  /** Runs a main class whose lines go to a listener, and its errors to a file. */
  public static JavaProcess start(
      Consumer<String> listener, Path errors, Class<?> main, String... arguments) {
    Redirect redirect = Redirect.appendTo(errors.toFile());
    return start(redirect, Optional.of(listener), main, arguments);
  }

  private static JavaProcess start(
      Redirect errors, Optional<Consumer<String>> listener, Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors);
      return new JavaProcess(Children.start(builder), listener);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        listener.accept(line);
      }
    } catch (IOException e) {
      listener.accept("unreadable: " + e);
    }
  }

  /** The next line that begins with a word. */
  public String await(String word) {
    return await(line -> line.startsWith(word), word);
  }

  public String await(Predicate<String> wanted, String what) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    try {
      while (true) {
        long left = deadline - System.nanoTime();
        Optional<String> line = Optional.ofNullable(lines.poll(left, TimeUnit.NANOSECONDS));
        if (line.isEmpty()) {
          throw new AssertionError("did not print " + what + " within " + LIMIT);
        }
        if (wanted.test(line.get())) {
          return line.get();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public void signal(String name) {
    try {
      int exit =
          new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
      if (exit != 0) {
        throw new AssertionError("kill -" + name + " exited " + exit);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Writes a line to its input. */
  public void say(String line) {
    try {
      OutputStream input = process.getOutputStream();
      input.write((line + "\n").getBytes(UTF_8));
      input.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends its input and waits for its end; false if that does not come in time. */
  public boolean finish(Duration limit) {
    try {
      process.getOutputStream().close();
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Kills it. */
  @Override
  public void close() {
    process.destroyForcibly();
  }
}
