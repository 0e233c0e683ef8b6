package io.etcdregistry.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.devserver.DevServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class TestTimeTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final DevServer server = DevServer.start();
  private final TestTime time = new TestTime(server);

  @AfterEach
  void stop() {
    time.stop();
    server.close();
  }

  @Test
  void clocks_runAndAreMovedTogether() {
    long monotonic = time.nanoTime();
    Instant wall = time.now();
    time.advance(Duration.ofMinutes(5));
    assertThat(Duration.ofNanos(time.nanoTime() - monotonic))
        .isBetween(Duration.ofMinutes(5), Duration.ofMinutes(6));
    assertThat(Duration.between(wall, time.now()))
        .isBetween(Duration.ofMinutes(5), Duration.ofMinutes(6));
  }

  @Test
  void tasks_runInTheOrderOfTheirTimes_whenMoved() {
    List<String> ran = new CopyOnWriteArrayList<>();
    time.schedule(HOUR.multipliedBy(2), () -> ran.add("never"));
    time.schedule(Duration.ofMinutes(3), () -> ran.add("c"));
    time.schedule(
        Duration.ofMinutes(1),
        () -> {
          ran.add("a");
          time.schedule(Duration.ofMinutes(1), () -> ran.add("b"));
          throw new IllegalStateException("of a task");
        });
    time.schedule(Duration.ofMinutes(2), () -> ran.add("cancelled")).cancel();
    time.advance(Duration.ofMinutes(4));
    assertThat(ran).containsExactly("a", "b", "c");
  }

  @Test
  void tasks_runByThemselves() throws Exception {
    CompletableFuture<Thread> ran = new CompletableFuture<>();
    time.schedule(Duration.ofMillis(20), () -> ran.complete(Thread.currentThread()));
    assertThat(ran.get(30, TimeUnit.SECONDS)).isNotSameAs(Thread.currentThread());
  }

  @Test
  void misuse_isRefused() throws Exception {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> time.advance(Duration.ofSeconds(-1)))
        .withMessage("advance: PT-1S (expected: not negative)");
    CompletableFuture<Void> inTask = new CompletableFuture<>();
    time.schedule(
        Duration.ZERO,
        () -> {
          try {
            time.advance(Duration.ZERO);
            inTask.complete(null);
          } catch (IllegalStateException e) {
            inTask.completeExceptionally(e);
          }
        });
    assertThatThrownBy(() -> inTask.get(30, TimeUnit.SECONDS))
        .hasCauseInstanceOf(IllegalStateException.class);
  }
}
