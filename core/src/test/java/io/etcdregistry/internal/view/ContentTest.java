package io.etcdregistry.internal.view;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Instance;
import io.etcdregistry.RecordsForTests;
import io.etcdregistry.internal.codec.Keys;
import io.etcdregistry.internal.store.Header;
import io.etcdregistry.internal.store.KeyValue;
import io.etcdregistry.internal.store.Listing;
import io.etcdregistry.internal.store.WatchStream.Event;
import io.etcdregistry.internal.telemetry.Telemetry;
import io.etcdregistry.testing.FakeTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ContentTest {
  private static final Keys KEYS = Keys.of("");
  private static final String A = KEYS.key("orders", "a");
  private static final String B = KEYS.key("orders", "b");

  private final Content content = content("orders");

  static Content content(String name) {
    return new Content(
        RecordsForTests.of(KEYS),
        key -> KEYS.parse(key).isPresent(),
        name,
        Telemetry.silent(Runnable::run, new FakeTime()));
  }

  private static KeyValue pair(String key, long revision, String document) {
    return new KeyValue(key, document.getBytes(UTF_8), 1, revision, 7);
  }

  private static KeyValue pair(String key, long revision) {
    return pair(key, revision, "{\"name\":\"orders\",\"port\":" + revision + "}");
  }

  private static Listing listing(long revision, KeyValue... pairs) {
    return new Listing(new Header(1, revision), List.of(pairs));
  }

  private static Event put(String key, long revision) {
    return new Event(pair(key, revision), false);
  }

  private static Event delete(String key, long revision) {
    return new Event(new KeyValue(key, new byte[0], 0, revision, 0), true);
  }

  private List<String> shown() {
    return content.instances().stream()
        .map(instance -> instance.id() + instance.revision())
        .toList();
  }

  @Test
  void replace_isOrderedByKey_andDropsWhatIsNotListed() {
    content.replace(listing(9, pair(A, 4), pair(B, 3)), false);
    assertThat(shown()).containsExactly("a4", "b3");
    content.replace(listing(12, pair(B, 11)), false);
    assertThat(shown()).containsExactly("b11");
  }

  @Test
  void wrote_isShownBeforeTheWatchTells_andSurvivesAnOlderList() {
    content.replace(listing(9), false);
    content.wrote(put(A, 12));
    assertThat(shown()).containsExactly("a12");
    content.change(List.of(delete(A, 10), put(B, 11)), 11);
    content.replace(listing(11, pair(B, 11)), false);
    assertThat(shown()).containsExactly("a12", "b11");
    content.change(List.of(put(A, 12), delete(A, 13)), 13);
    assertThat(shown()).containsExactly("b11");
  }

  @Test
  void wrote_delete_isNotUndoneByWhatIsOlder() {
    content.replace(listing(9, pair(A, 4)), false);
    content.wrote(delete(A, 12));
    assertThat(shown()).isEmpty();
    content.change(List.of(put(A, 10)), 10);
    content.compare(listing(11, pair(A, 10)), Map.of());
    content.replace(listing(11, pair(A, 10)), false);
    assertThat(shown()).isEmpty();
    content.change(List.of(delete(A, 12), put(A, 13)), 13);
    assertThat(shown()).containsExactly("a13");
  }

  @Test
  void wrote_answeredAfterTheWatchWasFaster_changesNothing() {
    content.replace(listing(9), false);
    content.change(List.of(put(A, 12), delete(A, 14)), 14);
    content.wrote(put(A, 12));
    assertThat(shown()).isEmpty();
  }

  /** etcd has been seen to drop deletes around compactions. */
  @Test
  void wrote_deleteThatTheWatchDidNotTell_isShownAllTheSame() {
    content.replace(listing(10, pair(A, 5), pair(B, 6)), false);
    content.change(List.of(delete(B, 12)), 12); // both were deleted at 12
    content.wrote(delete(A, 12));
    assertThat(content.instances()).isEmpty();
  }

  @Test
  void wrote_thenTheClusterIsReset_isForgotten() {
    content.replace(listing(900), false);
    content.wrote(put(A, 1000));
    content.replace(listing(3, pair(B, 2)), true);
    assertThat(shown()).containsExactly("b2");
    content.change(List.of(put(A, 4)), 4);
    content.wrote(put(B, 5));
    assertThat(shown()).containsExactly("a4", "b5");
  }

  @Test
  void compare_missedEvents_areMadeUpFor() {
    content.replace(listing(9, pair(A, 4), pair(B, 5)), false);
    assertThat(content.compare(listing(20, pair(A, 15)), Map.of())).isFalse();
    assertThat(shown()).containsExactly("a15");
  }

  @Test
  void compare_newerChanges_areKept() {
    content.replace(listing(9, pair(A, 4)), false);
    content.change(List.of(delete(A, 21), put(B, 22)), 22);
    assertThat(content.compare(listing(20, pair(A, 4)), Map.of(A, 21L, B, 22L))).isFalse();
    assertThat(shown()).containsExactly("b22");
  }

  @Test
  void compare_olderVersionThanSeen_contradicts() {
    content.replace(listing(9, pair(A, 8)), false);
    assertThat(content.compare(listing(20, pair(A, 4)), Map.of())).isTrue();
  }

  @Test
  void compare_ownWriteNotInTheListYet_doesNotContradict() {
    content.replace(listing(9, pair(A, 8)), false);
    content.wrote(put(A, 21));
    assertThat(content.compare(listing(20, pair(A, 8)), Map.of())).isFalse();
    assertThat(shown()).containsExactly("a21");
  }

  @Test
  void skipped_countsWhatIsNoRecord_asLongAsItIsThere() {
    content.replace(listing(9, pair(A, 4, "[]"), pair(B, 5, "{")), false);
    assertThat(content.skipped()).isEqualTo(2);
    content.change(List.of(put(A, 10), delete(B, 11)), 11);
    assertThat(content.skipped()).isZero();
    content.replace(listing(12, pair(A, 12, "null"), pair(B, 12, "")), false);
    content.replace(listing(13, pair(A, 12, "null")), false);
    assertThat(content.skipped()).isEqualTo(1);
    content.compare(listing(14), Map.of());
    assertThat(content.skipped()).isZero();
    assertThat(shown()).isEmpty();
  }

  @Test
  void skipped_becomesARecordOfAnotherName_isNotCounted() {
    Content folded = content("my service");
    String key = KEYS.key("my service", "a");
    folded.replace(listing(9, pair(key, 4, "x")), false);
    folded.change(List.of(new Event(pair(key, 10, "{\"name\":\"my.service\"}"), false)), 10);
    assertThat(folded.skipped()).isZero();
    assertThat(folded.instances()).isEmpty();
  }

  /**
   * Lists, comparisons, events, own writes and resets in any order: after each step every key is as
   * etcd had it at the last revision that the content can know of it.
   */
  @ParameterizedTest
  @ValueSource(strings = {"orders", "my service", ""})
  void anyInterleaving_isAsEtcdWas(String name) {
    for (int seed = 0; seed < 50; seed++) {
      ContentModel model = new ContentModel(name, content(name), KEYS, seed);
      for (int step = 0; step < 200; step++) {
        String did = model.step();
        assertThat(model.shown())
            .as("seed %d, step %d: %s", seed, step, did)
            .isEqualTo(model.expected());
        assertThat(model.skipped()).as("seed %d, step %d: %s", seed, step, did).isTrue();
      }
    }
  }

  static Map<String, String> told(List<Instance> instances) {
    return instances.stream()
        .collect(
            java.util.stream.Collectors.toMap(
                Instance::key, instance -> instance.revision() + " " + instance.json()));
  }
}
