package io.etcdregistry.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Which records a command is about: the mixin of those that show several. */
final class SelectorOptions {
  @Option(
      names = {"-l", "--selector"},
      paramLabel = "CONDITION",
      description = {
        "Only records of which this is true: field=value, field!=value, field or !field,"
            + " separated by commas. A dot leads into nested objects; a record without a status"
            + " counts as up."
      })
  List<String> expressions = new ArrayList<>();

  Selector selector() {
    return Selector.of(expressions);
  }
}
