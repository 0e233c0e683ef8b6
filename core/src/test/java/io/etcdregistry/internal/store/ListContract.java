package io.etcdregistry.internal.store;

import static io.etcdregistry.internal.store.StoreBench.big;
import static io.etcdregistry.internal.store.StoreBench.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.store.Write.Guard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Reading ranges, small and large. */
public interface ListContract extends StoreBench {
  private Listing list(KeyRange range) {
    return get(store().list(range, CALL));
  }

  private List<String> keys(KeyRange range) {
    return list(range).pairs().stream()
        .map(pair -> pair.key().substring(prefix().length()))
        .toList();
  }

  /** Fills the prefix with values of a size, several in each commit. */
  private void fill(int count, int size) {
    int each = Math.min(Store.MAX_WRITES, Store.MAX_BYTES / (size + 256));
    List<CompletableFuture<Commit>> answers = new ArrayList<>();
    for (int from = 0; from < count; from += each) {
      List<Write> writes = new ArrayList<>();
      for (int i = from; i < Math.min(count, from + each); i++) {
        writes.add(Write.put(prefix() + "%06d".formatted(i), Guard.ALWAYS, 0, big(i, size), 0));
      }
      answers.add(store().commit(writes, CALL));
      if (answers.size() % 4 == 0) {
        answers.forEach(this::get);
      }
    }
    answers.forEach(this::get);
  }

  private void verifyFilled(Listing listing, int count, int size) {
    assertThat(listing.pairs()).hasSize(count);
    for (int i = 0; i < count; i++) {
      KeyValue pair = listing.pairs().get(i);
      assertThat(pair.key()).isEqualTo(prefix() + "%06d".formatted(i));
      assertThat(pair.modRevision()).isLessThanOrEqualTo(listing.header().revision());
      if (!Arrays.equals(pair.value(), big(i, size))) {
        throw new AssertionError("value of " + pair.key() + " came back changed");
      }
    }
  }

  @Test
  default void list_nothingThere_isEmpty() {
    long revision = put(prefix() + "elsewhere", "1");
    Listing listing = list(KeyRange.prefix(prefix() + "none/"));
    assertThat(listing.pairs()).isEmpty();
    assertThat(listing.header().revision()).isGreaterThanOrEqualTo(revision);
    assertThat(list(KeyRange.key(prefix() + "none")).pairs()).isEmpty();
  }

  @Test
  default void list_prefix_holdsItsKeysAloneInOrder() {
    for (String key :
        List.of("orders/2", "orders/1", "orders-eu/1", "orders", "orders0", "orders/", "order/1")) {
      put(prefix() + key, key);
    }
    assertThat(keys(KeyRange.prefix(prefix() + "orders/")))
        .containsExactly("orders/", "orders/1", "orders/2");
  }

  @Test
  default void list_singleKey_isThatKeyAlone() {
    put(prefix() + "a", "1");
    put(prefix() + "aa", "2");
    assertThat(keys(KeyRange.key(prefix() + "a"))).containsExactly("a");
  }

  @Test
  default void list_range_isHalfOpen() {
    for (String key : List.of("a", "b", "b1", "c")) {
      put(prefix() + key, key);
    }
    assertThat(keys(new KeyRange(prefix() + "b", prefix() + "c"))).containsExactly("b", "b1");
  }

  @Test
  default void list_keysWithEveryByte_areOrderedAsBytes() {
    List<String> keys = List.of("\u0001", "A", "a", "\u007f", "\u0080", "\u00e9", "\u00ff");
    keys.forEach(key -> put(prefix() + key, "x"));
    assertThat(keys(KeyRange.prefix(prefix()))).isSortedAccordingTo(Comparator.naturalOrder());
    assertThat(keys(KeyRange.prefix(prefix()))).containsExactlyElementsOf(keys);
  }

  @Test
  default void list_pair_hasItsHistory() {
    long lease = grant(Duration.ofSeconds(60));
    long created = put(prefix() + "a", "1");
    long changed = put(prefix() + "a", "2", lease);
    KeyValue pair = list(KeyRange.key(prefix() + "a")).pairs().get(0);
    assertThat(pair.createRevision()).isEqualTo(created);
    assertThat(pair.modRevision()).isEqualTo(changed);
    assertThat(pair.lease()).isEqualTo(lease);
    assertThat(text(pair)).isEqualTo("a=2");
  }

  @Test
  default void list_afterACommitOfAnother_showsIt() {
    Store other = another();
    for (int i = 0; i < 20; i++) {
      long revision = put(prefix() + "a", "v" + i);
      Listing seen = get(other.list(KeyRange.key(prefix() + "a"), CALL));
      assertThat(seen.header().revision()).isGreaterThanOrEqualTo(revision);
      assertThat(text(seen.pairs().get(0))).isEqualTo("a=v" + i);
    }
  }

  @Test
  default void list_thousandsOfValues_isComplete() {
    fill(3_000, 10_000);
    verifyFilled(list(KeyRange.prefix(prefix())), 3_000, 10_000);
  }

  @Test
  default void list_thousandsOfKeys_isComplete() {
    fill(10_000, 1);
    verifyFilled(list(KeyRange.prefix(prefix())), 10_000, 1);
  }

  @Test
  default void list_largeValues_isComplete() {
    fill(64, 60_000);
    verifyFilled(list(KeyRange.prefix(prefix())), 64, 60_000);
  }

  @Test
  default void list_writtenMeanwhile_isOneRevision() {
    fill(1_500, 10_000);
    String first = prefix() + "000000";
    String last = prefix() + "001499";
    List<CompletableFuture<Commit>> commits = new ArrayList<>();
    for (int round = 0; round < 5; round++) {
      CompletableFuture<Listing> listing = store().list(KeyRange.prefix(prefix()), CALL);
      for (int i = 0; i < 10; i++) {
        byte[] value = bytes(round + "." + i);
        commits.add(
            store()
                .commit(
                    List.of(
                        Write.put(first, Guard.ALWAYS, 0, value, 0),
                        Write.put(last, Guard.ALWAYS, 0, value, 0)),
                    CALL));
      }
      List<KeyValue> pairs = get(listing).pairs();
      assertThat(pairs).hasSize(1_500);
      assertThat(round == 0 || pairs.get(0).modRevision() == pairs.get(1_499).modRevision())
          .as("both ends were written together")
          .isTrue();
    }
    commits.forEach(this::get);
  }

  @Test
  default void list_compactedMeanwhile_startsOver() {
    fill(1_500, 10_000);
    for (int round = 0; round < 5; round++) {
      CompletableFuture<Listing> listing = store().list(KeyRange.prefix(prefix()), CALL);
      long revision = admin().put(prefix() + "000000", bytes("round" + round), 0);
      admin().compact(revision);
      assertThat(get(listing).pairs()).hasSize(1_500);
    }
  }
}
