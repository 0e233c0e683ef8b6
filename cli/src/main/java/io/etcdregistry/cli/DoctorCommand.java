package io.etcdregistry.cli;

import com.google.gson.stream.JsonWriter;
import io.etcdregistry.Instance;
import io.etcdregistry.Registry;
import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryObserver;
import io.etcdregistry.cli.Finding.Level;
import io.etcdregistry.internal.diagnosis.EndpointReport;
import io.etcdregistry.internal.diagnosis.Inspector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Finds out what is wrong with the cluster and the records. */
@Command(
    name = "doctor",
    header = "Find out what is wrong with the cluster and the records.",
    description = {
      "Looks at each member (does it answer, its version, leader, latency, alarms, space), at TLS"
          + " and clocks, at what the user may do, and at the records of the namespace (without a"
          + " lease, unreadable, sharing keys, at one address, refusing connections). Each"
          + " finding says what it means and what mends it. Changes nothing. Exits with 1 if"
          + " there is a problem; a note is not one."
    },
    customSynopsis = Main.NAME + " doctor [OPTIONS]",
    descriptionHeading = "%n",
    footer = {
      "",
      "Examples:",
      "  etcd-registry doctor",
      "  etcd-registry doctor --no-connect -o json | jq '.findings[] | select(.level==\"problem\")'"
    })
final class DoctorCommand extends EtcdCommand {
  private static final long TOLD_MILLIS = 2000;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text or json. Default: text.")
  String output = "text";

  @Option(names = "--no-connect", description = "Connect to etcd only, not to the services.")
  boolean noConnect;

  DoctorCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    if (!output.equals("text") && !output.equals("json")) {
      throw new CommandException(ExitCode.USAGE, "-o: '" + output + "' (expected: text or json)");
    }
    List<Finding> findings = examine();
    boolean problem = findings.stream().anyMatch(finding -> finding.level() == Level.PROBLEM);
    if (output.equals("json")) {
      console.data(json(findings, !problem));
    } else {
      findings.forEach(this::tell);
    }
    return (problem ? ExitCode.FAILURE : ExitCode.OK).code();
  }

  private List<Finding> examine() {
    List<Finding> findings = new ArrayList<>();
    Mends mends = new Mends(connection.connection(), !connection.given().isEmpty());
    try (Inspector inspector = connection.inspect()) {
      List<EndpointReport> endpoints = inspector.endpoints();
      findings.addAll(new ClusterCheck(endpoints, mends).findings());
      findings.addAll(new TransportCheck(inspector, endpoints).findings());
      if (endpoints.stream().noneMatch(EndpointReport::answers)) {
        return findings;
      }
      try {
        findings.addAll(new RightsCheck(inspector, endpoints, mends).findings());
      } catch (RegistryException e) {
        findings.add(silent(e, mends));
        return findings;
      }
    }
    findings.addAll(records(mends));
    return findings;
  }

  private static Finding silent(RegistryException why, Mends mends) {
    return Finding.problem(
        "etcd",
        "it answers no request: " + why.getMessage(),
        "Nothing can join or be found until it does.",
        mends.etcdctl("endpoint health --cluster"));
  }

  private List<Finding> records(Mends mends) {
    Map<String, String> unreadable = new ConcurrentSkipListMap<>();
    RegistryObserver observer =
        new RegistryObserver() {
          @Override
          public void recordSkipped(String key, String why) {
            unreadable.put(key, why);
          }
        };
    try (Registry registry = connection.open(Registry.builder().observer(observer))) {
      List<Instance> instances = registry.list();
      awaitTold(registry, unreadable);
      Logging.discard();
      return new RecordCheck(instances, mends).findings(unreadable, !noConnect);
    } catch (RegistryException e) {
      // Said already by those who looked at the members and the rights.
      return List.of();
    }
  }

  /** What is skipped is told a moment after the list is there. */
  private static void awaitTold(Registry registry, Map<String, String> unreadable) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TOLD_MILLIS);
    try {
      while (unreadable.size() < registry.stats().skipped() && System.nanoTime() - end < 0) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(Finding finding) {
    String level = finding.level().name().toLowerCase(Locale.ROOT);
    String shown = console.color() ? paint(finding.level(), level) : level;
    console.data(
        shown
            + " ".repeat(10 - level.length())
            + finding.check()
            + ": "
            + TerminalText.escape(finding.found()));
    if (!finding.meaning().isEmpty()) {
      console.data(" ".repeat(10) + TerminalText.escape(finding.meaning()));
      console.data(" ".repeat(10) + "-> " + TerminalText.escape(finding.mend()));
    }
  }

  private static String paint(Level level, String word) {
    String color =
        switch (level) {
          case OK -> "32";
          case NOTE -> "33";
          case PROBLEM -> "31";
        };
    return "\u001b[" + color + "m" + word + "\u001b[0m";
  }

  private static String json(List<Finding> findings, boolean well) {
    return RecordJson.object(
        json -> {
          json.name("ok").value(well);
          json.name("findings").beginArray();
          for (Finding finding : findings) {
            write(json, finding);
          }
          json.endArray();
        });
  }

  private static void write(JsonWriter json, Finding finding) throws IOException {
    json.beginObject();
    json.name("level").value(finding.level().name().toLowerCase(Locale.ROOT));
    json.name("check").value(finding.check());
    json.name("found").value(finding.found());
    json.name("meaning").value(finding.meaning());
    json.name("mend").value(finding.mend());
    json.endObject();
  }
}
