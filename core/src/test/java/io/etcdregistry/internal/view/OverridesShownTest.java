package io.etcdregistry.internal.view;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Instance.Status;
import io.etcdregistry.RecordsForTests;
import io.etcdregistry.internal.balance.Plan;
import io.etcdregistry.internal.codec.Keys;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.store.FakeCluster;
import io.etcdregistry.internal.store.KeyValue;
import io.etcdregistry.internal.store.WatchStream.Event;
import io.etcdregistry.internal.time.SerialExecutor;
import io.etcdregistry.internal.watch.WatchHub;
import io.etcdregistry.testing.FakeTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** When views show what operators say, with threads that come when it suits them least. */
class OverridesShownTest {
  private static final Keys KEYS = Keys.of("");
  private static final String RECORD = KEYS.key("orders", "a");
  private static final String OVERRIDE = KEYS.overrides().key("orders", "a");
  private static final Plan ANY =
      new Plan(
          Plan.Picker.RANDOM, Optional.empty(), "", Duration.ZERO, Optional.empty(), Duration.ZERO);

  private final FakeTime time = new FakeTime();
  private final FakeCluster cluster = new FakeCluster(time);
  private final Queue<Runnable> work = new ArrayDeque<>();
  private final Environment env =
      new Environment(
          cluster.client(),
          time,
          new SerialExecutor(Runnable::run),
          work::add,
          Runnable::run,
          new Random(1)::nextLong,
          Duration.ofSeconds(5));
  private final Views views =
      new Views(
          KEYS,
          RecordsForTests.of(KEYS),
          new WatchHub(env),
          env,
          new Views.Manners(ANY, Optional.empty(), Optional.empty()));

  private void put(String key, String document) {
    cluster.put(key, document.getBytes(UTF_8), 0);
  }

  private void finish() {
    while (!work.isEmpty()) {
      work.remove().run();
    }
  }

  private void settle() {
    for (int i = 0; i < 20; i++) {
      finish();
      time.advance(Duration.ofMillis(100));
    }
    finish();
  }

  private Status status() {
    return views.list("orders").get(0).status();
  }

  @Test
  void wrote_whenTheWatchHasToldOfItBefore_waitsUntilItIsShown() {
    put(RECORD, "{\"name\":\"orders\",\"port\":1}");
    put(OVERRIDE, "{\"status\":\"draining\"}");
    views.list("orders");
    views.overrides().start();
    settle();
    assertThat(status()).isEqualTo(Status.DRAINING);
    long revision = cluster.delete(OVERRIDE);
    time.advance(Duration.ofMillis(100)); // the watch tells
    work.remove().run(); // and the overrides know, but the view has not come to it
    assertThat(status()).isEqualTo(Status.DRAINING);
    KeyValue gone = new KeyValue(OVERRIDE, new byte[0], 0, revision, 0);
    CompletableFuture<Void> shown = views.overrides().wrote(new Event(gone, true));
    Runnable publishes = work.remove();
    finish();
    assertThat(shown).as("while it shows what was before").isNotDone();
    publishes.run();
    finish();
    assertThat(shown).isCompleted();
    assertThat(status()).isEqualTo(Status.UP);
  }
}
