package io.etcdregistry.cli;

import io.etcdregistry.Registry;
import io.etcdregistry.devserver.DevServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** Shows the main job. */
@Command(
    name = "demo",
    header = "Show the main job, step by step.",
    description = {
      "Two processes join, one is looked up, both are listed; one is killed and its record goes with"
          + " its TTL, the other is stopped and leaves.",
      "",
      "Runs on an etcd in memory of its own; with -e on the etcd named there, from which it"
          + " removes what it made."
    },
    customSynopsis = Main.NAME + " demo [OPTIONS]",
    descriptionHeading = "%n",
    footer = {"", "Examples:", "  etcd-registry demo", "  etcd-registry demo -e 127.0.0.1/trial"})
final class DemoCommand extends EtcdCommand {
  /** Two processes that start at once may take their time on a slow machine. */
  private static final String CHILD_TIMEOUT = "60s";

  DemoCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    if (!connection.given().isEmpty()) {
      run(connection.connection(), null);
      return ExitCode.OK.code();
    }
    try (DevServer server = LocalServer.start(0)) {
      run(ConnectionText.parse(server.endpoint()), server);
      return ExitCode.OK.code();
    }
  }

  private void run(ConnectionText etcd, @Nullable DevServer own) {
    Path passwordFile = passwordFile(etcd);
    ConnectionText shown =
        passwordFile == null
            ? etcd
            : etcd.withoutPassword().with("passwordFile", passwordFile.toString());
    if (!shown.hasOption("timeout")) {
      shown = shown.with("timeout", CHILD_TIMEOUT);
    }
    try (Registry registry = open(etcd, own);
        Demo demo = new Demo(console, registry, List.of("-e", shown.toString()), environment())) {
      Thread hook = new Thread(demo::close, "end-demo");
      Runtime.getRuntime().addShutdownHook(hook);
      demo.tell(
          own == null
              ? "The etcd is yours. What the demo makes there, it removes."
              : "An etcd in memory listens on " + own.endpoint() + ".");
      try {
        demo.run();
      } finally {
        forget(hook);
      }
    } finally {
      delete(passwordFile);
    }
  }

  private Registry open(ConnectionText etcd, @Nullable DevServer own) {
    return own == null
        ? connection.open()
        : Registry.connect(etcd.with("timeout", CHILD_TIMEOUT).toString());
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // This process is ending: the hook does what is to be done.
    }
  }

  /** The children learn everything from their options: nothing may contradict them. */
  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(console.environment());
    environment
        .keySet()
        .removeIf(name -> name.equals("ETCD_REGISTRY") || name.startsWith("ETCDCTL_"));
    return environment;
  }

  /** A password reaches the children in a file that only this user can read; null for none. */
  private static @Nullable Path passwordFile(ConnectionText etcd) {
    String password = etcd.encodedPassword();
    if (password.isEmpty()) {
      return null;
    }
    try {
      Path file = Files.createTempFile("etcd-registry-demo", null);
      file.toFile().deleteOnExit();
      return Files.writeString(
          file, URLDecoder.decode(password.replace("+", "%2B"), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(@Nullable Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // Deleted on exit, or with the other temporary files.
    }
  }
}
