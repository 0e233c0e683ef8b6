package io.etcdregistry.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.it.faults.Client.View;
import io.etcdregistry.it.faults.History.Event;
import io.etcdregistry.it.faults.History.Interval;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The checker finds what it is there to find. */
class CheckerTest {
  private static final String A = "services/s0/a";
  private static final String B = "services/s0/b";
  private static final String OTHER = "services/s0x/c";

  private final History history = new History(0);
  private final Checker checker = new Checker(history, key -> !key.endsWith("/bad"));

  private void put(int epoch, long revision, String key, String value, long nanos) {
    history.add(epoch, new Event(key, value, revision, false, nanos));
  }

  private void delete(int epoch, long revision, String key, long nanos) {
    history.add(epoch, new Event(key, "", revision, true, nanos));
  }

  private static View view(String label, long version, long revision, String... entries) {
    return new View(version, 0, label, version, revision, "LIVE", 0, List.of(entries));
  }

  private static String entry(String key, long revision, String value) {
    return Readers.entry(key, revision, value);
  }

  private List<String> check(View... views) {
    checker.check("reader", List.of(views));
    return checker.violations();
  }

  /** a at 2, b at 3, a gone at 5. */
  private void write() {
    put(0, 2, A, "1", 20);
    put(0, 3, B, "2", 30);
    put(0, 3, OTHER, "3", 30);
    put(0, 4, "services/s0/bad", "x", 40);
    delete(0, 5, A, 50);
  }

  @Test
  void right_isNoViolation() {
    write();
    assertThat(
            check(
                view("*", 1, 2, entry(A, 2, "1")),
                view("s0", 1, 4, entry(A, 2, "1"), entry(B, 3, "2")),
                view("*", 2, 9, entry(B, 3, "2"), entry(OTHER, 3, "3"))))
        .isEmpty();
    assertThat(checker.snapshots()).isEqualTo(3);
  }

  @Test
  void wrong_isAViolation() {
    write();
    String a = entry(A, 2, "1");
    String b = entry(B, 3, "2");
    List<View> wrong =
        Stream.of(
                view("s0", 1, 3, a), // lacks b
                view("s0", 1, 5, a, b), // a phantom
                view("s0", 1, 4, b), // a delete shown too early
                view("s0", 1, 4, entry(A, 2, "9"), b), // another document
                view("s0", 1, 4, entry(A, 3, "1"), b), // another revision
                view("s0", 1, 4, b, a)) // another order
            .toList();
    for (View view : wrong) {
      Checker fresh = new Checker(history, key -> !key.endsWith("/bad"));
      fresh.check("reader", List.of(view));
      assertThat(fresh.violations()).as("%s", view).hasSize(1);
    }
  }

  @Test
  void versionThatDoesNotRise_isAViolation() {
    write();
    assertThat(check(view("*", 2, 2, entry(A, 2, "1")), view("*", 2, 2, entry(A, 2, "1"))))
        .singleElement()
        .asString()
        .contains("version 2 after 2");
  }

  @Test
  void newEpoch_isFoundAndNotLeftAgain() {
    write();
    history.beginEpoch(100);
    put(1, 2, B, "4", 110);
    View old = view("s0", 1, 2, entry(A, 2, "1"));
    View fresh = view("s0", 2, 2, entry(B, 2, "4"));
    assertThat(check(old, fresh)).isEmpty();
    assertThat(check(fresh, view("s0", 3, 2, entry(A, 2, "1")))).hasSize(1);
  }

  @Test
  void absences_areFromTheDeleteToTheNextPut_orTheEndOfTheData() {
    write();
    put(0, 6, A, "5", 80);
    history.beginEpoch(100);
    put(1, 2, A, "5", 130);
    assertThat(history.absences(A, 200))
        .containsExactly(new Interval(50, 80), new Interval(100, 130));
    assertThat(history.absences(B, 200)).containsExactly(new Interval(100, 200));
  }

  @Test
  void events_areTakenOnce_asTheFirstMemberToldThem() {
    put(0, 2, A, "1", 25);
    put(0, 2, A, "1", 20);
    put(0, 2, A, "1", 30);
    assertThat(history.state(0, 2).values()).containsExactly(new Event(A, "1", 2, false, 20));
  }
}
