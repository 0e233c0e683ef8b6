package io.etcdregistry.internal.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Change;
import io.etcdregistry.Instance;
import io.etcdregistry.Registry;
import io.etcdregistry.internal.client.RegistryForTests;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.store.Store;
import io.etcdregistry.internal.telemetry.Telemetry;
import io.etcdregistry.internal.time.SerialExecutor;
import io.etcdregistry.protocol.Event;
import io.etcdregistry.protocol.WatchCreateRequest;
import io.etcdregistry.protocol.WatchRequest;
import io.etcdregistry.protocol.WatchResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** A registry over scripted etcds of one content, on the test's thread and on fake time. */
final class ScriptedScene implements AutoCloseable {
  final ScriptedNetwork network = new ScriptedNetwork();
  final ScriptedState state = new ScriptedState();
  private final Map<String, ScriptedEtcd> etcds = new HashMap<>();
  final ScriptedEtcd etcd = listen("a");
  final Registry registry;

  /** What a listener of a view was told, one line for each call. */
  final List<String> told = new ArrayList<>();

  private final RegistryForTests client;

  ScriptedScene(String... others) {
    List<String> hosts = new ArrayList<>(List.of("a"));
    for (String other : others) {
      listen(other);
      hosts.add(other);
    }
    Store store = network.client(hosts.toArray(new String[0]));
    Random random = new Random(42);
    Environment env =
        new Environment(
                store,
                network.time,
                new SerialExecutor(Runnable::run),
                Runnable::run,
                Runnable::run,
                random::nextLong,
                ScriptedNetwork.TIMEOUT)
            .with(new Telemetry(List.of(network.events), Runnable::run, network.time, network.log));
    client = new RegistryForTests(env);
    registry = client.front();
  }

  private ScriptedEtcd listen(String host) {
    ScriptedEtcd listening = network.listen(host, 1);
    state.serve(listening);
    etcds.put(host, listening);
    return listening;
  }

  /** Another etcd of the cluster. */
  ScriptedEtcd other(String host) {
    return Objects.requireNonNull(etcds.get(host));
  }

  /** Follows a name, and waits until its watch was asked for. */
  void follow(String name) {
    var unused = registry.service(name).onChange(change -> told.add(line(change)));
    await("a watch of " + name, () -> !told.isEmpty() && creates().size() > 0);
  }

  private static String line(Change change) {
    StringBuilder line = new StringBuilder();
    line.append(change.snapshot().revision()).append(' ').append(change.snapshot().freshness());
    append(line, " +", change.added());
    append(line, " ~", change.updated());
    append(line, " -", change.removed());
    return line.toString();
  }

  private static void append(StringBuilder line, String sign, Collection<Instance> instances) {
    if (!instances.isEmpty()) {
      line.append(sign).append(instances.stream().map(Instance::id).collect(Collectors.joining()));
    }
  }

  /** What was told since this was asked for last. */
  List<String> take() {
    List<String> taken = List.copyOf(told);
    told.clear();
    return taken;
  }

  void pass(Duration time) {
    network.time.advance(time);
  }

  void await(String what, BooleanSupplier condition) {
    boolean came = network.time.advanceUntil(condition, Duration.ofMinutes(10));
    assertThat(came).as(what).isTrue();
  }

  <T> T get(CompletableFuture<T> future) {
    return network.get(future);
  }

  // ---- what the script says on the watch stream ----

  /** Every creation of a watch that arrived, on whatever stream. */
  List<WatchCreateRequest> creates() {
    return etcd.watchRequests.stream()
        .filter(WatchRequest::hasCreateRequest)
        .map(WatchRequest::getCreateRequest)
        .toList();
  }

  /** The last watch that was asked for. */
  WatchCreateRequest lastCreate() {
    return creates().get(creates().size() - 1);
  }

  StreamObserver<WatchResponse> stream() {
    return etcd.watches.get(etcd.watches.size() - 1);
  }

  /** An answer about the last watch. */
  WatchResponse.Builder answer() {
    return WatchResponse.newBuilder()
        .setHeader(state.header())
        .setWatchId(lastCreate().getWatchId());
  }

  void say(WatchResponse.Builder answer) {
    stream().onNext(answer.build());
  }

  void created() {
    say(answer().setCreated(true));
  }

  void events(List<Event> events) {
    say(answer().addAllEvents(events));
  }

  /** Breaks the stream, and waits until a watch is asked for on another. */
  void breakStream() {
    int before = creates().size();
    stream().onError(Status.UNAVAILABLE.withDescription("broken by the script").asException());
    await("a watch on another stream", () -> creates().size() > before);
  }

  /** From now on lists are not answered, so that only the watch can tell. */
  void muteLists() {
    etcd.range = (request, answer) -> {};
  }

  @Override
  public void close() {
    CompletableFuture<Void> closing = client.closing();
    network.time.advanceUntil(closing::isDone, Duration.ofMinutes(1));
    assertThat(closing).isDone();
    network.close();
  }
}
