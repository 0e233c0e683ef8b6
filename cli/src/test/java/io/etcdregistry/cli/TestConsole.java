package io.etcdregistry.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A console that remembers, and one run of the command on it. */
final class TestConsole {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Console console;

  TestConsole(Map<String, String> environment, boolean terminal, String in) {
    console =
        new Console(
            new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
            out,
            err,
            environment,
            terminal);
  }

  TestConsole() {
    this(Map.of(), false, "");
  }

  Console console() {
    return console;
  }

  int run(String... args) {
    return Main.run(console, args);
  }

  String out() {
    console.flush();
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
