package io.etcdregistry.internal.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Instance;
import io.etcdregistry.Instance.Status;
import io.etcdregistry.RecordsForTests;
import io.etcdregistry.internal.codec.Keys;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LossGuardTest {
  private static final Duration TTL = Duration.ofSeconds(10);
  private static final long SECOND = 1_000_000_000;

  private final LossGuard guard = new LossGuard(TTL);

  private static Instance instance(int number, Status status) {
    return RecordsForTests.of(Keys.of(""))
        .complete(Instance.named("orders").port(1 + number).status(status));
  }

  private static List<Instance> fleet(int count) {
    return IntStream.range(0, count).mapToObj(number -> instance(number, Status.UP)).toList();
  }

  @Test
  void mostOfAFleet_areSuspectsForTwoTtls() {
    List<Instance> fleet = fleet(6);
    fleet.subList(0, 4).forEach(one -> guard.vanished(one, 5));
    assertThat(guard.judge(2, 5)).isEqualTo(4);
    assertThat(guard.suspects()).isEqualTo(fleet.subList(0, 4));
    assertThat(guard.due()).hasValue(5 + 20 * SECOND);
    assertThat(guard.judge(2, 5 + 20 * SECOND - 1)).isZero();
    assertThat(guard.suspects()).hasSize(4);
    guard.judge(2, 5 + 20 * SECOND);
    assertThat(guard.suspects()).isEmpty();
    assertThat(guard.due()).isEqualTo(OptionalLong.empty());
  }

  @Test
  void lostOneByOneWithinATtl_theFirstOnesCountToo() {
    List<Instance> fleet = fleet(5);
    for (int i = 0; i < 2; i++) {
      guard.vanished(fleet.get(i), i * SECOND);
      assertThat(guard.judge(4 - i, i * SECOND)).isZero();
    }
    guard.vanished(fleet.get(2), 9 * SECOND);
    assertThat(guard.judge(2, 9 * SECOND)).isEqualTo(3);
  }

  @Test
  void lostOneByOneOverALongerTime_isOrdinary() {
    List<Instance> fleet = fleet(10);
    for (int i = 0; i < 9; i++) {
      guard.vanished(fleet.get(i), 11 * SECOND * i);
      assertThat(guard.judge(9 - i, 11 * SECOND * i)).isZero();
    }
  }

  @Test
  void half_isNotMost() {
    fleet(3).forEach(one -> guard.vanished(one, 0));
    assertThat(guard.judge(3, 0)).isZero();
  }

  @Test
  void smallFleet_isNotGuarded() {
    fleet(4).forEach(one -> guard.vanished(one, 0));
    assertThat(guard.judge(0, 0)).isZero();
  }

  @Test
  void draining_andDown_areNoLoss() {
    IntStream.range(0, 10).forEach(i -> guard.vanished(instance(i, Status.DRAINING), 0));
    IntStream.range(10, 20).forEach(i -> guard.vanished(instance(i, Status.DOWN), 0));
    assertThat(guard.judge(0, 0)).isZero();
  }

  @Test
  void whoComesBack_isNoSuspectAnyMore() {
    List<Instance> fleet = fleet(8);
    fleet.forEach(one -> guard.vanished(one, 0));
    assertThat(guard.judge(0, 0)).isEqualTo(8);
    guard.settle(fleet.get(3).key()::equals);
    guard.judge(1, SECOND);
    assertThat(guard.suspects()).hasSize(7).doesNotContain(fleet.get(3));
  }
}
