package io.etcdregistry.benchmarks.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process that does what lines on its standard input tell it, and answers each with a line: "ok"
 * and what it is asked for, or "failed" and why. It ends with its input, or with this JVM.
 */
final class Driver implements AutoCloseable {
  private final Process process;
  private final BufferedWriter input;
  private final BufferedReader output;
  private final Thread hook;

  private Driver(Process process) {
    this.process = process;
    this.input = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), UTF_8));
    this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    this.hook = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Starts a command. */
  static Driver start(List<String> command) {
    try {
      return new Driver(
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a class of this JVM's class path. */
  static Driver java(Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-cp", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return start(command);
  }

  /** Tells it something, and waits for the answer. */
  String[] ask(Object... words) {
    tell(words);
    return answer();
  }

  /** Tells it something; the answer is waited for later. */
  void tell(Object... words) {
    List<String> texts = new ArrayList<>();
    for (Object word : words) {
      texts.add(word.toString());
    }
    try {
      input.write(String.join(" ", texts) + "\n");
      input.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it answers, without the "ok". */
  String[] answer() {
    String line;
    try {
      line = output.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (line == null || !line.startsWith("ok")) {
      throw new IllegalStateException("answered: " + line);
    }
    return line.substring("ok".length()).strip().split(" ", -1);
  }

  /** The answer, if it is one number. */
  long number(Object... words) {
    return Long.parseLong(ask(words)[0]);
  }

  /** Kills it with signal 9. */
  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(hook);
    kill();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("a driver does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
