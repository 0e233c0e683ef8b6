package io.etcdregistry.cli;

import io.etcdregistry.cli.StopSignals.Stop;
import io.etcdregistry.devserver.DevServer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the in-memory etcd. */
@Command(
    name = "dev",
    header = "Run an etcd in memory, for development.",
    description = {
      "It speaks etcd v3 to any client, on the loopback interface alone, and its data ends with it."
          + " Prints its address and runs until it is stopped."
    },
    synopsisHeading = "%nUsage: ",
    customSynopsis = Main.NAME + " dev [OPTIONS]",
    descriptionHeading = "%n",
    optionListHeading = "%nOptions:%n",
    footer = {"", "Examples:", "  etcd-registry dev", "  etcd-registry dev --port 0"})
final class DevCommand implements Callable<Integer> {
  private static final int MAX_PORT = 65_535;

  private final Console console;

  @Mixin(name = GeneralOptions.MIXIN)
  final GeneralOptions general = new GeneralOptions();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      converter = PortConverter.class,
      description = "Where to listen; 0 for any free port. Default: 2379.")
  int port = 2379;

  DevCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (port < 0 || port > MAX_PORT) {
      throw new CommandException(
          ExitCode.USAGE, "--port: " + port + " (expected: 1 to " + MAX_PORT + ", or 0 for any)");
    }
    try (StopSignals signals = StopSignals.ofProcess();
        DevServer server = LocalServer.start(port)) {
      Logging.release();
      String address = server.endpoint();
      console.data(address);
      console.flush();
      console.say("An etcd in memory listens on http://" + address + "; its data ends with it.");
      console.say("In another terminal:");
      String etcd = server.port() == 2379 ? "" : " -e " + address;
      console.say("  " + Main.NAME + etcd + " join my-service-name --port 8080");
      console.say("  " + Main.NAME + etcd + " lookup my-service-name");
      console.say("  etcdctl --endpoints " + address + " get --prefix services/");
      console.say("Ctrl-C ends it.");
      return untilStopped(signals).exitCode().code();
    }
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
