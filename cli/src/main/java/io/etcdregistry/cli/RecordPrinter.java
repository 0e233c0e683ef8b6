package io.etcdregistry.cli;

import io.etcdregistry.Instance;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prints records in the form that was asked for. */
final class RecordPrinter {
  private final Console console;
  private final OutputFormat format;
  private final boolean headers;
  private final boolean meta;
  private final Function<Set<Long>, Map<Long, Duration>> remaining;

  RecordPrinter(Console console, OutputOptions options) {
    this(console, options, leases -> Map.of());
  }

  /**
   * @param remaining tells how long leases have to live
   */
  RecordPrinter(
      Console console, OutputOptions options, Function<Set<Long>, Map<Long, Duration>> remaining) {
    this.remaining = remaining;
    this.console = console;
    this.format = options.format(console, OutputFormat.JSON);
    this.headers = !options.noHeaders;
    this.meta = options.meta;
  }

  /** Prints the one record that was looked for. */
  void one(Instance instance) {
    switch (format) {
      case JSON -> json(RecordJson.of(instance, meta));
      case YAML -> yaml(yamlOf(instance));
      case URL, HOSTPORT ->
          console.data(
              address(instance)
                  .orElseThrow(
                      () ->
                          new CommandException(
                              ExitCode.FAILURE,
                              "the record "
                                  + lacking(instance)
                                  + "; mend the service that joined it")));
      default -> all(List.of(instance));
    }
  }

  /** Prints a list. */
  void all(List<Instance> instances) {
    switch (format) {
      case TABLE, WIDE -> table(instances);
      case JSON -> array(instances);
      case JSONL -> instances.forEach(i -> json(RecordJson.oneLine(RecordJson.of(i, meta))));
      case YAML -> yaml(instances.stream().map(this::yamlOf).toList());
      case NAME -> lines(instances.stream().map(Instance::name).distinct().toList());
      case URL, HOSTPORT -> instances.forEach(this::orSkip);
    }
  }

  private void table(List<Instance> instances) {
    if (instances.isEmpty()) {
      console.say("no instances");
      return;
    }
    boolean wide = format == OutputFormat.WIDE;
    Table table = new Table(console, wide, headers, "");
    if (wide) {
      Set<Long> leases = instances.stream().map(Instance::lease).collect(Collectors.toSet());
      leases.remove(0L);
      table.withRemaining(remaining.apply(leases));
    }
    table.begin(instances.stream().map(instance -> new Table.Row("", instance)).toList());
  }

  /** An array with a record a line, so that line tools can read it too. */
  private void array(List<Instance> instances) {
    if (instances.isEmpty()) {
      console.data("[]");
      return;
    }
    console.data("[");
    for (int i = 0; i < instances.size(); i++) {
      json(RecordJson.of(instances.get(i), meta) + (i < instances.size() - 1 ? "," : ""));
    }
    console.data("]");
  }

  /** Exactly as stored; only a terminal gets the dangerous characters as JSON's escapes of them. */
  private void json(String text) {
    console.data(console.terminal() ? TerminalText.escapeJson(text) : text);
  }

  private void yaml(Object value) {
    console.data(Yaml.of(value).stripTrailing());
  }

  private Object yamlOf(Instance instance) {
    return yamlOf(instance, meta);
  }

  static Object yamlOf(Instance instance, boolean meta) {
    if (!meta) {
      return instance.fields();
    }
    Map<String, @Nullable Object> record = new LinkedHashMap<>();
    record.put("key", instance.key());
    record.put("revision", instance.revision());
    record.put("lease", RecordJson.lease(instance));
    record.put("instance", instance.fields());
    if (!instance.override().isEmpty()) {
      record.put("override", instance.override());
    }
    return record;
  }

  private void lines(List<String> lines) {
    lines.forEach(line -> console.data(TerminalText.escape(line)));
  }

  private void orSkip(Instance instance) {
    address(instance)
        .ifPresentOrElse(console::data, () -> console.say("skipped: " + lacking(instance)));
  }

  /** Where it is, in the form asked for, if it says so. */
  private Optional<String> address(Instance instance) {
    if (format == OutputFormat.URL) {
      return Optional.of(instance.url()).filter(RecordPrinter::isAbsolute);
    }
    return Optional.of(TerminalText.escape(instance.host())).filter(host -> !host.isEmpty());
  }

  private String lacking(Instance instance) {
    return instance.key()
        + (format == OutputFormat.URL
            ? " has no absolute URI: its url is '" + instance.url() + "'"
            : " has no host");
  }

  /**
   * Whether a record's URL is one: what others wrote goes into command lines, where a text like
   * {@code -o/etc/passwd} would be taken for an option.
   */
  private static boolean isAbsolute(String url) {
    try {
      return new URI(url).isAbsolute() && TerminalText.escape(url).equals(url);
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
