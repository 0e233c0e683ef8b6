package io.etcdregistry.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.it.faults.Client.Call;
import io.etcdregistry.it.faults.Client.View;
import io.etcdregistry.it.faults.History.Event;
import io.etcdregistry.it.harness.EtcdCluster;
import io.etcdregistry.it.harness.EtcdHome;
import io.etcdregistry.it.harness.Etcdctl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInfo;

/**
 * One row being played: a cluster, clients in processes of their own, and the recorder that writes
 * down what etcd says.
 *
 * <p>The order is: make it, {@link #begin}, do the fault and undo it, {@link #served}, {@link
 * #verify}.
 */
final class Scene implements AutoCloseable {
  private static final int OWNERS = 3;
  private static final int INSTANCES_OF_AN_OWNER = 67;
  private static final int READERS = 3;

  private final Row row;
  private final EtcdCluster cluster;
  private final History history = new History(System.nanoTime());
  private final Recorder recorder = new Recorder(history);
  private final Fleet fleet;
  private Predicate<String> isRecord = key -> key.startsWith("services/");
  private String connection;
  private long faultAt;
  private long servedAt;
  private int marks;
  private Duration patience = Duration.ofMinutes(2);

  /** A scene on a cluster that is up, with this TTL for all instances. */
  Scene(TestInfo test, EtcdCluster cluster, Duration ttl) {
    this.row = test.getTestMethod().orElseThrow().getAnnotation(Row.class);
    this.cluster = cluster;
    this.connection = cluster.connection();
    this.fleet = new Fleet(ttl, Outcome.folder().resolve("logs").resolve(row.id()));
    cluster.members().forEach(member -> recorder.follow(cluster.etcdctl(member)));
  }

  /** Another connection string for the clients than the cluster's own. */
  Scene connection(String value) {
    connection = value;
    return this;
  }

  /** How long views have to become right in the end. */
  Scene patience(Duration value) {
    patience = value;
    return this;
  }

  /** What lies at a key that does not fit is no record for readers. */
  Scene records(Predicate<String> filter) {
    isRecord = key -> key.startsWith("services/") && filter.test(key);
    return this;
  }

  /** Starts the clients; returns when all instances are joined and every reader shows them. */
  Scene begin() {
    start();
    awaitReady();
    return this;
  }

  /** Starts the clients. */
  void start() {
    for (int i = 0; i < OWNERS; i++) {
      fleet.addOwner(connection, INSTANCES_OF_AN_OWNER);
    }
    fleet.addReaders(connection, READERS);
  }

  /** Waits until all instances are joined and every reader shows them. */
  void awaitReady() {
    fleet.awaitJoined();
    Fleet.await("every reader shows all")
        .until(() -> fleet.readers().stream().allMatch(this::showsAll));
    fleet.owners().get(0).say("calls calls");
    Fleet.await("calls").until(() -> fleet.owners().get(0).calls().size() >= 8);
    fault();
  }

  private boolean showsAll(Client reader) {
    return IntStream.range(0, reader.readers())
        .mapToObj(number -> reader.lastView(number, "*"))
        .allMatch(
            last ->
                last.isPresent()
                    && last.get().live()
                    && last.get().entries().size() >= fleet.instances());
  }

  /** The connection string of the clients. */
  String connection() {
    return connection;
  }

  EtcdCluster cluster() {
    return cluster;
  }

  Fleet fleet() {
    return fleet;
  }

  History history() {
    return history;
  }

  Recorder recorder() {
    return recorder;
  }

  /** The fault begins now; calls made before do not count. */
  void fault() {
    faultAt = System.nanoTime();
  }

  /** The cluster serves other data from now on; nobody but its members knows. */
  void newEpoch() {
    recorder.restart(cluster.members().stream().map(cluster::etcdctl).toList());
  }

  /** Ends the calls that change records all the time. */
  void quiet() {
    Client caller = fleet.owners().get(0);
    caller.say("quiet");
    Fleet.await("no call under way").until(() -> caller.hasDone("quiet"));
  }

  /** From here on no client reaches etcd, until {@link #reunited}. */
  void cutOff() {
    fleet.everybody().forEach(Client::beginUnwell);
  }

  /** All clients reach etcd again. */
  void reunited() {
    fleet.everybody().forEach(Client::endUnwell);
  }

