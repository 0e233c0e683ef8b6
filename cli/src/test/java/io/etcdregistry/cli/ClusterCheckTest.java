package io.etcdregistry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.diagnosis.EndpointReport;
import io.etcdregistry.internal.diagnosis.EndpointReport.Reach;
import io.etcdregistry.internal.diagnosis.EndpointReport.Space;
import io.etcdregistry.internal.diagnosis.EndpointReport.Status;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterCheckTest {
  private static final Mends MENDS = new Mends(ConnectionText.parse("h1,h2,h3"), false);
  private static final Space ROOMY = new Space(20 << 20, 10 << 20, 0);

  private static EndpointReport member(int id, Status status) {
    return EndpointReport.telling("h" + id + ":2379", true, "etcd" + id, status);
  }

  private static Status status(int id, String version, long leader, int millis) {
    return new Status(id, version, leader, Duration.ofMillis(millis), ROOMY, false, List.of());
  }

  private static EndpointReport well(int id) {
    return member(id, status(id, "3.5.16", 1, 1));
  }

  private static List<Finding> problems(EndpointReport... endpoints) {
    return new ClusterCheck(List.of(endpoints), MENDS)
        .findings().stream().filter(finding -> finding.level() == Finding.Level.PROBLEM).toList();
  }

  private static List<Finding> notes(EndpointReport... endpoints) {
    return new ClusterCheck(List.of(endpoints), MENDS)
        .findings().stream().filter(finding -> finding.level() == Finding.Level.NOTE).toList();
  }

  @Test
  void findings_three_areAllWell() {
    assertThat(new ClusterCheck(List.of(well(1), well(2), well(3)), MENDS).findings())
        .allMatch(finding -> finding.level() == Finding.Level.OK)
        .extracting(Finding::found)
        .contains("etcd1 at h1:2379", "etcd 3.5.16");
  }

  @Test
  void findings_memberAway_namesIt() {
    EndpointReport away = EndpointReport.silent("http://h9:1", false, "etcd9", Reach.AWAY, "no");
    assertThat(problems(well(1), well(2), away))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.found()).contains("etcd9", "http://h9:1", "no");
              assertThat(finding.mend()).contains("--advertise-client-urls");
            });
  }

  @Test
  void findings_noLeader_isAProblem() {
    assertThat(problems(well(1), well(2), member(3, status(3, "3.5.16", 0, 1))))
        .singleElement()
        .extracting(Finding::check)
        .isEqualTo("leader");
    assertThat(problems(well(1), well(2), member(3, status(3, "3.5.16", 3, 1))))
        .singleElement()
        .extracting(Finding::found)
        .asString()
        .contains("different members");
  }

  @Test
  void findings_oldVersion_isAProblemAMixtureANote() {
    assertThat(problems(member(1, status(1, "3.3.27", 1, 1)))).hasSize(1);
    assertThat(problems(member(1, status(1, "3.10.1", 1, 1)))).isEmpty();
    assertThat(notes(well(1), well(2), member(3, status(3, "3.6.1", 1, 1))))
        .singleElement()
        .extracting(Finding::found)
        .isEqualTo("members of different versions: 3.5.16, 3.6.1");
  }

  @Test
  void findings_slowOrFew_areNotes() {
    assertThat(notes(well(1), well(2), member(3, status(3, "3.5.16", 1, 150))))
        .singleElement()
        .extracting(Finding::check)
        .isEqualTo("latency");
    assertThat(notes(well(1))).singleElement().extracting(Finding::check).isEqualTo("etcd");
    assertThat(notes(well(1), well(2)))
        .singleElement()
        .extracting(Finding::found)
        .asString()
        .contains("even");
  }

  @Test
  void findings_learner_hasNoVote() {
    Status learning = new Status(4, "3.5.16", 1, Duration.ofMillis(1), ROOMY, true, List.of());
    assertThat(notes(well(1), well(2), well(3), member(4, learning)))
        .singleElement()
        .extracting(Finding::found)
        .isEqualTo("members without a vote yet, as learners: 1");
    assertThat(notes(member(4, learning))).hasSize(1);
  }

  @Test
  void findings_oneMemberAtTwoEndpoints_isOne() {
    Status full =
        new Status(
            1, "3.5.16", 1, Duration.ZERO, ROOMY, false, List.of("memberID:1 alarm:NOSPACE"));
    assertThat(problems(member(1, full), member(1, full))).hasSize(1);
    assertThat(notes(well(1), member(1, status(1, "3.5.16", 1, 2))))
        .singleElement()
        .extracting(Finding::found)
        .isEqualTo("the cluster has one member");
  }

  @Test
  void findings_alarmOrLittleSpace_isAProblem() {
    Status full =
        new Status(
            1, "3.5.16", 1, Duration.ZERO, ROOMY, false, List.of("memberID:1 alarm:NOSPACE "));
    assertThat(problems(member(1, full)))
        .singleElement()
        .extracting(Finding::mend)
        .asString()
        .contains("alarm disarm");
    Status nearly =
        new Status(1, "3.6.1", 1, Duration.ZERO, new Space(90, 80, 100), false, List.of());
    assertThat(problems(member(1, nearly)))
        .singleElement()
        .extracting(Finding::mend)
        .asString()
        .contains("defrag");
  }
}
