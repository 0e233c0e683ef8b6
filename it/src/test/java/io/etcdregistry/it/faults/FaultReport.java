package io.etcdregistry.it.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** Writes FAULTS.md from the outcomes of a run: {@code RESULTS-FOLDER FAULTS.md}. */
final class FaultReport {
  private static final Comparator<String> BY_NUMBER =
      Comparator.<String>comparingInt(id -> Integer.parseInt(id.replaceAll("\\D", "")))
          .thenComparing(Comparator.naturalOrder());

  private final List<Outcome> outcomes;

  private FaultReport(List<Outcome> outcomes) {
    this.outcomes = outcomes;
  }

  public static void main(String[] arguments) throws IOException {
    FaultReport report = new FaultReport(Outcome.read(Path.of(arguments[0])));
    Files.writeString(Path.of(arguments[1]), report.text());
  }

  private String text() {
    StringBuilder text = new StringBuilder(HEAD);
    text.append("| | fault | what callers and readers see | guaranteed |\n|--|--|--|--|\n");
    byRow(outcomes).forEach((id, runs) -> text.append(promise(runs.get(0))));
    byVersion().forEach((version, runs) -> text.append(figures(version, runs)));
    return text.toString();
  }

  private static String promise(Outcome row) {
    return "| %s | %s | %s | %s |\n".formatted(row.row(), row.fault(), row.sees(), row.guarantee());
  }

  private String figures(String version, List<Outcome> runs) {
    StringBuilder text = new StringBuilder("\n## etcd " + version + "\n\n" + FIGURES_HEAD);
    byRow(runs)
        .forEach(
            (id, same) ->
                text.append("| %s | %d | %s | ".formatted(id, same.size(), instances(same)))
                    .append(median(same, Outcome::absenceMillis))
                    .append(" | ")
                    .append(median(same, Outcome::recordsMillis))
                    .append(" | ")
                    .append(median(same, Outcome::viewsMillis))
                    .append(" | ")
                    .append(median(same, Outcome::lagMillis))
                    .append(" | ")
                    .append(calls(same))
                    .append(" | ")
                    .append(median(same, Outcome::slowestCallMillis))
                    .append(" |\n"));
    return text.toString();
  }

  private static String instances(List<Outcome> runs) {
    long snapshots = runs.stream().mapToLong(Outcome::snapshots).sum();
    return runs.get(0).instances() + " | " + snapshots;
  }

  private static String calls(List<Outcome> runs) {
    long calls = runs.stream().mapToLong(Outcome::calls).sum();
    return calls == 0 ? "–" : runs.stream().mapToLong(Outcome::failedCalls).sum() + " / " + calls;
  }

  /** The median, and the smallest and the largest if they differ, in seconds. */
  private static String median(List<Outcome> runs, ToLongFunction<Outcome> figure) {
    long[] sorted = runs.stream().mapToLong(figure).sorted().toArray();
    String median = seconds(sorted[sorted.length / 2]);
    boolean same = sorted[0] == sorted[sorted.length - 1];
    return same
        ? median
        : median + " (" + seconds(sorted[0]) + "–" + seconds(sorted[sorted.length - 1]) + ")";
  }

  private static String seconds(long millis) {
    return millis == 0 ? "0" : "%.1f s".formatted(millis / 1000.0);
  }

  private static Map<String, List<Outcome>> byRow(List<Outcome> runs) {
    return runs.stream()
        .collect(
            Collectors.groupingBy(
                Outcome::row, () -> new TreeMap<>(BY_NUMBER), Collectors.toList()));
  }

  private Map<String, List<Outcome>> byVersion() {
    return outcomes.stream()
        .collect(Collectors.groupingBy(Outcome::etcd, TreeMap::new, Collectors.toList()));
  }

  private static final String HEAD =
      """
      # What happens when etcd has a bad day

      Each row was played on real etcd clusters on one machine, with instances joined by three client
      processes and followed by three readers in another. `etcdctl watch`, on every
      member from revision 1 on, wrote down what really happened. Held against that: every snapshot
      that a reader was given equals what etcd held at the revision the snapshot claims, versions
      rise, nothing wanted is lost in the end, and nothing is shown that is not there.

      `./build.sh faults` plays all rows on three versions of etcd and writes this page.

      ## What is aimed at

      * Nothing lost and no phantom, in every row: a run in which there is one fails.
      * No record is absent while its owner is well, wherever etcd did not itself lose it. It does
        so in 6, 9, 10, 17 and 19, as a lease that is not renewed ends and what is deleted is gone;
        in 11 a second owner's leaving takes the key away, and the first one puts it back; in 3b,
        before 3.4.31 and 3.5.13, a former leader that comes to ends leases (its issue 15247).
      * With a follower gone no call fails and none takes over 3 s (1a, 3a, 7); with the leader gone
        none fails and none takes over 5 s (1b, 2, 3b): nothing is committed during an election.
      * Views are live within 2 s of the cluster serving again (5, 8); records are back within a
        jitter of half a TTL and 2 s (6, 17, 19).
      * Where etcd's laws forbid more: a watch on a member that hangs without closing its
        connections is missed after 10 s of silence and 3 s of asking (3), until when a view on it
        lags. A leave cannot promise that nothing comes after it while a copy of its join is
        unanswered, until etcd took its lease back; where each of these calls takes 2 s that is
        longer than its timeout (20b). A put under way when its owner gives up may land, and is then
        seen for as long as its delete takes (25a). Roles that are withdrawn do not end a watch, and
        in newer versions end leases (14d). Before 3.4.31 and 3.5.13 a compaction can cost a watcher that
        lags its events, untold (13, etcd's issue 17529): a comparison every five minutes mends it.

      ## The rows

      """;

  private static final String FIGURES_HEAD =
      """
      *Absence*: the longest time a record was absent while its owner ran and could reach a serving
      cluster. *Records*, *views*: from the cluster serving again until every record was back, and
      every view live and right. *Lag*: how long a reader took at most to see a change. *Calls*:
      failed of all, and the slowest. Medians, with the extremes where there were several runs.

      | | runs | instances | snapshots | absence | records | views | lag | calls failed | slowest |
      |--|--|--|--|--|--|--|--|--|--|
      """;
}
