package io.etcdregistry.internal.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.RecordedEvents;
import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import io.etcdregistry.RegistryObserver;
import io.etcdregistry.RegistryStats.Counter;
import io.etcdregistry.testing.FakeTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How reports are counted, written and told. */
class TelemetryTest {
  private final FakeTime time = new FakeTime();
  private final LoggedLines log = new LoggedLines();
  private final RecordedEvents events = new RecordedEvents();

  /** Threads that have not had their turn yet. */
  private final Queue<Runnable> threads = new ArrayDeque<>();

  private Telemetry telemetry(RegistryObserver... observers) {
    return new Telemetry(List.of(observers), threads::add, time, log);
  }

  private void run() {
    while (!threads.isEmpty()) {
      threads.remove().run();
    }
  }

  @Test
  void observers_areToldOnTheirThreads_inOrder() {
    Telemetry telemetry = telemetry(events);
    for (int i = 0; i < 1000; i++) {
      telemetry.clusterReset("number " + i);
    }
    assertThat(events.all()).isEmpty();
    run();
    assertThat(events.all()).hasSize(1000).startsWith("reset: number 0", "reset: number 1");
    assertThat(events.all()).last().isEqualTo("reset: number 999");
  }

  @Test
  void observerThatIsTooSlow_missesEvents_andIsToldWhereTheGapIs() {
    Telemetry telemetry = telemetry(events);
    for (int i = 0; i < RegistryObserver.MOST_WAITING + 5; i++) {
      telemetry.resyncing("orders", "number " + i);
    }
    run();
    telemetry.clusterReset("after the gap");
    run();
    assertThat(events.all())
        .hasSize(RegistryObserver.MOST_WAITING + 2)
        .endsWith(
            "orders resyncing: number " + (RegistryObserver.MOST_WAITING - 1),
            "missed 5",
            "reset: after the gap");
    assertThat(telemetry.counts()).containsEntry(Counter.EVENTS_DROPPED, 5L);
    assertThat(log.lines())
        .filteredOn(line -> line.contains("too slow"))
        .containsExactly(
            "WARNING The observer io.etcdregistry.RecordedEvents is too slow: events are dropped"
                + " until it has caught up");
  }

  @Test
  void observerThatThrows_isKept_andWrittenOnce() {
    Telemetry telemetry = telemetry(new Throwing(), events);
    telemetry.clusterReset("one");
    telemetry.clusterReset("two");
    run();
    assertThat(events.all()).containsExactly("reset: one", "reset: two");
    assertThat(telemetry.counts()).containsEntry(Counter.LISTENER_FAILURES, 2L);
    assertThat(log.lines())
        .filteredOn(line -> line.contains("threw"))
        .containsExactly(
            "WARNING The observer "
                + Throwing.class.getName()
                + " threw; it is kept, and further failures of it are only counted <-"
                + " java.lang.IllegalStateException: one");
  }

  private static final class Throwing implements RegistryObserver {
    @Override
    public void clusterReset(String why) {
      throw new IllegalStateException(why);
    }
  }

  @Test
  void failedVerbs_areCountedByReason_othersAreNot() {
    Telemetry telemetry = telemetry(events);
    telemetry.failing("join", failed(new RegistryException(Reason.DENIED, "no")));
    telemetry.failing("read", failed(new IllegalStateException("ours")));
    CompletableFuture<Void> given = new CompletableFuture<>();
    telemetry.failing("leave", given);
    given.cancel(false);
    telemetry.failing("update", CompletableFuture.completedFuture(null));
    run();
    assertThat(telemetry.failures()).containsEntry(Reason.DENIED, 1L);
    assertThat(telemetry.failures().values()).containsOnlyOnce(1L);
    assertThat(events.all()).containsExactly("join failed: DENIED");
  }

  private static CompletableFuture<?> failed(RuntimeException why) {
    return CompletableFuture.failedFuture(why);
  }

  @Test
  void manyLinesOfAKind_areLeftOut_forAMinute() {
    Telemetry telemetry = telemetry();
    for (int i = 0; i < 100; i++) {
      telemetry.recordSkipped("services/orders/" + i, "not JSON");
    }
    time.advance(LogLines.WINDOW);
    telemetry.recordSkipped("services/orders/last", "not JSON");
    run();
    assertThat(log.lines()).hasSize(LogLines.MOST_OF_A_KIND + 1);
    assertThat(log.lines().get(9)).endsWith("(more lines like this one are left out for a minute)");
    assertThat(log.lines())
        .last()
        .isEqualTo("WARNING Skipped the key services/orders/last: not JSON");
    assertThat(telemetry.counts()).containsEntry(Counter.RECORDS_SKIPPED, 101L);
  }

  @Test
  void written_completesAfterTheLastLine() {
    Telemetry telemetry = telemetry();
    telemetry.clusterReset("one");
    CompletableFuture<Void> written = telemetry.written();
    assertThat(written).isNotDone();
    run();
    assertThat(written).isDone();
    assertThat(log.lines()).hasSize(1);
  }

  @Test
  void keysOfOthers_areMadePrintable() {
    Telemetry telemetry = telemetry();
    telemetry.recordSkipped("services/\u001b[31m\n", "not JSON");
    run();
    assertThat(log.lines()).containsExactly("WARNING Skipped the key services/?[31m?: not JSON");
  }

  @Test
  void durations_areSaidAsAPersonWould() {
    assertThat(LogLines.said(Duration.ofMillis(340))).isEqualTo("340 ms");
    assertThat(LogLines.said(Duration.ofSeconds(10))).isEqualTo("10 s");
    assertThat(LogLines.said(Duration.ofMillis(61_250))).isEqualTo("61.3 s");
    assertThat(LogLines.said(Duration.ofMinutes(61))).isEqualTo("61 min");
    assertThat(LogLines.said(Duration.ofHours(50).plusMinutes(3))).isEqualTo("50 h 3 min");
  }
}
