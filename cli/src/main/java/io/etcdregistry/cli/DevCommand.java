package io.etcdregistry.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.etcdregistry.cli.StopSignals.Stop;
import io.etcdregistry.devserver.DevServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the in-memory etcd. */
@Command(
    name = "dev",
    header = "Run an etcd in memory, for development.",
    description = {
      "It speaks etcd v3 to any client, on the loopback interface unless told otherwise, and its"
          + " data ends with it. Prints its address and runs until it is stopped."
    },
    customSynopsis = Main.NAME + " dev [OPTIONS]",
    descriptionHeading = "%n",
    footer = {
      "",
      "Examples:",
      "  etcd-registry dev",
      "  etcd-registry dev --port 0",
      "  etcd-registry dev --user root --password-file secret"
    })
final class DevCommand extends ToolCommand {
  private static final int MAX_PORT = 65_535;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      converter = PortConverter.class,
      description = "Where to listen; 0 for any free port. Default: 2379.")
  int port = 2379;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description =
          "The address or name to listen on. Whoever reaches it may do everything, so it warns of"
              + " any but loopback's. Default: 127.0.0.1.")
  String host = "127.0.0.1";

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description = "Who may call, as with an etcd with authentication; needs --password-file.")
  @Nullable String user;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "Holds the password of --user in its first line.")
  @Nullable Path passwordFile;

  DevCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    if (port < 0 || port > MAX_PORT) {
      throw new CommandException(
          ExitCode.USAGE, "--port: " + port + " (expected: 1 to " + MAX_PORT + ", or 0 for any)");
    }
    if (host.isBlank()) {
      throw new CommandException(
          ExitCode.USAGE, "--host: '' (expected: an address or a name, such as 127.0.0.1)");
    }
    try (StopSignals signals = StopSignals.ofProcess();
        DevServer server = start()) {
      Logging.release();
      String address = server.endpoint();
      console.data(address);
      console.flush();
      console.say("An etcd in memory listens on http://" + address + "; its data ends with it.");
      console.say("In another terminal:");
      String etcd =
          server.port() == 2379 && user == null
              ? ""
              : " -e " + address + (user == null ? "" : login(user));
      console.say("  " + Main.NAME + etcd + " join my-service-name --port 8080");
      console.say("  " + Main.NAME + etcd + " lookup my-service-name");
      String login = user == null ? "" : " --user " + user;
      console.say("  etcdctl --endpoints " + address + login + " get --prefix services/");
      console.say("Ctrl-C ends it.");
      return untilStopped(signals).exitCode().code();
    }
  }

  private DevServer start() {
    DevServer.Builder builder = DevServer.builder().exposed();
    if (user != null && passwordFile != null) {
      builder.user(user, password(passwordFile));
    } else if (user != null || passwordFile != null) {
      throw new CommandException(ExitCode.USAGE, "--user and --password-file need each other");
    }
    try {
      return LocalServer.start(builder, host, port);
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, "--" + e.getMessage(), e);
    }
  }

  private static String password(Path file) {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      String line = reader.readLine();
      if (line == null || line.isEmpty()) {
        throw new CommandException(
            ExitCode.USAGE, "--password-file: " + file + " has an empty first line");
      }
      return line;
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.USAGE, "--password-file: cannot read " + file + " (" + e + ")", e);
    }
  }

  /** What a connection needs besides the address; the password stays in its file. */
  private String login(String name) {
    return "'?user="
        + URLEncoder.encode(name, UTF_8)
        + "&passwordFile="
        + URLEncoder.encode(String.valueOf(passwordFile), UTF_8)
        + "'";
  }

  private static Stop untilStopped(StopSignals signals) {
    while (true) {
      Optional<Stop> stop = signals.await(Duration.ofDays(1));
      if (stop.isPresent()) {
        return stop.get();
      }
    }
  }
}
