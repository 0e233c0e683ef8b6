package io.etcdregistry.internal.registration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.DecisionTable;
import io.etcdregistry.internal.registration.RecordMachine.Decision;
import io.etcdregistry.internal.registration.RecordMachine.Goal;
import io.etcdregistry.internal.store.KeyValue;
import io.etcdregistry.internal.store.Write;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class RecordMachineTest {
  private static final String KEY = "services/orders/1";
  private static final byte[] DOCUMENT = "{\"wanted\":true}".getBytes(UTF_8);

  private static final long LEASE = 7;
  private static final long LEASE_BEFORE = 6;
  private static final long LEASE_OF_ANOTHER = 9;

  /** What is known of the key; what was found was written at 10, and known at 12. */
  private static final Map<String, Observed> KNOWN = new LinkedHashMap<>();

  static {
    KNOWN.put("nothing", Observed.NOTHING);
    KNOWN.put("doubtful", found("{\"wanted\":true}", LEASE).doubted());
    KNOWN.put("absent", Observed.absent(12));
    KNOWN.put("ours", found("{\"wanted\":true}", LEASE));
    KNOWN.put("ours, other document", found("{}", LEASE));
    KNOWN.put("ours, lease before", found("{\"wanted\":true}", LEASE_BEFORE));
    KNOWN.put("another's", found("{}", LEASE_OF_ANOTHER));
    KNOWN.put("another's, same document", found("{\"wanted\":true}", LEASE_OF_ANOTHER));
    KNOWN.put("without a lease", found("{\"wanted\":true}", 0));
  }

  private static final List<String> WISHES =
      List.of("TAKE", "TAKE, no lease", "KEEP", "KEEP, no lease", "GONE", "GONE, no lease", "NONE");

  private static final DecisionTable TABLE =
      new DecisionTable(
          """
          nothing                  | TAKE           | PUT under 7 if ABSENT
          nothing                  | TAKE, no lease | NEEDS_LEASE
          nothing                  | KEEP           | PUT under 7 if ABSENT
          nothing                  | KEEP, no lease | NEEDS_LEASE
          nothing                  | GONE           | READ if ALWAYS
          nothing                  | GONE, no lease | READ if ALWAYS
          nothing                  | NONE           | SETTLED

          doubtful                 | TAKE           | PUT under 7 if ABSENT
          doubtful                 | TAKE, no lease | NEEDS_LEASE
          doubtful                 | KEEP           | PUT under 7 if ABSENT
          doubtful                 | KEEP, no lease | NEEDS_LEASE
          doubtful                 | GONE           | READ if ALWAYS
          doubtful                 | GONE, no lease | READ if ALWAYS
          doubtful                 | NONE           | SETTLED

          absent                   | TAKE           | PUT under 7 if ABSENT
          absent                   | TAKE, no lease | NEEDS_LEASE
          absent                   | KEEP           | PUT under 7 if ABSENT
          absent                   | KEEP, no lease | NEEDS_LEASE
          absent                   | GONE           | SETTLED
          absent                   | GONE, no lease | SETTLED
          absent                   | NONE           | SETTLED

          ours                     | TAKE           | SETTLED
          ours                     | TAKE, no lease | NEEDS_LEASE
          ours                     | KEEP           | SETTLED
          ours                     | KEEP, no lease | NEEDS_LEASE
          ours                     | GONE           | DELETE if REVISION 10
          ours                     | GONE, no lease | DELETE if REVISION 10
          ours                     | NONE           | SETTLED

          ours, other document     | TAKE           | PUT under 7 if REVISION 10
          ours, other document     | TAKE, no lease | NEEDS_LEASE
          ours, other document     | KEEP           | PUT under 7 if REVISION 10
          ours, other document     | KEEP, no lease | NEEDS_LEASE
          ours, other document     | GONE           | DELETE if REVISION 10
          ours, other document     | GONE, no lease | DELETE if REVISION 10
          ours, other document     | NONE           | SETTLED

          ours, lease before       | TAKE           | PUT under 7 if REVISION 10
          ours, lease before       | TAKE, no lease | NEEDS_LEASE
          ours, lease before       | KEEP           | PUT under 7 if REVISION 10
          ours, lease before       | KEEP, no lease | NEEDS_LEASE
          ours, lease before       | GONE           | DELETE if REVISION 10
          ours, lease before       | GONE, no lease | DELETE if REVISION 10
          ours, lease before       | NONE           | SETTLED

          another's                | TAKE           | PUT under 7 if REVISION 10
          another's                | TAKE, no lease | NEEDS_LEASE
          another's                | KEEP           | SUPERSEDED
          another's                | KEEP, no lease | SUPERSEDED
          another's                | GONE           | SETTLED
          another's                | GONE, no lease | SETTLED
          another's                | NONE           | SETTLED

          another's, same document | TAKE           | PUT under 7 if REVISION 10
          another's, same document | TAKE, no lease | NEEDS_LEASE
          another's, same document | KEEP           | SUPERSEDED
          another's, same document | KEEP, no lease | SUPERSEDED
          another's, same document | GONE           | SETTLED
          another's, same document | GONE, no lease | SETTLED
          another's, same document | NONE           | SETTLED

          without a lease          | TAKE           | PUT under 7 if REVISION 10
          without a lease          | TAKE, no lease | NEEDS_LEASE
          without a lease          | KEEP           | SUPERSEDED
          without a lease          | KEEP, no lease | SUPERSEDED
          without a lease          | GONE           | SETTLED
          without a lease          | GONE, no lease | SETTLED
          without a lease          | NONE           | SETTLED
          """);

  private static Observed found(String document, long lease) {
    return Observed.found(12, pair(document, 10, lease));
  }

  private static KeyValue pair(String document, long revision, long lease) {
    return new KeyValue(KEY, document.getBytes(UTF_8), 5, revision, lease);
  }

  @TestFactory
  Stream<DynamicTest> decide_everyWishAndKnowledge_isAsListed() {
    return TABLE.tests(KNOWN.keySet(), WISHES, RecordMachineTest::decide);
  }

  private static String decide(String known, String wish) {
    Goal goal = Goal.valueOf(wish.replace(", no lease", ""));
    long lease = wish.endsWith(", no lease") ? 0 : LEASE;
    Decision decision =
        RecordMachine.decide(
            KEY, goal, DOCUMENT, lease, KNOWN.get(known), Set.of(LEASE, LEASE_BEFORE)::contains);
    decision.write().ifPresent(write -> verifyHolder(write, KNOWN.get(known)));
    return decision.write().map(RecordMachineTest::told).orElse(decision.verdict().name());
  }

  /** A revision comes again in a cluster that was wiped; with its lease it does not. */
  private static void verifyHolder(Write write, Observed known) {
    long holder = write.guard() == Write.Guard.REVISION ? known.lease() : 0;
    assertThat(write.holder()).isEqualTo(holder);
  }

  private static String told(Write write) {
    assertThat(write.key()).isEqualTo(KEY);
    String guard = write.guard() + (write.operand() == 0 ? "" : " " + write.operand());
    String put = write.lease() == 0 ? "" : " under " + write.lease();
    assertThat(write.value()).isEqualTo(put.isEmpty() ? new byte[0] : DOCUMENT);
    return write.action() + put + " if " + guard;
  }

  @Test
  void decide_putAndDelete_areNeverUnguarded() {
    for (String known : KNOWN.keySet()) {
      for (String wish : WISHES) {
        String decision = decide(known, wish);
        assertThat(decision.startsWith("PUT") || decision.startsWith("DELETE"))
            .as("%s, %s", known, wish)
            .isEqualTo(decision.contains(" if ") && !decision.endsWith("if ALWAYS"));
      }
    }
  }

  @Test
  void observed_olderNews_changeNothing() {
    Observed known = found("{}", LEASE);
    assertThat(known.or(Observed.absent(11))).isSameAs(known);
    assertThat(known.or(Observed.absent(12))).isEqualTo(Observed.absent(12));
    assertThat(known.or(Observed.absent(13))).isEqualTo(Observed.absent(13));
  }

  @Test
  void observed_doubted_stillRefusesOlderNews() {
    Observed doubted = found("{}", LEASE).doubted();
    assertThat(doubted.lease()).isZero();
    assertThat(doubted.or(Observed.absent(11))).isSameAs(doubted);
    assertThat(doubted.or(Observed.absent(12))).isEqualTo(Observed.absent(12));
  }

  @Test
  void observed_sameAs_isTheSameVersionWheneverItWasRead() {
    Observed known = found("{}", LEASE);
    assertThat(known.sameAs(Observed.found(99, pair("{}", 10, LEASE)))).isTrue();
    assertThat(known.sameAs(Observed.found(99, pair("{}", 98, LEASE)))).isFalse();
    assertThat(known.sameAs(Observed.absent(12))).isFalse();
    assertThat(Observed.absent(13).sameAs(Observed.absent(13))).isTrue();
    assertThat(Observed.absent(13).sameAs(Observed.absent(12))).as("there was one").isFalse();
    assertThat(Observed.absent(13).sameAs(Observed.NOTHING)).isFalse();
  }
}
