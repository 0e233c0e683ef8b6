package io.etcdregistry.cli;

import io.etcdregistry.Instance;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which instances of a name are meant: the mixin of every command that changes some by hand. */
final class InstanceChoice {
  private static final int SHOWN = 10;

  @Parameters(index = "0", paramLabel = "NAME", description = "The service's name.")
  String name = "";

  @Parameters(
      index = "1",
      paramLabel = "ID",
      arity = "0..1",
      description = "The instance's id, or a beginning of it that no other has.")
  String id = "";

  @Option(names = "--all", description = "All instances of the name.")
  boolean all;

  /**
   * Something that can be chosen.
   *
   * @param id what it is chosen by
   * @param shown what a person knows it by
   * @param instance the instance, if it is there
   */
  record Candidate(String id, String shown, @Nullable Instance instance) {
    static Candidate of(Instance instance) {
      return new Candidate(instance.id(), instance.url(), instance);
    }
  }

  /** Refuses what contradicts itself. */
  void check() {
    if (all && !id.isEmpty()) {
      throw new CommandException(ExitCode.USAGE, "an ID and --all exclude each other: give one");
    }
  }

  /**
   * Those that are meant: all of them, the one, or the only one that fits.
   *
   * @param candidates what there is of the name
   */
  List<Candidate> of(List<Candidate> candidates) {
    if (all) {
      return candidates;
    }
    List<Candidate> chosen = new ArrayList<>();
    for (Candidate candidate : candidates) {
      if (candidate.id().equals(id)) {
        return List.of(candidate);
      }
      if (candidate.id().startsWith(id)) {
        chosen.add(candidate);
      }
    }
    if (chosen.size() > 1) {
      String some =
          chosen.stream()
              .limit(SHOWN)
              .map(one -> one.id() + " (" + one.shown() + ")")
              .collect(Collectors.joining(", "));
      throw new CommandException(
          ExitCode.USAGE,
          "'%s' has %d instances that fit: %s%s; add the ID of one, or --all"
              .formatted(name, chosen.size(), some, chosen.size() > SHOWN ? ", ..." : ""));
    }
    return chosen;
  }

  /** What is said, and returned, where there is nothing to choose from. */
  ExitCode nothing(Console console, String what) {
    if (all) {
      console.say("there is no " + what + " of '" + name + "'");
      return ExitCode.OK;
    }
    throw new CommandException(
        ExitCode.NOT_FOUND,
        "there is no "
            + what
            + " of '"
            + name
            + (id.isEmpty() ? "'" : "' with the ID '" + id + "'")
            + "; see what there is with '"
            + Main.NAME
            + " list'");
  }
}
