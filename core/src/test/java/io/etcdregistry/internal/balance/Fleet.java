package io.etcdregistry.internal.balance;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.etcdregistry.Call;
import io.etcdregistry.Instance;
import io.etcdregistry.RecordedEvents;
import io.etcdregistry.RecordsForTests;
import io.etcdregistry.Snapshot;
import io.etcdregistry.Snapshot.Freshness;
import io.etcdregistry.ViewOptions;
import io.etcdregistry.internal.codec.Keys;
import io.etcdregistry.internal.codec.Records;
import io.etcdregistry.internal.roster.Roster;
import io.etcdregistry.internal.roster.RosterEditor;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.store.FakeCluster;
import io.etcdregistry.internal.store.KeyValue;
import io.etcdregistry.internal.telemetry.LoggedLines;
import io.etcdregistry.internal.telemetry.Telemetry;
import io.etcdregistry.internal.time.SerialExecutor;
import io.etcdregistry.testing.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Instances and a balancer of them on fake time, with random numbers from a seed. */
final class Fleet {
  private static final Keys KEYS = Keys.of("");
  private static final Records RECORDS = RecordsForTests.of(KEYS);

  final FakeTime time = new FakeTime();
  final RecordedEvents events = new RecordedEvents();
  final Telemetry telemetry =
      new Telemetry(List.of(events), Runnable::run, time, new LoggedLines());
  final Balancer balancer;
  private final Random random;
  private Roster shown = Roster.EMPTY;
  private long version;

  Fleet(ViewOptions options, long seed) {
    this(RecordsForTests.plan(options), seed);
  }

  Fleet(Plan plan, long seed) {
    Environment env =
        new Environment(
                new FakeCluster(time).client(),
                time,
                new SerialExecutor(Runnable::run),
                Runnable::run,
                Runnable::run,
                () -> 0,
                Duration.ofSeconds(5))
            .with(telemetry);
    this.random = new Random(seed);
    this.balancer =
        new Balancer("orders", plan, new SerialExecutor(Runnable::run), env, () -> random);
  }

  /** An instance as etcd would hold it, with more members in its document. */
  static Instance instance(String id, String members, long lease) {
    String json = "{\"name\":\"orders\"" + (members.isEmpty() ? "" : "," + members) + "}";
    KeyValue pair = new KeyValue(KEYS.key("orders", id), json.getBytes(UTF_8), 1, 1, lease);
    return RECORDS.read(pair, why -> {}).orElseThrow();
  }

  static Instance instance(String id, String members) {
    return instance(id, members, 7);
  }

  /** So many instances, named by their numbers. */
  static List<Instance> instances(int count) {
    return IntStream.range(0, count).mapToObj(i -> instance(id(i), "")).toList();
  }

  static List<Instance> weighted(double... weights) {
    return IntStream.range(0, weights.length)
        .mapToObj(i -> instance(id(i), "\"weight\":" + weights[i]))
        .toList();
  }

  static String id(int number) {
    return String.format("%05d", number);
  }

  Fleet show(List<Instance> instances) {
    RosterEditor roster = new RosterEditor(RECORDS::compare, shown);
    Set<String> gone = shown.stream().map(Instance::key).collect(Collectors.toSet());
    for (Instance instance : instances) {
      gone.remove(instance.key());
      roster.put(instance.key(), instance);
    }
    gone.forEach(roster::remove);
    shown = roster.roster();
    balancer.show(new Snapshot("orders", ++version, version, Freshness.LIVE, shown, List.of()));
    return this;
  }

  Fleet show(Instance... instances) {
    return show(Arrays.asList(instances));
  }

  /** How often each id is given by so many picks. */
  Map<String, Integer> picks(int count) {
    return counts(count, balancer::pick);
  }

  static Map<String, Integer> counts(int count, Supplier<Optional<Instance>> picks) {
    Map<String, Integer> counts = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      counts.merge(picks.get().orElseThrow().id(), 1, Integer::sum);
    }
    return counts;
  }

  /** Makes so many calls, of which those to an id fail. */
  void calls(int count, String failing) {
    for (int i = 0; i < count; i++) {
      call(failing);
    }
  }

  /** Begins calls until one is to an id; the others succeed. */
  Call callTo(String id) {
    while (true) {
      Call call = balancer.begin().orElseThrow();
      if (call.instance().id().equals(id)) {
        return call;
      }
      call.succeeded();
    }
  }

  /** Makes a call; gives who was called. */
  String call(String failing) {
    Call call = balancer.begin().orElseThrow();
    String id = call.instance().id();
    if (id.equals(failing)) {
      call.failed("HTTP 503");
    } else {
      call.succeeded();
    }
    return id;
  }

  /** Makes calls until the instance is left out; gives how many failed. */
  int failUntilOut(String id) {
    int failed = 0;
    for (int calls = 0; calls < 10_000; calls++) {
      if (call(id).equals(id)) {
        failed++;
        if (!picks(200).containsKey(id)) {
          return failed;
        }
      }
    }
    throw new AssertionError(id + " is still chosen, after " + failed + " failures");
  }

  List<String> chosen(int picks) {
    List<String> chosen = new ArrayList<>();
    for (int i = 0; i < picks; i++) {
      chosen.add(balancer.pick().orElseThrow().id());
    }
    return chosen;
  }
}
