package io.etcdregistry.cli;

import io.etcdregistry.Instance;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints what a watch sees. */
final class EventPrinter {
  private final Console console;
  private final OutputFormat format;
  private final boolean meta;
  private final Table table;
  private boolean begun;

  EventPrinter(Console console, OutputOptions options) {
    this.console = console;
    this.format = options.format(console, OutputFormat.JSONL);
    this.meta = options.meta;
    this.table = new Table(console, format == OutputFormat.WIDE, !options.noHeaders, "EVENT");
    switch (format) {
      case NAME, URL, HOSTPORT ->
          throw new CommandException(
              ExitCode.USAGE,
              "-o " + format + " tells no changes (expected: table, wide, json, jsonl or yaml)");
      default -> {}
    }
  }

  void print(List<Event> events) {
    switch (format) {
      case TABLE, WIDE -> table(events);
      case YAML ->
          events.forEach(event -> console.data("---\n" + Yaml.of(yaml(event)).stripTrailing()));
      default -> events.forEach(event -> json(event.json(meta)));
    }
    console.flush();
  }

  private void json(String text) {
    console.data(console.terminal() ? TerminalText.escapeJson(text) : text);
  }

  private void table(List<Event> events) {
    List<Table.Row> rows =
        events.stream()
            .flatMap(
                event ->
                    event.instance().stream()
                        .map(instance -> new Table.Row(event.type().toString(), instance)))
            .toList();
    if (begun) {
      table.more(rows);
    } else {
      begun = true;
      table.begin(rows);
    }
    if (events.stream().anyMatch(event -> event.type() == Event.Type.RESET)) {
      console.say("the cluster was wiped or restored: its revisions started again");
    }
  }

  private Object yaml(Event event) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("type", event.type().toString());
    fields.put("revision", event.revision());
    fields.put("service", event.service().isEmpty() ? null : event.service());
    if (event.instance().isPresent()) {
      Instance instance = event.instance().get();
      if (meta) {
        fields.put("key", instance.key());
        fields.put("lease", RecordJson.lease(instance));
      }
      fields.put("instance", instance.fields());
      if (!instance.override().isEmpty()) {
        fields.put("override", instance.override());
      }
    }
    return fields;
  }
}