  /** Lets time pass. */
  void pass(Duration duration) {
    try {
      TimeUnit.NANOSECONDS.sleep(duration.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The fault is over: waits until the cluster answers again, from which recovery is counted. */
  void served() {
    Etcdctl etcdctl = cluster.etcdctl();
    Fleet.await("the cluster serves")
        .pollDelay(Duration.ZERO)
        .until(() -> etcdctl.tryRun("put", "served", "yes").exitCode() == 0);
    servedAt = System.nanoTime();
  }

  /** Waits until all is as it should be, and holds everything against etcd's history. */
  Outcome verify(Duration allowedAbsence) {
    if (servedAt == 0) {
      servedAt = System.nanoTime();
    }
    fleet.awaitSettled();
    quiet();
    Fleet.await("etcd holds what is wanted")
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(() -> assertThat(recordsNow()).isEqualTo(fleet.wanted()));
    awaitHistory();
    awaitViews();
    long now = System.nanoTime();
    Checker checker = new Checker(history, isRecord);
    fleet.readers().forEach(reader -> checker.check(reader, faultAt));
    assertThat(checker.violations()).as("what readers saw").isEmpty();
    Outcome outcome = outcome(checker, now);
    outcome.write();
    assertThat(Duration.ofMillis(outcome.absenceMillis()))
        .as("absence of a record whose owner was well")
        .isLessThanOrEqualTo(allowedAbsence);
    return outcome;
  }

  /** As {@link #verify}; besides, no call may have failed since the fault began. */
  void verifyNoCallFailed() {
    verifyNoCallFailed(Duration.ZERO);
  }

  /** As {@link #verifyNoCallFailed()}, though etcd may lose records for a while. */
  void verifyNoCallFailed(Duration allowedAbsence) {
    verify(allowedAbsence);
    assertThat(callsSinceFault().filter(Call::failed)).as("calls that failed").isEmpty();
  }

  /** The calls made since the fault began. */
  Stream<Call> callsSinceFault() {
    return fleet.owners().get(0).calls().stream().filter(call -> call.nanos() >= faultAt);
  }

  /** Waits until the recorder has everything that was written up to now. */
  void awaitHistory() {
    String mark = Recorder.PREFIX + "-mark-" + marks++;
    cluster.etcdctl().run("put", mark, "");
    Fleet.await("the recorder").until(() -> history.has(mark));
  }

  private void awaitViews() {
    Checker checker = new Checker(history, isRecord);
    Fleet.await("every view is live and right")
        .atMost(patience)
        .untilAsserted(
            () -> {
              Map<String, Event> state = history.state();
              for (Client process : fleet.readers()) {
                for (int reader = 0; reader < process.readers(); reader++) {
                  for (String label : List.of("*", "s0", "s1")) {
                    View view = process.lastView(reader, label).orElseThrow();
                    assertThat(view.entries()).isEqualTo(checker.entries(state, label));
                    assertThat(view.live()).as("view is live").isTrue();
                  }
                }
              }
            });
  }

  private Set<String> recordsNow() {
    Set<String> keys = new TreeSet<>();
    cluster
        .etcdctl()
        .run("get", "--prefix", "services/", "--keys-only")
        .lines()
        .filter(isRecord)
        .forEach(keys::add);
    return keys;
  }

  private Outcome outcome(Checker checker, long now) {
    List<Call> calls = callsSinceFault().toList();
    Duration absence = Duration.ZERO;
    for (Client owner : fleet.owners()) {
      Duration longest = checker.longestAbsence(owner, now);
      absence = longest.compareTo(absence) > 0 ? longest : absence;
    }
    long back = Checker.lastBack(history, fleet.owners(), now);
    return new Outcome(
        row.id(),
        row.fault(),
        row.sees(),
        row.guarantee(),
        EtcdHome.version(),
        fleet.instances(),
        checker.snapshots(),
        absence.toMillis(),
        checker.longestLag().toMillis(),
        millis(
            fleet.readers().stream()
                .flatMapToLong(
                    process ->
                        IntStream.range(0, process.readers())
                            .mapToLong(reader -> rightSince(process, reader)))
                .max()
                .orElse(0)),
        millis(back),
        calls.size(),
        (int) calls.stream().filter(Call::failed).count(),
        calls.stream().mapToLong(Call::millis).max().orElse(0));
  }

  private long millis(long since) {
    return Math.max(0, since - servedAt) / 1_000_000;
  }

  /** Since when a reader's view of everything is live and lacks nothing. */
  private long rightSince(Client process, int reader) {
    List<View> views = new ArrayList<>(process.views());
    views.removeIf(view -> view.reader() != reader || !view.label().equals("*"));
    long since = Long.MAX_VALUE;
    for (int i = views.size() - 1; i >= 0; i--) {
      View view = views.get(i);
      if (!view.live() || !keys(view).containsAll(fleet.wanted())) {
        break;
      }
      since = view.nanos();
    }
    return since;
  }

  private static Set<String> keys(View view) {
    Set<String> keys = new TreeSet<>();
    view.entries().forEach(entry -> keys.add(entry.substring(0, entry.indexOf('@'))));
    return keys;
  }

  @Override
  public void close() {
    fleet.close();
    recorder.close();
    cluster.close();
  }
}
