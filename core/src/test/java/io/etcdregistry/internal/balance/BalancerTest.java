package io.etcdregistry.internal.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Call;
import io.etcdregistry.Instance;
import io.etcdregistry.RegistryStats.Counter;
import io.etcdregistry.ViewOptions;
import io.etcdregistry.internal.time.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Who may be chosen, and what calls tell. */
class BalancerTest {
  private static Instance with(String id, String status) {
    return Fleet.instance(id, "\"status\":\"" + status + "\"");
  }

  @Test
  void status_upFirst_thenDraining_neverStartingOrDown() {
    Fleet fleet = new Fleet(ViewOptions.roundRobin(), 1);
    Instance starting = with("a", "starting");
    Instance up = with("b", "up");
    Instance draining = with("c", "draining");
    Instance down = with("d", "down");
    Instance unknown = with("e", "resting");
    assertThat(fleet.show(starting, up, draining, down, unknown).picks(10))
        .containsOnlyKeys("b", "e");
    assertThat(fleet.show(starting, draining, down).picks(10)).containsOnlyKeys("c");
    assertThat(fleet.show(starting, down).balancer.pick()).isEmpty();
    assertThat(fleet.balancer.begin()).isEmpty();
  }

  @Test
  void filter_decidesBeforeTheStatus_andOneThatThrowsSaysNo() {
    ViewOptions options =
        ViewOptions.random()
            .where(instance -> instance.version().orElseThrow().startsWith("2"))
            .where(instance -> instance.number("port").isEmpty());
    Fleet fleet = new Fleet(options, 1);
    Instance old = Fleet.instance("a", "\"version\":\"1\"");
    Instance leaving = Fleet.instance("b", "\"version\":\"2\",\"status\":\"draining\"");
    Instance silent = Fleet.instance("c", "");
    Instance other = Fleet.instance("d", "\"version\":\"2\",\"port\":1");
    assertThat(fleet.show(old, leaving, silent, other).picks(10)).containsOnlyKeys("b");
    assertThat(fleet.telemetry.counts().get(Counter.LISTENER_FAILURES)).isPositive();
    assertThat(fleet.balancer.pick("key")).contains(leaving);
  }

  @Test
  void call_endsOnce_whateverIsTold() {
    Fleet fleet = new Fleet(ViewOptions.leastPending(), 1).show(Fleet.instances(2));
    Call first = fleet.balancer.begin().orElseThrow();
    String other = fleet.balancer.pick().orElseThrow().id();
    assertThat(other).isNotEqualTo(first.instance().id());
    Call second = fleet.balancer.begin().orElseThrow();
    assertThat(second.instance().id()).isEqualTo(other);
    for (int i = 0; i < 10; i++) {
      first.close();
      first.succeeded();
      first.failed("again");
    }
    for (int i = 0; i < 10; i++) {
      assertThat(fleet.balancer.pick()).contains(first.instance()); // 0 under way, not -29
    }
    assertThat(fleet.picks(10)).hasSize(1);
    second.close();
    assertThat(fleet.picks(100)).hasSize(2);
  }

  @Test
  void call_outlivesItsInstance() {
    Fleet fleet = new Fleet(ViewOptions.powerOfTwoChoices(), 1).show(Fleet.instances(2));
    Call call = fleet.balancer.begin().orElseThrow();
    fleet.show(List.of());
    call.failed("gone");
    fleet.show(Fleet.instances(2));
    assertThat(fleet.picks(100)).hasSize(2);
  }

  @Test
  void olderSnapshot_isNotChosenFrom() {
    Fleet fleet = new Fleet(ViewOptions.random(), 1).show(Fleet.instances(2));
    fleet.balancer.show(
        new io.etcdregistry.Snapshot(
            "orders", 0, 0, io.etcdregistry.Snapshot.Freshness.LIVE, List.of()));
    assertThat(fleet.balancer.pick()).isPresent();
  }

  @Test
  void calls_fromManyThreads_loseNothing_andTryOutOnce() throws Exception {
    int threads = 4;
    int calls = 20_000;
    Fleet fleet = new Fleet(ViewOptions.leastPending(), 1).show(Fleet.instances(8));
    fleet.failUntilOut("00003");
    fleet.time.advance(ViewOptions.DEFAULT_EJECTION);
    AtomicInteger trials = new AtomicInteger();
    CyclicBarrier start = new CyclicBarrier(threads);
    ExecutorService pool = Threads.unbounded("calls");
    List<Future<?>> running = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) {
      Random random = new Random(thread);
      running.add(
          pool.submit(
              () -> {
                start.await();
                for (int i = 0; i < calls; i++) {
                  Call call = fleet.balancer.begin().orElseThrow();
                  if (call.instance().id().equals("00003")) {
                    trials.incrementAndGet(); // stays under way
                  } else if (random.nextInt(3) == 0) {
                    call.close();
                  } else {
                    call.succeeded();
                  }
                }
                return null;
              }));
    }
    for (Future<?> one : running) {
      one.get(1, TimeUnit.MINUTES);
    }
    pool.shutdown();
    assertThat(trials).hasValue(1);
    // Each has 0 calls under way: seven more go to seven, and not to the one on trial.
    List<Call> more = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      more.add(fleet.balancer.begin().orElseThrow());
    }
    assertThat(more).extracting(call -> call.instance().id()).doesNotHaveDuplicates();
  }
}
