package io.etcdregistry.internal.store;

import static io.etcdregistry.internal.store.StoreBench.big;
import static io.etcdregistry.internal.store.StoreBench.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.store.Commit.Outcome;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.internal.store.Write.Guard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many writes in one commit. */
public interface CommitContract extends StoreBench {
  /** A commit of so many puts that need their key to be absent. */
  private List<Write> puts(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i -> Write.put(prefix() + "%03d".formatted(i), Guard.ABSENT, 0, bytes("v" + i), 0))
        .toList();
  }

  @Test
  default void commit_manyWrites_isOneRevision() {
    long before = put(prefix() + "x", "x");
    Commit commit = get(store().commit(puts(10), CALL));
    assertThat(commit.header().revision()).isEqualTo(before + 1);
    assertThat(commit.straggling()).isFalse();
    assertThat(pairs())
        .hasSize(11)
        .filteredOn(pair -> !pair.key().endsWith("x"))
        .allMatch(pair -> pair.modRevision() == before + 1)
        .allMatch(pair -> pair.createRevision() == before + 1);
  }

  @Test
  default void commit_headerNamesTheCluster() {
    long cluster = commit(Write.read(prefix() + "a")).header().clusterId();
    assertThat(cluster).isNotZero();
    assertThat(get(store().list(KeyRange.prefix(prefix()), CALL)).header().clusterId())
        .isEqualTo(cluster);
    assertThat(get(another().commit(puts(1), CALL)).header().clusterId()).isEqualTo(cluster);
  }

  @Test
  default void commit_oneConflictAmongHundred_failsAlone() {
    put(prefix() + "042", "other");
    Commit commit = get(store().commit(puts(100), CALL));
    List<Outcome> outcomes = commit.outcomes();
    assertThat(outcomes).hasSize(100);
    assertThat(outcomes.get(42).applied()).isFalse();
    assertThat(outcomes.get(42).found()).map(this::text).contains("042=other");
    assertThat(outcomes).filteredOn(Outcome::applied).hasSize(99);
    assertThat(outcomes)
        .filteredOn(Outcome::applied)
        .allMatch(outcome -> outcome.found().isEmpty());
    assertThat(content()).hasSize(100).contains("041=v41", "042=other", "043=v43");
  }

  @Test
  default void commit_asManyWritesAsAllowed_isApplied() {
    Commit commit = get(store().commit(puts(Store.MAX_WRITES), CALL));
    assertThat(commit.outcomes()).hasSize(Store.MAX_WRITES).allMatch(Outcome::applied);
    assertThat(content()).hasSize(Store.MAX_WRITES);
  }

  @Test
  default void commit_asManyTwiceGuardedAsAllowed_isApplied() {
    long lease = grant(Duration.ofSeconds(60));
    long written = get(store().commit(puts(Store.MAX_WRITES), CALL)).header().revision();
    List<Write> moves =
        pairs().stream()
            .map(pair -> Write.put(pair.key(), Guard.REVISION, written, bytes("x"), lease))
            .toList();
    assertThat(get(store().commit(moves, CALL)).outcomes()).allMatch(Outcome::applied);
    List<Write> deletes =
        pairs().stream()
            .map(pair -> Write.delete(pair.key(), Guard.REVISION, pair.modRevision()))
            .map(write -> write.heldBy(lease))
            .toList();
    assertThat(get(store().commit(deletes, CALL)).outcomes()).allMatch(Outcome::applied);
    assertThat(content()).isEmpty();
  }

  @Test
  default void commit_asManyReadsAsAllowed_findsAll() {
    get(store().commit(puts(Store.MAX_WRITES), CALL));
    List<Write> reads = pairs().stream().map(pair -> Write.read(pair.key())).toList();
    Commit commit = get(store().commit(reads, CALL));
    assertThat(commit.outcomes().stream().map(outcome -> text(outcome.found().orElseThrow())))
        .containsExactlyElementsOf(content());
  }

  @Test
  default void commit_mixedActions_reportsInOrder() {
    put(prefix() + "a", "1");
    long old = put(prefix() + "b", "2");
    Commit commit =
        commit(
            Write.read(prefix() + "a"),
            Write.delete(prefix() + "b", Guard.REVISION, old),
            Write.put(prefix() + "c", Guard.ABSENT, 0, bytes("3"), 0),
            Write.put(prefix() + "d", Guard.REVISION, old, bytes("4"), 0),
            Write.read(prefix() + "e"));
    assertThat(commit.outcomes().stream().map(Outcome::applied))
        .containsExactly(true, true, true, false, true);
    assertThat(commit.outcomes().get(0).found()).map(this::text).contains("a=1");
    assertThat(commit.outcomes().get(3).found()).isEmpty();
    assertThat(commit.outcomes().get(4).found()).isEmpty();
    assertThat(content()).containsExactly("a=1", "c=3");
  }

  @Test
  default void commit_withoutChange_leavesTheRevision() {
    long before = put(prefix() + "a", "1");
    Commit commit =
        commit(
            Write.read(prefix() + "a"),
            Write.delete(prefix() + "b", Guard.ALWAYS, 0),
            Write.put(prefix() + "c", Guard.REVISION, before, bytes("2"), 0));
    assertThat(commit.header().revision()).isEqualTo(before);
    assertThat(commit.outcomes().get(1).applied()).isTrue();
    assertThat(content()).containsExactly("a=1");
  }

  @Test
  default void commit_keyTwice_isInvalidAndChangesNothing() {
    StoreException failure =
        failure(
            store()
                .commit(
                    List.of(
                        Write.put(prefix() + "a", Guard.ALWAYS, 0, bytes("1"), 0),
                        Write.put(prefix() + "b", Guard.ALWAYS, 0, bytes("2"), 0),
                        Write.put(prefix() + "a", Guard.ALWAYS, 0, bytes("3"), 0)),
                    CALL));
    assertThat(failure.failure()).isEqualTo(Failure.INVALID);
    assertThat(failure.mayApply()).isFalse();
    assertThat(content()).isEmpty();
  }

  @Test
  default void commit_tooManyWrites_isInvalidAndChangesNothing() {
    StoreException failure = failure(store().commit(puts(Store.MAX_WRITES + 1), CALL));
    assertThat(failure.failure()).isEqualTo(Failure.INVALID);
    assertThat(failure.mayApply()).isFalse();
    assertThat(content()).isEmpty();
  }

  @Test
  default void commit_tooManyBytes_isTooLargeAndChangesNothing() {
    StoreException failure =
        failure(
            store()
                .commit(
                    List.of(
                        Write.put(prefix() + "a", Guard.ALWAYS, 0, bytes("1"), 0),
                        Write.put(prefix() + "b", Guard.ALWAYS, 0, big(1, 1_700_000), 0)),
                    CALL));
    assertThat(failure.failure()).isEqualTo(Failure.TOO_LARGE);
    assertThat(failure.mayApply()).isFalse();
    assertThat(content()).isEmpty();
  }

  @Test
  default void commit_asManyBytesAsAllowed_isApplied() {
    List<Write> writes = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      writes.add(Write.put(prefix() + "%02d".formatted(i), Guard.ALWAYS, 0, big(i, 65_000), 0));
    }
    assertThat(writes.stream().mapToInt(Write::size).sum()).isLessThan(Store.MAX_BYTES);
    assertThat(get(store().commit(writes, CALL)).outcomes()).allMatch(Outcome::applied);
    assertThat(pairs()).hasSize(16).allMatch(pair -> pair.value().length == 65_000);
  }

  @Test
  default void commit_afterAnother_hasALaterRevision() {
    long last = 0;
    for (int i = 0; i < 20; i++) {
      long revision = put(prefix() + (i % 3), "v" + i);
      assertThat(revision).isGreaterThan(last);
      last = revision;
    }
  }

  @Test
  default void commit_raceForAnAbsentKey_hasOneWinner() {
    List<Store> clients = List.of(store(), another(), another());
    List<CompletableFuture<Commit>> answers = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      Write write = Write.put(prefix() + "race", Guard.ABSENT, 0, bytes("v" + i), 0);
      answers.add(clients.get(i % 3).commit(List.of(write), CALL));
    }
    List<Outcome> outcomes =
        answers.stream().map(this::get).map(commit -> commit.outcomes().get(0)).toList();
    assertThat(outcomes).filteredOn(Outcome::applied).hasSize(1);
    String winner = content().get(0);
    assertThat(outcomes)
        .filteredOn(outcome -> !outcome.applied())
        .allMatch(outcome -> text(outcome.found().orElseThrow()).equals(winner));
  }
}
