package io.etcdregistry.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A user's command that is run for the events of a watch. Dies with this process. */
final class EventCommand implements AutoCloseable {
  private final Console console;
  private final List<String> command;
  private final Consumer<Map<String, String>> environment;
  private final Thread onExit = new Thread(this::stop, "stop-command");
  private volatile @Nullable Process running;

  /**
   * @param environment changes the environment that the command would inherit
   * @param service the name that is watched; null for all
   */
  EventCommand(
      Console console,
      List<String> command,
      Consumer<Map<String, String>> environment,
      @Nullable String service) {
    this.console = console;
    this.command = List.copyOf(command);
    this.environment =
        environment.andThen(
            variables -> {
              if (service == null) {
                variables.remove("ETCD_REGISTRY_SERVICE");
              } else {
                variables.put("ETCD_REGISTRY_SERVICE", service);
              }
            });
    Runtime.getRuntime().addShutdownHook(onExit);
  }

  /** Runs the command with the events on its standard input, and waits for its end. */
  void run(List<Event> events) {
    Process process = start(events);
    running = process;
    try {
      feed(process, events);
      int code = process.waitFor();
      if (code != 0) {
        console.say(command.get(0) + " ended with " + code);
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
    } finally {
      running = null;
    }
  }

  private Process start(List<Event> events) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(Redirect.INHERIT)
            .redirectError(Redirect.INHERIT);
    environment.accept(builder.environment());
    long revision = events.stream().mapToLong(Event::revision).max().orElse(0);
    builder.environment().put("ETCD_REGISTRY_REVISION", Long.toString(revision));
    builder.environment().put("ETCD_REGISTRY_EVENTS", Integer.toString(events.size()));
    return Child.start(builder);
  }

  /** A command need not read what it is given. */
  private static void feed(Process process, List<Event> events) {
    byte[] lines =
        events.stream()
            .map(event -> event.json(false) + "\n")
            .collect(Collectors.joining())
            .getBytes(StandardCharsets.UTF_8);
    try (OutputStream in = process.getOutputStream()) {
      in.write(lines);
    } catch (IOException e) {
      // It closed its input or ended: its exit code will tell.
    }
  }

  private void stop() {
    Process process = running;
    if (process != null) {
      process.destroy();
    }
  }

  @Override
  public void close() {
    stop();
    try {
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IllegalStateException e) {
      // This process is ending, and the hook has run or is about to.
    }
  }
}
