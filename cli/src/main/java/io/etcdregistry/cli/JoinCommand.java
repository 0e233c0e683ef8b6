package io.etcdregistry.cli;

import io.etcdregistry.Instance;
import io.etcdregistry.JoinOptions;
import io.etcdregistry.Registration;
import io.etcdregistry.Registry;
import io.etcdregistry.RegistryException;
import io.etcdregistry.cli.StopSignals.Stop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Joins an instance and keeps it joined as long as this process lives. */
@Command(
    name = "join",
    header = "Join an instance of a service, and keep it joined.",
    description = {
      "Without a COMMAND, the instance stays joined until this process is stopped, whatever etcd goes"
          + " through. Prints the document as it stands in etcd once it is there.",
      "",
      "With a COMMAND, runs it with standard input and outputs as they are, joins once it listens or"
          + " passes --check, and leaves when it ends, with its exit code (126 or 127 if it cannot"
          + " start). A free port is found if none is given. The COMMAND finds PORT, HOST,"
          + " ETCD_REGISTRY (without user and password), ETCD_REGISTRY_SERVICE, ETCD_REGISTRY_ID and"
          + " ETCD_REGISTRY_URL in its environment. A record whose check fails three times says down.",
      "",
      "SIGTERM: the record says draining for --wait, then it is removed, then --slack passes, then the"
          + " COMMAND gets SIGTERM. SIGINT (Ctrl-C), SIGHUP or a second signal: it is removed, and the"
          + " COMMAND gets the signal, at once; a third signal kills it. If this process is killed, the"
          + " record goes with its TTL, and the COMMAND goes on unless --with-me says otherwise."
    },
    customSynopsis = Main.NAME + " join [OPTIONS] NAME [-- COMMAND [ARGUMENT...]]",
    descriptionHeading = "%n",
    footer = {
      "",
      "Examples:",
      "  etcd-registry join orders -- node server.js",
      "  etcd-registry join files --check http:/ -- sh -c 'exec python3 -m http.server $PORT'",
      "  etcd-registry join orders -p 8080 --ttl 5s --set zone=eu --set weight:=2.5"
    })
final class JoinCommand extends EtcdCommand {
  @Spec @Nullable CommandSpec spec;

  @Mixin final RecordOptions record;

  @Option(
      names = "--ttl",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description =
          "How long the record outlives a process that is killed: whole seconds. Default: what the"
              + " connection string says, else 10s.")
  @Nullable Duration ttl;

  @Mixin final LifeOptions life = new LifeOptions();

  /** A process without which this one is not wanted: nobody else would stop it. */
  @Option(names = "--parent", hidden = true)
  long parent;

  @Parameters(arity = "0..*", hidden = true)
  List<String> arguments = new ArrayList<>();

  JoinCommand(Console console) {
    super(console);
    this.record = new RecordOptions(console);
  }

  @Override
  public Integer call() {
    Tail tail = Tail.of(spec, arguments);
    String name = check(tail);
    try (StopSignals signals = StopSignals.ofProcess()) {
      Optional<Loss> loss = life.failOnLoss ? Optional.of(new Loss(signals)) : Optional.empty();
      Registry.Builder settings = Registry.builder().shutdownHook(true);
      loss.ifPresent(settings::observer);
      return tail.command().isPresent()
          ? run(name, tail.command().get(), settings, signals, loss)
          : hold(name, settings, signals, loss).code();
    }
  }

  /** Refuses what contradicts itself; returns the name. */
  private String check(Tail tail) {
    List<String> before = tail.before();
    if (before.isEmpty()) {
      throw usage("missing required parameter: 'NAME'");
    }
    if (before.size() > 1) {
      throw usage("'" + before.get(1) + "' is one name too many" + hint(before));
    }
    boolean command = tail.command().isPresent();
    if (!command && !life.commandOnly().isEmpty()) {
      throw usage(life.commandOnly().get(0) + " needs a command after --");
    }
    if (command && record.readsInput()) {
      throw usage("--json: standard input is the command's; name a file");
    }
    life.check().ifPresent(Gate::of);
    return before.get(0);
  }

  /** The Node.js original took a script here and ran it with Node.js. */
  private static String hint(List<String> before) {
    String runner = before.get(1).matches(".*\\.[cm]?js") ? "node " : "";
    return "; a command follows after --: "
        + Main.NAME
        + " join "
        + before.get(0)
        + " -- "
        + runner
        + String.join(" ", before.subList(1, before.size()));
  }

  private ParameterException usage(String message) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
  }

  private JoinOptions options() {
    return ttl == null ? JoinOptions.defaults() : JoinOptions.defaults().ttl(ttl);
  }

  private int run(
      String name,
      List<String> command,
      Registry.Builder settings,
      StopSignals signals,
      Optional<Loss> loss) {
    Supervisor.Plan plan =
        new Supervisor.Plan(
            new Supervisor.Program(command, connection::removeSecrets),
            () -> record.record(name, FreePort.find()),
            options(),
            life,
            loss);
    try (Registry registry = connection.open(settings)) {
      return new Supervisor(console, registry, signals, plan).run();
    }
  }

  private ExitCode hold(
      String name, Registry.Builder settings, StopSignals signals, Optional<Loss> loss) {
    JoinOptions options = options();
    Instance.Builder instance = record.record(name);
    try (Registry registry = connection.open(settings)) {
      endWithParent(signals);
      Registration registration;
      try {
        signals.interrupt(Thread.currentThread());
        registration =
            life.check().isPresent()
                ? joinWhenReady(registry, instance, options)
                : registry.join(instance, options);
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
      return new Hold(console, registration, signals, loss, life.times()).run();
    }
  }

  /** A service that somebody else runs: it may take its time to be there. */
  private Registration joinWhenReady(
      Registry registry, Instance.Builder instance, JoinOptions options) {
    Gate gate = Gate.of(life.check().orElseThrow());
    gate.open(() -> true);
    Registration registration = registry.announce(instance, options.readyWhen(gate));
    try {
      return registration.whenJoined().get(life.readyTimeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      String time = DurationConverter.format(life.readyTimeout);
      throw new CommandException(
          ExitCode.TIMED_OUT,
          gate.passed()
              ? "ready, but not joined within " + time + ": " + registration.status().why()
              : Supervisor.notReady(registration.instance(), gate, time));
    } catch (InterruptedException e) {
      throw new RegistryException(RegistryException.Reason.INTERRUPTED, "told to stop", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private void report(Registration registration) {
    String raised =
        ttl == null || registration.ttl().equals(ttl)
            ? ""
            : ", which etcd made of " + DurationConverter.format(ttl);
    console.say(Supervisor.joined(registration) + raised);
    String document = RecordJson.oneLine(registration.instance().json());
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
