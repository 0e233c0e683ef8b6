package io.etcdregistry.internal.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.store.Header;
import io.etcdregistry.internal.watch.ClusterHistory.Mark;
import org.junit.jupiter.api.Test;

final class ClusterHistoryTest {
  private static final long CLUSTER = 1;
  private static final long OTHER = 2;

  private final ClusterHistory history = new ClusterHistory();

  private boolean provesReset(long cluster, long revision, Mark sent) {
    return history.provesReset(new Header(cluster, revision), sent);
  }

  private void answeredAt(long revision) {
    assertThat(provesReset(CLUSTER, revision, history.mark())).isFalse();
  }

  @Test
  void provesReset_firstAnswer_isTakenAsItIs() {
    answeredAt(100);
  }

  @Test
  void provesReset_sameOrLaterRevision_goesOn() {
    answeredAt(100);
    answeredAt(100);
    answeredAt(101);
  }

  @Test
  void provesReset_belowWhatWasSeenBeforeItWasSent_isAReset() {
    answeredAt(100);
    assertThat(provesReset(CLUSTER, 99, history.mark())).isTrue();
  }

  @Test
  void provesReset_belowAnEventSeenBeforeItWasSent_isAReset() {
    answeredAt(100);
    history.saw(105);
    assertThat(provesReset(CLUSTER, 104, history.mark())).isTrue();
  }

  @Test
  void provesReset_overtakenByLaterAnswers_isNone() {
    answeredAt(100);
    Mark slow = history.mark();
    answeredAt(110);
    history.saw(120);
    assertThat(provesReset(CLUSTER, 100, slow)).isFalse();
    assertThat(provesReset(CLUSTER, 119, history.mark())).isTrue();
  }

  @Test
  void provesReset_eventsOlderThanAnswers_lowerNothing() {
    answeredAt(100);
    history.saw(50);
    assertThat(provesReset(CLUSTER, 99, history.mark())).isTrue();
  }

  @Test
  void provesReset_anotherCluster_isAReset_evenWithAHigherRevision() {
    answeredAt(100);
    assertThat(provesReset(OTHER, 5000, history.mark())).isTrue();
  }

  @Test
  void provesReset_severalAnswersOfTheNewCluster_isTheResetOnlyOnce() {
    answeredAt(100);
    Mark first = history.mark();
    Mark second = history.mark();
    assertThat(provesReset(CLUSTER, 3, first)).isTrue();
    assertThat(history.goesOn(second)).isFalse();
    assertThat(provesReset(CLUSTER, 3, second)).isFalse();
    answeredAt(3);
    assertThat(provesReset(CLUSTER, 2, history.mark())).isTrue();
  }

  @Test
  void provesReset_answerOfTheClusterBefore_isForgotten() {
    answeredAt(100);
    Mark before = history.mark();
    assertThat(provesReset(OTHER, 3, history.mark())).isTrue();
    assertThat(provesReset(CLUSTER, 101, before)).isFalse();
    assertThat(provesReset(OTHER, 4, history.mark())).isFalse();
  }

  @Test
  void reset_provenOtherwise_startsAgainThere() {
    answeredAt(100);
    Mark before = history.mark();
    history.reset(40);
    assertThat(history.goesOn(before)).isFalse();
    answeredAt(41);
    assertThat(provesReset(CLUSTER, 39, history.mark())).isTrue();
  }

  @Test
  void suspicious_nothingKnownYet_isNot() {
    assertThat(history.suspicious(new Header(CLUSTER, 1))).isFalse();
  }

  @Test
  void suspicious_olderOrAnotherCluster_isButProvesNothing() {
    answeredAt(100);
    assertThat(history.suspicious(new Header(CLUSTER, 99))).isTrue();
    assertThat(history.suspicious(new Header(OTHER, 100))).isTrue();
    assertThat(history.suspicious(new Header(CLUSTER, 100))).isFalse();
    answeredAt(100);
  }

  @Test
  void suspicious_headerOfNoCluster_saysNothing() {
    answeredAt(100);
    assertThat(history.suspicious(new Header(0, 7))).isFalse();
    assertThat(history.suspicious(new Header(CLUSTER, 7))).isTrue();
    assertThat(history.suspicious(new Header(OTHER, 107))).isTrue();
  }
}
