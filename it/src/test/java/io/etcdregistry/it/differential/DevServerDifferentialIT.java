package io.etcdregistry.it.differential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.etcdregistry.it.harness.RequiresEtcd;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The dev server and a real etcd, asked the same: every answer must be the same, and every watch be
 * told the same. What need not be stands in {@link Normalized}.
 */
@RequiresEtcd
class DevServerDifferentialIT {
  /** How many sequences are played; {@code ./build.sh differential} says more. */
  private static final long SEQUENCES = Long.getLong("differential.sequences", 200);

  private static final long FIRST = Long.getLong("differential.first", 0);
  private static final int STEPS = 200;
  private static final int LONG = 3000;

  /** As much as waiting for etcd's timers, and not this machine, leaves to be done at once. */
  private static final int PAIRS = 3;

  /** Servers are started anew after so many sequences. */
  private static final int FRESH = 500;

  private static final int REPORT = 1000;
  private static final int MOST_FAILURES = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration SHORT_PATIENCE = Duration.ofSeconds(10);

  private final AtomicLong next = new AtomicLong(FIRST);
  private final AtomicLong applied = new AtomicLong();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  @Test
  void sequences_sameAnswersAndWatches() {
    List<CompletableFuture<Void>> players = new ArrayList<>();
    for (int i = 0; i < PAIRS; i++) {
      CompletableFuture<Void> player = new CompletableFuture<>();
      new Thread(
              () -> {
                try {
                  play();
                  player.complete(null);
                } catch (RuntimeException | Error e) {
                  player.completeExceptionally(e);
                }
              })
          .start();
      players.add(player);
    }
    players.forEach(CompletableFuture::join);
    assertThat(failures).as("sequences that differ").isEmpty();
    assertThat(applied.get())
        .as("requests that were not refused")
        .isGreaterThan(SEQUENCES * STEPS / 2);
  }

  private void play() {
    while (hasNext()) {
      try (Duo duo = Duo.start()) {
        for (int i = 0; i < FRESH && hasNext(); i++) {
          long seed = next.getAndIncrement();
          if (seed < FIRST + SEQUENCES) {
            applied.addAndGet(new Sequence(duo, seed, PATIENCE).play(STEPS));
          }
          if ((seed + 1) % REPORT == 0) {
            System.out.println("seed " + seed + " is done; so far " + failures.size() + " differ");
          }
        }
      } catch (AssertionError e) {
        System.out.println(e.getMessage());
        failures.add(e);
      }
    }
  }

  private boolean hasNext() {
    return next.get() < FIRST + SEQUENCES && failures.size() < MOST_FAILURES;
  }

  @Test
  void longSequence_sameAnswersAndWatches() {
    try (Duo duo = Duo.start()) {
      assertThat(new Sequence(duo, FIRST, PATIENCE).play(LONG)).isGreaterThan(LONG / 2);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          internal/engine/Guards.java     | LESS -> order < 0                            | LESS -> order <= 0
          internal/engine/Writes.java     | before == null ? 0 : before.getLease(), lease | 0, lease
          internal/engine/Reads.java      | min != 0 && revision < min                   | min != 0 && revision <= min
          internal/service/WatchPump.java | slice.through(watch.next()) + 1, position    | slice.through(watch.next()), position
          internal/service/ActiveWatch.java | withPrevious && revision > compactRevision | revision > compactRevision
          internal/service/ActiveWatch.java | wanted.remove(Event.EventType.DELETE)      | wanted.remove(Event.EventType.PUT)
          """)
  void plantedBug_isFound(String file, String sound, String buggy, @TempDir Path folder) {
    Throwable found = null;
    try (Duo duo = Duo.with(Mutant.start(file, sound, buggy, folder))) {
      for (long seed = 0; seed < SEQUENCES && found == null; seed++) {
        Sequence sequence = new Sequence(duo, seed, SHORT_PATIENCE);
        found = catchThrowable(() -> sequence.play(STEPS));
      }
    }
    assertThat(found).isInstanceOf(AssertionError.class).hasMessageStartingWith("seed ");
    System.out.println(file + ": " + sound + " -> " + buggy + ": found by " + found.getMessage());
  }
}
