package io.etcdregistry.internal.roster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.Instance;
import io.etcdregistry.RecordsForTests;
import io.etcdregistry.internal.codec.Keys;
import io.etcdregistry.internal.codec.Records;
import io.etcdregistry.internal.store.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RosterTest {
  private static final Keys KEYS = Keys.of("");
  private static final Records RECORDS = RecordsForTests.of(KEYS);

  private final RosterEditor editor = new RosterEditor(RECORDS::compare);
  private final Map<String, Instance> model = new TreeMap<>();
  private long revision;

  private static String key(int number) {
    return KEYS.key("orders", Integer.toString(number));
  }

  private Instance instance(int number) {
    String json = "{\"status\":\"" + (number % 3 == 0 ? "down" : "up") + "\"}";
    KeyValue pair = new KeyValue(key(number), json.getBytes(UTF_8), 1, ++revision, 7);
    return RECORDS.read(pair, why -> {}).orElseThrow();
  }

  private void put(int number) {
    Instance instance = instance(number);
    assertThat(editor.put(instance.key(), instance)).isSameAs(model.put(instance.key(), instance));
  }

  private void remove(int number) {
    assertThat(editor.remove(key(number))).isSameAs(model.remove(key(number)));
  }

  private Roster check() {
    Roster roster = editor.roster();
    List<Instance> expected = List.copyOf(model.values());
    assertThat(editor.size()).isEqualTo(expected.size());
    assertThat((Iterable<Instance>) roster).containsExactlyElementsOf(expected);
    assertThat(roster).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(roster.get(i)).isSameAs(expected.get(i));
    }
    long up = expected.stream().filter(one -> one.status() == Instance.Status.UP).count();
    assertThat(roster.up()).isEqualTo((int) up);
    return roster;
  }

  /** The difference of two rosters as a third party would tell it. */
  private static List<String> told(Roster before, Roster after) {
    List<String> told = new ArrayList<>();
    Roster.difference(
        before,
        after,
        new Roster.Difference() {
          @Override
          public void added(Instance instance) {
            told.add("+" + instance.id());
          }

          @Override
          public void removed(Instance instance) {
            told.add("-" + instance.id());
          }

          @Override
          public void replaced(Instance old, Instance instance) {
            assertThat(old.key()).isEqualTo(instance.key());
            told.add("=" + instance.id());
          }
        });
    return told;
  }

  @SuppressWarnings("ReferenceEquality") // the same object is no difference
  private static List<String> expected(Map<String, Instance> before, Map<String, Instance> after) {
    Map<String, String> expected = new TreeMap<>();
    before.forEach((key, old) -> expected.put(key, "-" + old.id()));
    after.forEach(
        (key, now) -> {
          if (before.get(key) == now) {
            expected.remove(key);
          } else {
            expected.put(key, (before.containsKey(key) ? "=" : "+") + now.id());
          }
        });
    return List.copyOf(expected.values());
  }

  /** What one roster shows never changes, and what it differs in from any other is told. */
  @ParameterizedTest
  @ValueSource(ints = {10, 700, 5000})
  void roster_isWhatWasPut_howeverItCameAbout(int keys) {
    Random random = new Random(keys);
    Roster before = check();
    Map<String, Instance> known = Map.of();
    for (int round = 0; round < 60; round++) {
      List<Instance> copy = new ArrayList<>(before);
      boolean grows = round / 10 % 2 == 0;
      for (int i = random.nextInt(keys); i >= 0; i--) {
        int number = random.nextInt(keys);
        if (grows == (random.nextInt(5) > 0)) {
          put(number);
        } else {
          remove(number);
        }
        assertThat(editor.get(key(number))).isSameAs(model.get(key(number)));
      }
      Roster after = check();
      assertThat((Iterable<Instance>) before).containsExactlyElementsOf(copy);
      assertThat(told(before, after)).isEqualTo(expected(known, model));
      before = after;
      known = new TreeMap<>(model);
    }
  }

  @Test
  void put_inOrder_fillsChunks() {
    for (int i = 10_000; i < 12_560; i++) {
      put(i);
    }
    assertThat(check().chunks()).hasSize(10);
    editor.clear();
    model.clear();
    assertThat(check()).isEmpty();
  }

  @Test
  void remove_ofNearlyAll_leavesFewChunks() {
    for (int i = 0; i < 10_000; i++) {
      put(i);
    }
    for (int i = 0; i < 10_000; i++) {
      if (i % 100 != 0) {
        remove(i);
      }
    }
    assertThat(check().chunks()).hasSizeLessThan(4);
  }

  @Test
  void oneChange_sharesTheOtherChunks() {
    for (int i = 0; i < 10_000; i++) {
      put(i);
    }
    List<Chunk> before = List.of(check().chunks());
    put(5000);
    List<Chunk> after = new ArrayList<>(List.of(check().chunks()));
    after.removeAll(before);
    assertThat(after).hasSize(1);
  }

  @Test
  void editor_ofARoster_leavesItAsItIs() {
    put(1);
    put(2);
    Roster roster = check();
    RosterEditor copy = new RosterEditor(RECORDS::compare, roster);
    assertThat(copy.roster()).isSameAs(roster);
    copy.remove(key(1));
    copy.put(key(3), instance(3));
    assertThat(copy.roster()).extracting(Instance::id).containsExactly("2", "3");
    check();
  }

  @Test
  void roster_isAListThatNobodyChanges() {
    put(1);
    Roster roster = check();
    assertThat(roster).isEqualTo(List.copyOf(roster));
    assertThatThrownBy(() -> roster.remove(0)).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> roster.get(1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Roster.EMPTY.iterator().next())
        .isInstanceOf(NoSuchElementException.class);
  }
}
