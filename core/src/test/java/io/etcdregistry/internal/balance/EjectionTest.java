package io.etcdregistry.internal.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Call;
import io.etcdregistry.Instance;
import io.etcdregistry.RegistryStats.Counter;
import io.etcdregistry.ViewOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Instances whose calls fail are left out, and come back. */
class EjectionTest {
  private static final Duration FIRST = ViewOptions.DEFAULT_EJECTION;
  private static final String BAD = "00003";

  private final Fleet fleet = new Fleet(ViewOptions.roundRobin(), 1).show(Fleet.instances(10));

  @Test
  void fiveFailuresInARow_leaveItOut_andItIsTold() {
    assertThat(fleet.failUntilOut(BAD)).isEqualTo(5);
    assertThat(fleet.picks(900)).hasSize(9).doesNotContainKey(BAD).containsEntry("00000", 100);
    assertThat(fleet.telemetry.counts()).containsEntry(Counter.EJECTIONS, 1L);
    assertThat(fleet.events.take())
        .containsExactly(
            BAD + " ejected for 10 s: 5 calls in a row failed, the last with: HTTP 503");
  }

  @Test
  void nobodyThere_leavesItOutAtOnce_forTwiceAsLong_andIsTold() {
    fleet.callTo(BAD).unreachable("connection refused");
    assertThat(fleet.picks(900)).hasSize(9).doesNotContainKey(BAD);
    assertThat(fleet.telemetry.counts()).containsEntry(Counter.EJECTIONS, 1L);
    assertThat(fleet.events.take())
        .containsExactly(BAD + " ejected for 20 s: nobody there: connection refused");
    fleet.time.advance(FIRST.multipliedBy(2).minusNanos(1));
    assertThat(fleet.call("")).isNotEqualTo(BAD);
    fleet.time.advance(Duration.ofNanos(1));
    assertThat(fleet.call("")).isEqualTo(BAD);
    assertThat(fleet.picks(100)).containsEntry(BAD, 10);
  }

  @Test
  void nobodyAnywhere_leavesOutHalf_andNeverMore() {
    for (int i = 0; i < 100; i++) {
      fleet.balancer.begin().orElseThrow().unreachable("no route");
    }
    assertThat(fleet.picks(100)).hasSize(5);
  }

  @Test
  void nobodyThere_ofACallThatBeganBefore_saysNothingOfTheReturn() {
    Call before = fleet.callTo(BAD);
    fleet.failUntilOut(BAD);
    fleet.time.advance(FIRST);
    assertThat(fleet.call("")).isEqualTo(BAD);
    before.unreachable("connection refused");
    assertThat(fleet.picks(100)).containsEntry(BAD, 10);
  }

  @Test
  void successInBetween_endsTheRow() {
    for (int i = 0; i < 4; i++) {
      fleet.calls(40, BAD);
      fleet.calls(10, "");
    }
    assertThat(fleet.picks(100)).containsKey(BAD);
  }

  @Test
  void oneTrial_decidesAboutTheReturn() {
    fleet.failUntilOut(BAD);
    fleet.time.advance(FIRST.minusNanos(1));
    assertThat(fleet.picks(100)).doesNotContainKey(BAD);
    fleet.calls(100, BAD);
    fleet.time.advance(Duration.ofNanos(1));
    Call trial = fleet.balancer.begin().orElseThrow();
    assertThat(trial.instance().id()).isEqualTo(BAD);
    for (int i = 0; i < 100; i++) {
      assertThat(fleet.call("")).isNotEqualTo(BAD); // only the one
    }
    assertThat(fleet.picks(100)).doesNotContainKey(BAD);
    trial.succeeded();
    assertThat(fleet.picks(100)).containsEntry(BAD, 10);
    assertThat(fleet.events.all()).last().isEqualTo(BAD + " readmitted after 10 s");
  }

  @Test
  void trialThatFails_leavesItOutForTwiceAsLong_andIsToldOnce() {
    fleet.failUntilOut(BAD);
    List<Long> tried = new ArrayList<>();
    for (int second = 1; second <= 80; second++) {
      fleet.time.advance(Duration.ofSeconds(1));
      for (int i = 0; i < 20; i++) {
        if (fleet.call(BAD).equals(BAD)) {
          tried.add((long) second);
        }
      }
    }
    assertThat(tried).containsExactly(10L, 30L, 70L);
    assertThat(fleet.events.all()).hasSize(1);
    assertThat(fleet.telemetry.counts()).containsEntry(Counter.EJECTIONS, 4L);
  }

  @Test
  void trialThatTellsNothing_isFollowedByAnother_alsoIfItIsLost() {
    fleet.failUntilOut(BAD);
    fleet.time.advance(FIRST);
    fleet.balancer.begin().orElseThrow().close();
    assertThat(fleet.picks(100)).doesNotContainKey(BAD);
    Call lost = fleet.balancer.begin().orElseThrow();
    assertThat(lost.instance().id()).isEqualTo(BAD);
    fleet.time.advance(Ejections.LONGEST);
    assertThat(fleet.call("")).isEqualTo(BAD);
    assertThat(fleet.picks(100)).containsKey(BAD);
    lost.failed("late");
    assertThat(fleet.picks(100)).containsKey(BAD);
  }

