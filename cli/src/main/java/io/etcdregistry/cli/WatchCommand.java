package io.etcdregistry.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows changes as they happen, or runs a command for them. */
@Command(
    name = "watch",
    header = "Show changes as they happen, or run a command for them.",
    description = {
      "Shows what is there, and then every change as it happens. Ends only when it is stopped.",
      "",
      "-o jsonl prints one object a line: {\"type\":\"joined|updated|left|reset|sync\","
          + "\"revision\":N,\"service\":NAME,\"instance\":{...}}. First comes the present state, then"
          + " sync, then the changes. reset says that the cluster was wiped or restored and its"
          + " revisions started again. service is null in sync and reset of a watch of all services.",
      "",
      "With a COMMAND nothing is printed: it is run once for the present state and once for every"
          + " change after that, one at a time; changes that come while it runs are taken together"
          + " in its next run. It reads them on standard input, in the lines of -o jsonl, and finds"
          + " ETCD_REGISTRY (without user and password), ETCD_REGISTRY_SERVICE (unset for all),"
          + " ETCD_REGISTRY_REVISION and ETCD_REGISTRY_EVENTS (how many lines) in its environment. No"
          + " shell is involved. A command that fails is reported, and the watch goes on."
    },
    customSynopsis = Main.NAME + " watch [OPTIONS] [NAME] [-- COMMAND [ARGUMENT...]]",
    descriptionHeading = "%n",
    footer = {
      "",
      "Examples:",
      "  etcd-registry watch orders",
      "  etcd-registry watch -o jsonl | jq -r 'select(.type==\"left\").instance.url'",
      "  etcd-registry watch orders -- ./reload-proxy"
    })
final class WatchCommand extends EtcdCommand {
  @Spec @Nullable CommandSpec spec;

  @Mixin final OutputOptions output = new OutputOptions();

  @Mixin final SelectorOptions selector = new SelectorOptions();

  @Parameters(arity = "0..*", hidden = true)
  List<String> arguments = new ArrayList<>();

  WatchCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    Tail tail = Tail.of(spec, arguments);
    List<String> names = tail.before();
    if (names.size() > 1) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(),
          "'" + names.get(1) + "' is one name too many; a command follows after --");
    }
    String name = names.isEmpty() ? null : names.get(0);
    Selector wanted = selector.selector();
    if (tail.command().isEmpty()) {
      EventPrinter printer = new EventPrinter(console, output);
      return new Watch(console, name, wanted).run(connection, printer::print).code();
    }
    try (EventCommand runner =
        new EventCommand(console, tail.command().get(), connection::removeSecrets, name)) {
      return new Watch(console, name, wanted).run(connection, runner::run).code();
    }
  }
}
