package io.etcdregistry.cli;

import io.etcdregistry.Instance;
import io.etcdregistry.Registry;
import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import io.etcdregistry.ServiceView;
import io.etcdregistry.Snapshot;
import io.etcdregistry.ViewOptions;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Waits for instances. */
@Command(
    name = "wait",
    header = "Wait until enough instances of a service are up.",
    description = {
      "Returns as soon as they are. Exits with 6 if that takes longer than --timeout, with 4 if etcd"
          + " did not answer in that time. Prints nothing on standard output unless -o is given."
    },
    customSynopsis = Main.NAME + " wait [OPTIONS] NAME",
    descriptionHeading = "%n",
    parameterListHeading = "%n",
    footer = {
      "",
      "Examples:",
      "  etcd-registry wait orders && ./run-tests",
      "  etcd-registry wait orders --count 3 --timeout 2m -l version=1.4.2 -o hostport"
    })
final class WaitCommand extends EtcdCommand {
  @Mixin final OutputOptions output = new OutputOptions();

  @Mixin final SelectorOptions selector = new SelectorOptions();

  @Parameters(paramLabel = "NAME", description = "The service's name.")
  String name = "";

  @Option(
      names = "--count",
      paramLabel = "N",
      converter = NumberConverter.class,
      description = "How many must be up, and fit -l. Default: 1.")
  int count = 1;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "How long to wait at most. Default: 30s.")
  Duration timeout = Duration.ofSeconds(30);

  WaitCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    if (count < 1) {
      throw new CommandException(ExitCode.USAGE, "--count: " + count + " (expected: 1 or more)");
    }
    Selector wanted = selector.selector();
    long end = System.nanoTime() + timeout.toNanos();
    try (Registry registry = connection.open()) {
      awaitEtcd(registry, end);
      Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
      ServiceView view = registry.service(name, ViewOptions.random().where(wanted));
      List<Instance> up = up(await(view, left), wanted);
      if (output.chosen != null) {
        new RecordPrinter(console, output, connection::remaining).all(up);
      }
    }
    return ExitCode.OK.code();
  }

  private static List<Instance> up(Snapshot snapshot, Selector wanted) {
    return snapshot.instances().stream()
        .filter(one -> one.status() == Instance.Status.UP && wanted.test(one))
        .toList();
  }

  private Snapshot await(ServiceView view, Duration left) {
    try {
      return view.awaitAvailable(count, left);
    } catch (RegistryException e) {
      if (e.reason() != Reason.TIMED_OUT) {
        throw e;
      }
      int up = up(view.snapshot(), selector.selector()).size();
      String within = DurationConverter.format(timeout);
      throw new CommandException(
          ExitCode.TIMED_OUT,
          "%d of %d instances of \"%s\" were up within %s; allow more with --timeout"
              .formatted(up, count, name, within),
          e);
    }
  }

  /** A first answer of etcd's, which may start after those who wait for its services. */
  private void awaitEtcd(Registry registry, long end) {
    while (true) {
      try {
        List<Instance> unused = registry.list(name);
        return;
      } catch (RegistryException e) {
        boolean away = e.reason() == Reason.UNREACHABLE || e.reason() == Reason.TIMED_OUT;
        if (!away || System.nanoTime() - end > 0) {
          throw e;
        }
      }
    }
  }
}
