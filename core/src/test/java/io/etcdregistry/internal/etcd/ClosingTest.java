package io.etcdregistry.internal.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.store.Header;
import io.etcdregistry.internal.store.KeepAliveStream;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.Store;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.WatchStream;
import io.etcdregistry.internal.store.Write;
import io.etcdregistry.internal.store.Write.Guard;
import io.etcdregistry.protocol.LeaseKeepAliveResponse;
import io.etcdregistry.protocol.WatchResponse;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a store ends what is under way: whoever hears of it is not answered on a stream any more. */
class ClosingTest {
  private static final KeyRange RANGE = KeyRange.prefix("k/");
  private static final String WATCH = "watch broken: CLOSED";
  private static final String RENEWAL = "renewal broken: CLOSED";

  private final ScriptedNetwork network = new ScriptedNetwork();
  private final ScriptedEtcd etcd = network.listen("a", 1);
  private final EtcdConfig config =
      EtcdConfig.of(EtcdConfig.Seed.at("a", 1)).withRefresh(Optional.empty());

  /** What anybody was told, in order. */
  private final List<String> heard = new ArrayList<>();

  @AfterEach
  void close() {
    network.close();
  }

  @Test
  void close_endsStreams_beforeItIsHeardThatACallHasEnded() {
    Store store = network.client(config);
    begin(store);
    store.close();
    assertThat(heard).hasSize(4);
    assertThat(heard.subList(0, 2)).containsExactlyInAnyOrder(WATCH, RENEWAL);
    assertThat(heard.subList(2, 4)).containsExactlyInAnyOrder("list: CLOSED", "commit: CLOSED");
    store.close();
    assertThat(heard).hasSize(4);
  }

  /** Hands the tasks of the store out in an order of its own: so may threads that are busy. */
  private static final class Shuffled implements Executor {
    private final List<Runnable> tasks = new ArrayList<>();
    private final Random random;

    Shuffled(long seed) {
      random = new Random(seed);
    }

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }

    void runAll() {
      while (!tasks.isEmpty()) {
        tasks.remove(random.nextInt(tasks.size())).run();
      }
    }
  }

  @Test
  void close_whateverThreadIsFirst_whoHeardOfItIsNotAnswered() {
    List<String> firsts = new ArrayList<>();
    for (int seed = 0; seed < 200; seed++) {
      heard.clear();
      Shuffled threads = new Shuffled(seed);
      Store store = network.client(config, threads);
      begin(store);
      threads.runAll();
      assertThat(heard).isEmpty();
      store.close();
      threads.runAll();
      assertThat(heard)
          .as("seed %d", seed)
          .containsExactlyInAnyOrder(WATCH, RENEWAL, "list: CLOSED", "commit: CLOSED");
      firsts.add(heard.get(0));
    }
    assertThat(firsts).as("a call was the first to hear").contains("list: CLOSED");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsBegunOnHearingOfTheEnd_endsAtOnce(boolean afterwards) {
    Store store = network.client(config);
    Runnable again = () -> begin(store);
    store.watch(new Noted("first", afterwards ? () -> {} : again)).create(1, RANGE, 0);
    int arrived = etcd.arrived.size();
    store.close();
    if (afterwards) {
      again.run();
    }
    assertThat(heard)
        .containsExactlyInAnyOrder(
            "first broken: CLOSED", WATCH, RENEWAL, "list: CLOSED", "commit: CLOSED");
    assertThat(etcd.arrived).hasSize(arrived);
  }

  /** Two streams and two calls, of which etcd answers none until it is told to. */
  private void begin(Store store) {
    etcd.range = (request, answer) -> {};
    etcd.txn = (request, answer) -> {};
    store.watch(new Noted("watch", () -> {})).create(1, RANGE, 0);
    store.keepAlive(new Noted("renewal", () -> {})).renew(7);
    Write write = Write.put("k/a", Guard.ALWAYS, 0, "1".getBytes(UTF_8), 0);
    note("list", store.list(RANGE, ScriptedNetwork.TIMEOUT));
    note("commit", store.commit(List.of(write), ScriptedNetwork.TIMEOUT));
  }

  /** Who is told that a call has ended has etcd answer on the streams. */
  private void note(String call, CompletableFuture<?> result) {
    var unused =
        result.whenComplete(
            (answer, failure) -> {
              heard.add(call + ": " + StoreException.of(failure).failure());
              if (!etcd.watches.isEmpty()) {
                say(
                    etcd.watches.get(etcd.watches.size() - 1),
                    WatchResponse.newBuilder()
                        .setHeader(etcd.header())
                        .setWatchId(1)
                        .setCreated(true)
                        .build());
              }
              if (!etcd.renewals.isEmpty()) {
                say(
                    etcd.renewals.get(etcd.renewals.size() - 1),
                    LeaseKeepAliveResponse.newBuilder().setID(7).setTTL(9).build());
              }
            });
  }

  private static <T> void say(StreamObserver<T> stream, T answer) {
    try {
      stream.onNext(answer);
    } catch (StatusRuntimeException cancelled) {
      // etcd has heard of the end already
    }
  }

  /** Notes what a stream tells. */
  private final class Noted implements WatchStream.Listener, KeepAliveStream.Listener {
    private final String name;
    private final Runnable onEnd;

    Noted(String name, Runnable onEnd) {
      this.name = name;
      this.onEnd = onEnd;
    }

    @Override
    public void created(long id, Header header) {
      heard.add(name + " created");
    }

    @Override
    public void events(long id, Header header, List<WatchStream.Event> events) {
      heard.add(name + " told of events");
    }

    @Override
    public void canceled(long id, long compactRevision, StoreException cause) {
      heard.add(name + " cancelled");
    }

    @Override
    public void progress() {
      heard.add(name + " alive");
    }

    @Override
    public void renewed(long lease, Duration ttl) {
      heard.add(name + " renewed");
    }

    @Override
    public void broken(StoreException cause) {
      heard.add(name + " broken: " + cause.failure());
      onEnd.run();
    }
  }
}
