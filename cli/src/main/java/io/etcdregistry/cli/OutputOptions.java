package io.etcdregistry.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How records are printed: the mixin of every command that prints some. */
final class OutputOptions {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      converter = OutputFormat.Converter.class,
      description = {
        "table, wide (with the TTL left, lease, revision, key and override), json, jsonl, yaml, name,"
            + " url or hostport.",
        "Default: a table on a terminal, else JSON; 'wait' prints nothing."
      })
  @Nullable OutputFormat chosen;

  @Option(
      names = "--no-headers",
      description = "Leave out a table's first line, and separate its columns by tabs.")
  boolean noHeaders;

  @Option(
      names = "--meta",
      description =
          "In json, jsonl and yaml: each record is the field instance of an object, beside its"
              + " key, revision, lease and what operators override of it.")
  boolean meta;

  /** The format asked for, else what suits the reader. */
  OutputFormat format(Console console, OutputFormat elsewhere) {
    if (chosen != null) {
      return chosen;
    }
    return console.terminal() ? OutputFormat.TABLE : elsewhere;
  }
}
