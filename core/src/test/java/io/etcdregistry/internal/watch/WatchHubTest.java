package io.etcdregistry.internal.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.store.CountedCalls;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.store.FakeCluster;
import io.etcdregistry.internal.store.FakeCluster.Version;
import io.etcdregistry.internal.store.FakeStore;
import io.etcdregistry.internal.store.Faults.Right;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.Listing;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.internal.store.WatchStream.Event;
import io.etcdregistry.internal.time.SerialExecutor;
import io.etcdregistry.testing.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The stream that ranges share, and what one of them must not do to the others. */
final class WatchHubTest {
  private static final KeyRange ORDERS = KeyRange.prefix("services/orders/");
  private static final KeyRange CARTS = KeyRange.prefix("services/carts/");

  private final FakeTime time = new FakeTime();
  private final FakeCluster cluster = new FakeCluster(time).version(Version.V3_5);
  private final FakeStore store = cluster.client();
  private final List<String> heard = new ArrayList<>();
  private final CountedCalls calls = new CountedCalls();
  private WatchHub hub;

  @BeforeEach
  void start() {
    Environment env =
        new Environment(
            calls.of(store),
            time,
            new SerialExecutor(Runnable::run),
            Runnable::run,
            Runnable::run,
            new Random(1)::nextLong,
            Duration.ofSeconds(5));
    hub = new WatchHub(env);
  }

  private int streams() {
    return calls.of("watch");
  }

  private final class Log implements RangeListener {
    @Override
    public void listed(Listing listing, boolean reset) {
      heard.add((reset ? "reset " : "listed ") + listing.pairs().size());
    }

    @Override
    public void changed(long revision, List<Event> events) {
      heard.add("changed " + events.size());
    }

    @Override
    public void verified(Listing listing, Map<String, Long> newer) {
      heard.add("verified");
    }

    @Override
    public void live(boolean live) {
      heard.add(live ? "live" : "stale");
    }

    @Override
    public void failing(StoreException cause) {
      heard.add("failing");
    }
  }

  private void pass(long seconds) {
    time.advance(Duration.ofSeconds(seconds));
  }

  private long revision() {
    return cluster.header().revision();
  }

  private void put(String key) {
    cluster.put(key, "{}".getBytes(UTF_8), 0);
  }

  /**
   * The process was stopped after the answer had come; meanwhile the cluster may have been wiped.
   */
  @Test
  void list_answerLaidThereForLong_isAskedForAgain() {
    store.link().latency(Duration.ofMillis(100));
    hub.follow(ORDERS, new Log());
    time.advance(Duration.ofMillis(150)); // the answer is on its way
    put("services/orders/1");
    time.freeze(Duration.ofMinutes(1));
    pass(2);
    assertThat(heard).containsExactly("failing", "listed 1", "live");
  }

  @Test
  void stream_withoutAWatch_mayBeSilent() {
    store.faults().deny(ORDERS, Right.READ);
    hub.follow(ORDERS, new Log());
    pass(600);
    assertThat(streams()).isEqualTo(1);
    store.faults().allow();
    pass(40);
    assertThat(heard).endsWith("listed 0", "live");
    put("services/orders/1");
    pass(1);
    assertThat(heard).endsWith("changed 1");
    assertThat(streams()).isEqualTo(1);
  }

  @Test
  void stream_givenUpAsHung_isNotTakenForASignOfLife() {
    hub.follow(ORDERS, new Log());
    pass(5);
    store.link().hangStreams();
    pass(60);
    long before = time.nanoTime();
    assertThat(hub.heardAt()).isLessThan(before);
    store.link().hangStreams();
    store.link().hangNextStreams(100);
    heard.clear();
    boolean stale = time.advanceUntil(() -> heard.contains("stale"), Duration.ofMinutes(1));
    assertThat(stale).isTrue();
    assertThat(time.nanoTime() - hub.heardAt()).isGreaterThan(Duration.ofSeconds(12).toNanos());
  }

  @Test
  void stream_breaksSoonAfterItsWatchesAreSetUp_backsOff() {
    hub.follow(ORDERS, new Log());
    for (int i = 0; i < 600; i++) {
      time.advance(Duration.ofMillis(100));
      store.link().breakStreams(new StoreException(Failure.UNREACHABLE, "broken"));
    }
    assertThat(streams()).isBetween(30, 90);
    pass(10);
    assertThat(heard).endsWith("verified", "live");
  }

  @Test
  void comparison_refused_endsTheWatch() {
    hub.follow(ORDERS, new Log());
    pass(1);
    assertThat(cluster.openWatches()).isEqualTo(1);
    store.faults().deny(ORDERS, Right.READ);
    pass(400);
    assertThat(heard).startsWith("listed 0", "live").contains("failing", "stale");
    assertThat(cluster.openWatches()).isZero();
    put("services/orders/1");
    store.faults().allow();
    pass(60);
    assertThat(heard).endsWith("listed 1", "live");
    assertThat(cluster.openWatches()).isEqualTo(1);
    assertThat(streams()).as("silence without a watch is no fault").isEqualTo(1);
  }

  @Test
  void doubted_whileAComparisonIsUnderWay_comparesAgain() {
    hub.follow(ORDERS, new Log());
    pass(1);
    store.link().latency(Duration.ofSeconds(1));
    hub.compareAll();
    pass(6);
    heard.clear();
    hub.compareAll();
    time.advanceUntil(() -> heard.contains("verified"), Duration.ofSeconds(10));
    heard.clear();
    hub.compareAll();
    pass(8);
    assertThat(heard).contains("verified");
  }

  @Test
  void disproved_whileTheListAfterAResetIsUnderWay_isTheSameReset() {
    List<String> resets = new ArrayList<>();
    hub.onReset(() -> resets.add("reset"));
    put("services/orders/1");
    Following orders = hub.follow(ORDERS, new Log());
    Following carts = hub.follow(CARTS, new Log());
    pass(1);
    orders.disproved(revision());
    carts.disproved(revision());
    assertThat(resets).hasSize(1);
    pass(5);
    assertThat(heard).contains("reset 1", "reset 0").endsWith("live");
    orders.disproved(revision());
    assertThat(resets).hasSize(2);
  }

  @Test
  void reset_opensAnotherStream() {
    hub.follow(ORDERS, new Log());
    Following carts = hub.follow(CARTS, new Log());
    pass(1);
    carts.disproved(revision());
    pass(5);
    assertThat(streams()).isEqualTo(2);
    assertThat(store.link().openStreams()).isEqualTo(1);
    assertThat(cluster.openWatches()).isEqualTo(2);
  }

  @Test
  void witness_ofACallBeforeAReset_isNotCurrent() {
    Following orders = hub.follow(ORDERS, new Log());
    WatchHub.Witness before = hub.witness();
    assertThat(before.current()).isTrue();
    pass(1);
    orders.disproved(revision());
    assertThat(before.current()).isFalse();
    assertThat(hub.witness().current()).isTrue();
  }
}