  @Test
  void callsThatBeganBefore_sayNothingOfTheReturn() {
    List<Call> old = new ArrayList<>();
    while (old.size() < 10) {
      Call call = fleet.balancer.begin().orElseThrow();
      if (call.instance().id().equals(BAD)) {
        old.add(call);
      }
    }
    fleet.failUntilOut(BAD);
    fleet.time.advance(FIRST);
    fleet.call("");
    old.forEach(call -> call.failed("timed out"));
    assertThat(fleet.picks(100)).containsKey(BAD);
  }

  @Test
  void badRate_leavesItOut_soThatErrorsFallToTheTrials() {
    Random random = new Random(42);
    int failed = 0;
    int late = 0;
    for (int i = 0; i < 20_000; i++) {
      Call call = fleet.balancer.begin().orElseThrow();
      if (call.instance().id().equals(BAD) && random.nextBoolean()) {
        call.failed("HTTP 500");
        failed++;
        late += i > 2000 ? 1 : 0;
      } else {
        call.succeeded();
      }
      fleet.time.advance(Duration.ofMillis(2)); // 500 a second, 40 s
    }
    assertThat(failed).isLessThan(40); // 1000 without
    assertThat(late).isLessThan(30);
    assertThat(fleet.events.all().get(0)).contains(BAD + " ejected");
  }

  @Test
  void everyoneFailing_leavesOutHalf_andNeverMore() {
    Random random = new Random(42);
    Set<String> called = new HashSet<>();
    for (int i = 0; i < 5000; i++) {
      fleet.balancer.begin().orElseThrow().failed("etcd is not to blame");
      fleet.time.advance(Duration.ofMillis(random.nextInt(100)));
      assertThat(fleet.picks(20).size()).isGreaterThanOrEqualTo(5);
      called.addAll(fleet.picks(10).keySet());
    }
    assertThat(called).hasSize(10);
  }

  @Test
  void everyoneFailingAsOften_leavesOutNobodyForItsRate() {
    Random random = new Random(42);
    for (int i = 0; i < 20_000; i++) {
      Call call = fleet.balancer.begin().orElseThrow();
      if (i % 3 == 0 && random.nextBoolean()) {
        call.failed("overload"); // one in six
      } else {
        call.succeeded();
      }
    }
    assertThat(fleet.picks(100)).hasSize(10);
  }

  @Test
  void fleetThatShrinks_takesBackWhoWasToReturnFirst() {
    for (int i = 0; i < 5; i++) {
      fleet.failUntilOut(Fleet.id(i));
      fleet.time.advance(Duration.ofMillis(500));
    }
    assertThat(fleet.picks(100)).hasSize(5);
    fleet.show(Fleet.instances(8));
    assertThat(fleet.picks(100).keySet()).containsExactly("00000", "00005", "00006", "00007");
    fleet.show(Fleet.instances(1));
    assertThat(fleet.picks(10)).containsOnlyKeys("00000");
    fleet.show(List.of());
    assertThat(fleet.balancer.begin()).isEmpty();
  }

  @Test
  void theOnlyOne_isNeverLeftOut() {
    fleet.show(Fleet.instances(1));
    fleet.calls(100, "00000");
    assertThat(fleet.picks(1)).containsKey("00000");
  }

  @Test
  void instanceUnderAnotherLease_isAnother() {
    fleet.failUntilOut(BAD);
    List<Instance> restarted = new ArrayList<>(Fleet.instances(10));
    fleet.show(restarted);
    assertThat(fleet.picks(100)).doesNotContainKey(BAD);
    restarted.set(3, Fleet.instance(BAD, "", 8));
    fleet.show(restarted);
    assertThat(fleet.picks(100)).containsKey(BAD);
  }

  @Test
  void ejectionOfZero_isNever() {
    Fleet patient =
        new Fleet(ViewOptions.roundRobin().ejection(Duration.ZERO), 1).show(Fleet.instances(10));
    patient.calls(1000, BAD);
    patient.callTo(BAD).unreachable("connection refused");
    assertThat(patient.picks(100)).containsEntry(BAD, 10);
  }

  @Test
  void everyPicker_leavesItOut() {
    for (ViewOptions options :
        List.of(
            ViewOptions.random(),
            ViewOptions.weighted(),
            ViewOptions.leastPending(),
            ViewOptions.random().slowStart(Duration.ofSeconds(1)))) {
      Fleet other = new Fleet(options, 1).show(Fleet.instances(10));
      assertThat(other.failUntilOut(BAD)).isEqualTo(5);
      other.time.advance(FIRST);
      assertThat(other.call("")).isEqualTo(BAD);
      Map<String, Integer> picks = other.picks(1000);
      assertThat(picks).hasSize(10);
    }
  }
}
