package io.etcdregistry.cli;

import io.etcdregistry.Instance;
import io.etcdregistry.JoinOptions;
import io.etcdregistry.Registration;
import io.etcdregistry.Registry;
import io.etcdregistry.RegistryException;
import io.etcdregistry.cli.StopSignals.Stop;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Joins an instance and keeps it joined as long as this process lives. */
@Command(
    name = "join",
    header = "Join an instance of a service, and keep it joined.",
    description = {
      "The instance stays joined until this process is stopped, whatever etcd goes through. Prints the"
          + " document as it stands in etcd once it is there.",
      "",
      "SIGTERM: the record says draining for --wait, then it is removed, then the process lives on"
          + " for --slack. SIGINT (Ctrl-C), or a second signal: it is removed at once. If the process"
          + " is killed, the record goes with its TTL."
    },
    synopsisHeading = "%nUsage: ",
    customSynopsis = Main.NAME + " join [OPTIONS] NAME",
    descriptionHeading = "%n",
    parameterListHeading = "%n",
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Examples:",
      "  etcd-registry join orders --port 8080",
      "  etcd-registry join orders -p 8080 --ttl 5s --set zone=eu --set weight:=2.5",
      "  etcd-registry join orders -p 8443 --set protocol=https --json about-me.json"
    })
final class JoinCommand implements Callable<Integer> {
  private final Console console;

  @Mixin(name = GeneralOptions.MIXIN)
  final GeneralOptions general = new GeneralOptions();

  @Mixin(name = ConnectionOptions.MIXIN)
  final ConnectionOptions connection;

  @Mixin final RecordOptions record;

  @Parameters(paramLabel = "NAME", description = "The service's name.")
  String name = "";

  @Option(
      names = "--ttl",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description =
          "How long the record outlives a process that is killed: whole seconds. Default: what the"
              + " connection string says, else 10s.")
  @Nullable Duration ttl;

  @Option(
      names = {"-w", "--wait"},
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "After SIGTERM, how long the record says draining. Default: 2s.")
  Duration wait = Duration.ofSeconds(2);

  @Option(
      names = {"-s", "--slack"},
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "After that, how long to live on for calls on their way. Default: 5s.")
  Duration slack = Duration.ofSeconds(5);

  /** A process without which this one is not wanted: nobody else would stop it. */
  @Option(names = "--parent", hidden = true)
  long parent;

  JoinCommand(Console console) {
    this.console = console;
    this.connection = new ConnectionOptions(console);
    this.record = new RecordOptions(console);
  }

  @Override
  public Integer call() {
    JoinOptions options = JoinOptions.defaults();
    if (ttl != null) {
      options = options.ttl(ttl);
    }
    Instance.Builder instance = record.record(name);
    try (StopSignals signals = StopSignals.ofProcess();
        Registry registry = connection.open(Registry.builder().shutdownHook(true))) {
      endWithParent(signals);
      return join(registry, instance, options, signals).code();
    }
  }

  private ExitCode join(
      Registry registry, Instance.Builder instance, JoinOptions options, StopSignals signals) {
    Registration registration;
    try {
      signals.interrupt(Thread.currentThread());
      registration = registry.join(instance, options);
    } catch (RegistryException e) {
      if (e.reason() == RegistryException.Reason.INTERRUPTED) {
        return signals.await(Duration.ZERO).orElse(Stop.NOW).exitCode();
      }
      throw e;
    } finally {
      signals.interrupt(null);
    }
    Logging.release();
    report(registration);
    return new Hold(console, registration, signals, wait, slack).run();
  }

  private void report(Registration registration) {
    Instance joined = registration.instance();
    Duration granted = registration.ttl();
    String raised =
        ttl == null || granted.equals(ttl)
            ? ""
            : ", which etcd made of " + DurationConverter.format(ttl);
    console.say(
        "joined "
            + joined.name()
            + " at "
            + (joined.key().isEmpty() ? joined.id() : joined.key())
            + " with a TTL of "
            + DurationConverter.format(granted)
            + raised);
    String document = RecordJson.oneLine(joined.json());
    console.data(console.terminal() ? TerminalText.escapeJson(document) : document);
    console.flush();
  }

  private void endWithParent(StopSignals signals) {
    if (parent != 0) {
      CompletableFuture<Void> unused =
          ProcessHandle.of(parent)
              .<CompletableFuture<?>>map(ProcessHandle::onExit)
              .orElse(CompletableFuture.completedFuture(null))
              .thenRun(() -> signals.send(Stop.NOW));
    }
  }
}
