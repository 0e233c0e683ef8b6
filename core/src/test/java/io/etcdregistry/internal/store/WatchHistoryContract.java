package io.etcdregistry.internal.store;

import static io.etcdregistry.internal.store.StoreBench.big;
import static io.etcdregistry.internal.store.StoreBench.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.store.Commit.Outcome;
import io.etcdregistry.internal.store.WatchStream.Event;
import io.etcdregistry.internal.store.Write.Action;
import io.etcdregistry.internal.store.Write.Guard;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Long pasts: large ones, and one made at random. */
public interface WatchHistoryContract extends StoreBench {
  @Test
  default void watch_largePast_comesWhole() {
    List<CompletableFuture<Commit>> answers = new ArrayList<>();
    long before = put(prefix() + "x", "x");
    for (int i = 0; i < 1_000; i++) {
      Write write = Write.put(prefix() + "k" + i % 10, Guard.ALWAYS, 0, big(i, 10_000), 0);
      answers.add(store().commit(List.of(write), CALL));
      if (i % 10 == 9) {
        answers.forEach(this::get);
      }
    }
    WatchLog log = new WatchLog();
    store().watch(log).create(1, KeyRange.prefix(prefix()), before);
    List<Long> revisions = revisions(before, answers);
    long last = revisions.get(revisions.size() - 1);
    await("all puts", () -> log.events(1).stream().anyMatch(event -> revision(event) == last));
    assertThat(log.events(1).stream().map(WatchHistoryContract::revision))
        .containsSubsequence(revisions) // a put that was tried again may be there twice
        .hasSizeBetween(1_001, 1_100);
    log.verify();
  }

  private List<Long> revisions(long before, List<CompletableFuture<Commit>> answers) {
    return Stream.concat(
            Stream.of(before), answers.stream().map(answer -> get(answer).header().revision()))
        .sorted()
        .toList();
  }

  private static long revision(Event event) {
    return event.pair().modRevision();
  }

  @Test
  default void watch_largeRevision_comesWhole() {
    List<Write> writes = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      writes.add(Write.put(prefix() + "%03d".formatted(i), Guard.ALWAYS, 0, big(i, 10_000), 0));
    }
    long first = get(store().commit(writes, CALL)).header().revision();
    get(store().commit(writes, CALL));
    WatchLog log = new WatchLog();
    store().watch(log).create(1, KeyRange.prefix(prefix()), first);
    await("both commits", () -> log.events(1).size() >= 200);
    assertThat(log.events(1)).hasSize(200);
    for (int i = 0; i < 200; i++) {
      Event event = log.events(1).get(i);
      assertThat(event.pair().modRevision()).isEqualTo(first + i / 100);
      assertThat(event.pair().key()).isEqualTo(prefix() + "%03d".formatted(i % 100));
      assertThat(Arrays.equals(event.pair().value(), big(i % 100, 10_000))).isTrue();
    }
    log.verify();
  }

  @Test
  default void watch_randomHistory_isToldCompletelyFromAnywhere() {
    Random random = new Random(20261122);
    WatchLog log = new WatchLog();
    WatchStream stream = store().watch(log);
    long first = put(prefix() + "begin", "");
    stream.create(1, KeyRange.prefix(prefix()), first);
    List<String> told = new ArrayList<>(List.of(first + "+begin="));
    TreeMap<String, String> model = new TreeMap<>();
    model.put("begin", "");
    for (int i = 0; i < 300; i++) {
      told.addAll(step(random, i, model));
    }
    verify(log, 1, told);
    for (int id = 2; id <= 6; id++) {
      int skipped = random.nextInt(told.size());
      long from = Long.parseLong(told.get(skipped).split("[+-]", 2)[0]);
      stream.create(id, KeyRange.prefix(prefix()), from);
      verify(
          log,
          id,
          told.stream().filter(line -> Long.parseLong(line.split("[+-]", 2)[0]) >= from).toList());
    }
    assertThat(content())
        .containsExactlyElementsOf(
            model.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
    log.verify();
  }

  private void verify(WatchLog log, long id, List<String> told) {
    await("the whole past", () -> log.events(id).size() >= told.size());
    assertThat(log.lines(id, prefix())).containsExactlyElementsOf(told);
  }

  /** Commits some random writes to a few keys and says what a watch must tell of them. */
  private List<String> step(Random random, int step, Map<String, String> model) {
    TreeMap<String, Write> writes = new TreeMap<>();
    int count = random.nextInt(10) == 0 ? 8 : 1 + random.nextInt(2);
    while (writes.size() < count) {
      String key = "k" + random.nextInt(12);
      Guard guard = random.nextInt(4) == 0 ? Guard.ABSENT : Guard.ALWAYS;
      writes.put(
          key,
          random.nextInt(3) == 0
              ? Write.delete(prefix() + key, guard, 0)
              : Write.put(prefix() + key, guard, 0, bytes(step + "." + key), 0));
    }
    Commit commit = get(store().commit(List.copyOf(writes.values()), CALL));
    List<String> told = new ArrayList<>();
    int at = 0;
    for (var entry : writes.entrySet()) {
      Outcome outcome = commit.outcomes().get(at++);
      String key = entry.getKey();
      boolean expected = entry.getValue().guard() == Guard.ALWAYS || !model.containsKey(key);
      assertThat(outcome.applied()).isEqualTo(expected);
      if (expected && entry.getValue().action() == Action.PUT) {
        model.put(key, step + "." + key);
        told.add(commit.header().revision() + "+" + key + "=" + step + "." + key);
      } else if (expected && model.remove(key) != null) {
        told.add(commit.header().revision() + "-" + key);
      }
    }
    return told;
  }
}
