package io.etcdregistry.cli;

import io.etcdregistry.Instance;
import io.etcdregistry.Registry;
import io.etcdregistry.ServiceView;
import io.etcdregistry.cli.InstanceChoice.Candidate;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;

/** Removes records by hand, whoever owns them. */
@Command(
    name = "leave",
    header = "Remove the records of instances by hand.",
    description = {
      "The record goes, whoever owns it. Where a name has several, give the ID of one or the"
          + " beginning of it, or --all.",
      "",
      "An owner that still runs puts its record back: the command waits a moment for that, says"
          + " so and exits with 1. Stop the owner instead. Exits with 3 if there is nothing to"
          + " remove, but with --all that is no failure.",
      "",
      "If most instances of a service vanish at once, readers take it for a loss, and go on"
          + " calling them if nobody else is left: 'drain' them first."
    },
    customSynopsis = Main.NAME + " leave [OPTIONS] NAME [ID | --all]",
    footer = {
      "",
      "Examples:",
      "  etcd-registry leave orders",
      "  etcd-registry leave orders 3f2a9c",
      "  etcd-registry leave orders --all"
    })
final class LeaveCommand extends OperatorCommand {
  /** How long to look out for a live owner: it sees the delete at once and writes at once. */
  private static final Duration LOOKOUT = Duration.ofSeconds(2);

  private static final int ATTEMPTS = 3;

  LeaveCommand(Console console) {
    super(console);
  }

  @Override
  ExitCode change(Registry registry) {
    List<Instance> chosen =
        choice.of(registry.list(choice.name).stream().map(Candidate::of).toList()).stream()
            .flatMap(candidate -> Optional.ofNullable(candidate.instance()).stream())
            .toList();
    return chosen.isEmpty() ? choice.nothing(console, "instance") : remove(registry, chosen);
  }

  private ExitCode remove(Registry registry, List<Instance> instances) {
    Map<String, Long> removed = new LinkedHashMap<>();
    for (Instance instance : instances) {
      evict(registry, instance)
          .ifPresent(
              evicted -> {
                removed.put(evicted.key(), evicted.revision());
                console.data("removed " + TerminalText.escape(evicted.key()));
              });
    }
    console.flush();
    Set<String> back =
        removed.isEmpty() ? Set.of() : putBack(registry.service(choice.name), removed);
    if (back.isEmpty()) {
      return ExitCode.OK;
    }
    back.forEach(key -> console.say(key + " was put back"));
    throw new CommandException(
        ExitCode.FAILURE,
        "the owner lives and puts its record back: stop that process, and the record goes with it");
  }

  /** Removes a record as it is now; empty if it is gone already. */
  private Optional<Instance> evict(Registry registry, Instance listed) {
    Instance seen = listed;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (registry.evict(seen)) {
        return Optional.of(seen);
      }
      long revision = seen.revision();
      Optional<Instance> anew =
          registry.list(choice.name).stream()
              .filter(now -> now.key().equals(listed.key()) && now.revision() != revision)
              .findFirst();
      if (anew.isEmpty()) {
        console.say(listed.key() + " was gone already");
        return Optional.empty();
      }
      seen = anew.get();
    }
    throw new CommandException(
        ExitCode.FAILURE, listed.key() + " is written again and again: stop its owner first");
  }

  /** The keys that an owner writes anew while somebody looks. */
  private static Set<String> putBack(ServiceView view, Map<String, Long> removed) {
    Set<String> back = new ConcurrentSkipListSet<>();
    CountDownLatch allBack = new CountDownLatch(1);
    ServiceView.Subscription subscription =
        view.onChange(
            change -> {
              for (Instance now : change.snapshot().instances()) {
                Long revision = removed.get(now.key());
                if (revision != null && now.revision() > revision) {
                  back.add(now.key());
                }
              }
              if (back.size() == removed.size()) {
                allBack.countDown();
              }
            });
    try {
      boolean unused = allBack.await(LOOKOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      subscription.close();
    }
    return back;
  }
}
