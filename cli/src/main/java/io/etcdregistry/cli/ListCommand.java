package io.etcdregistry.cli;

import io.etcdregistry.Instance;
import io.etcdregistry.Registry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists instances. */
@Command(
    name = "list",
    header = "List all instances of a service, or of all services.",
    description = {"Lists them whatever their status. An empty list is no failure."},
    customSynopsis = Main.NAME + " list [OPTIONS] [NAME]",
    descriptionHeading = "%n",
    parameterListHeading = "%n",
    footer = {
      "",
      "With --watch, a table on a terminal is drawn anew at every change; elsewhere, and in other forms,",
      "the list is followed as by 'watch', and -o takes the forms of 'watch'.",
      "",
      "Examples:",
      "  etcd-registry list",
      "  etcd-registry list --watch",
      "  etcd-registry list orders -l status=up,zone=eu -o hostport",
      "  etcd-registry list -o name"
    })
final class ListCommand extends EtcdCommand {
  @Mixin final OutputOptions output = new OutputOptions();

  @Mixin final SelectorOptions selector = new SelectorOptions();

  @Parameters(
      paramLabel = "NAME",
      arity = "0..1",
      description = "The service's name; none for all services.")
  @Nullable String name;

  @Option(names = "--watch", description = "Go on with the changes as they happen.")
  boolean watch;

  ListCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    Selector wanted = selector.selector();
    if (watch) {
      return new Watch(console, name, wanted).run(connection, reader()).code();
    }
    RecordPrinter printer = new RecordPrinter(console, output, connection::remaining);
    try (Registry registry = connection.open()) {
      List<Instance> all = name == null ? registry.list() : registry.list(name);
      List<Instance> selected = new ArrayList<>(all);
      selected.removeIf(wanted.negate());
      printer.all(selected);
    }
    return ExitCode.OK.code();
  }

  /** A table on a terminal is drawn anew in its place; all else is told line by line. */
  private Watch.Reader reader() {
    OutputFormat format = output.format(console, OutputFormat.JSONL);
    boolean table = format == OutputFormat.TABLE || format == OutputFormat.WIDE;
    return table && console.canRedraw()
        ? new Redraw(console, output)::show
        : new EventPrinter(console, output)::print;
  }
}
