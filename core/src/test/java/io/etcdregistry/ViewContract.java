package io.etcdregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.etcdregistry.RegistryException.Reason;
import io.etcdregistry.Snapshot.Freshness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Live views of another client: they follow, in order, and tell their listeners. */
public interface ViewContract extends RegistryBench {
  private void awaitUrls(ServiceView view, String... urls) {
    await(
        "the view shows " + List.of(urls),
        () -> urls(view.snapshot().instances()).equals(List.of(urls)));
  }

  @Test
  default void view_followsWhatOthersDo() {
    Registry other = registry();
    ServiceView view = registry().service("orders");
    assertThat(view.snapshot().freshness()).isEqualTo(Freshness.LOADING);
    assertThat(view.snapshot().version()).isZero();
    assertThat(view.age()).isEmpty();
    Snapshot first = get(view.whenReady());
    assertThat(first.instances()).isEmpty();
    assertThat(first.service()).isEqualTo("orders");
    assertThat(first.version()).isPositive();
    long before = first.revision();
    Registration joined = other.join(Instance.named("orders").port(1));
    awaitUrls(view, "http://192.168.1.10:1");
    Snapshot second = view.snapshot();
    assertThat(second.version()).isGreaterThan(first.version());
    assertThat(second.revision()).isGreaterThan(before);
    assertThat(second.instances().get(0).revision())
        .isEqualTo(raw(joined.instance().key()).orElseThrow().modRevision());
    assertThat(second.instances().get(0).lease()).isNotZero();
    joined.update(change -> change.with("a", 1));
    await("the update", () -> view.snapshot().instances().get(0).number("a").isPresent());
    joined.leave();
    awaitUrls(view);
    assertThat(view.snapshot().freshness()).isEqualTo(Freshness.LIVE);
    assertThat(view.age()).isPresent();
    assertThat(view.service()).isEqualTo("orders");
  }

  @Test
  default void view_oldSnapshots_doNotChange() {
    Registry registry = registry();
    ServiceView view = registry.service("orders");
    get(view.whenReady());
    final Snapshot empty = view.snapshot();
    registry.join(Instance.named("orders").port(1));
    final Snapshot one = view.snapshot();
    registry.leave();
    assertThat(empty.instances()).isEmpty();
    assertThat(one.instances()).hasSize(1);
    assertThat(view.snapshot().instances()).isEmpty();
  }

  @Test
  default void view_ofTheNamespace_showsAllNames() {
    Registry reader = registry();
    ServiceView all = reader.all();
    assertThat(all.service()).isEmpty();
    get(all.whenReady());
    Registry other = registry();
    other.join(Instance.named("orders").port(1));
    other.join(Instance.named("users").port(2));
    await("both", () -> all.snapshot().instances().size() == 2);
    other.leave("orders");
    await("one", () -> all.snapshot().instances().size() == 1);
    assertThat(all.snapshot().instances().get(0).name()).isEqualTo("users");
  }

  @Test
  default void view_pastACompaction_goesOn() {
    ServiceView view = registry().service("orders");
    get(view.whenReady());
    for (int i = 0; i < 5; i++) {
      long revision = putDocument(key("orders", "x"), document("orders", "h" + i), 0);
      admin().compact(revision);
      awaitUrls(view, "http://h" + i);
    }
  }

  @Test
  default void view_deadOwner_isGoneAfterItsTtl() {
    ServiceView view = registry().service("orders");
    long lease = grant(minTtl());
    putDocument(key("orders", "dead"), document("orders", "dead"), lease);
    awaitUrls(view, "http://dead");
    passTime(minTtl().plusSeconds(2));
    awaitUrls(view);
  }

  @Test
  default void awaitAvailable_returnsWhenThereAreEnough() {
    Registry registry = registry();
    ServiceView view = registry.service("orders");
    assertThat(view.awaitAvailable(0, Duration.ofSeconds(5)).instances()).isEmpty();
    registry().announce(Instance.named("orders").port(1));
    registry().announce(Instance.named("orders").port(2));
    registry().announce(Instance.named("orders").port(3).status(Instance.Status.STARTING));
    Snapshot enough = view.awaitAvailable(2, Duration.ofSeconds(20));
    assertThat(enough.instances().stream().filter(i -> i.status() == Instance.Status.UP))
        .hasSize(2);
    RegistryException late =
        catchThrowableOfType(
            RegistryException.class, () -> view.awaitAvailable(3, Duration.ofMillis(200)));
    assertThat(late.reason()).isEqualTo(Reason.TIMED_OUT);
  }

  @Test
  default void listener_hearsEveryStateInOrder() {
    Registry registry = registry();
    registry.join(Instance.named("orders").port(1));
    ServiceView view = registry().service("orders");
    Replay replay = new Replay();
    try (var subscription = view.onChange(replay::hear)) {
      assertThat(subscription).isNotNull();
      await("the first", () -> replay.size() == 1);
      assertThat(replay.changes().get(0).added()).hasSize(1);
      List<Registration> joined = new ArrayList<>();
      for (int port = 2; port <= 20; port++) {
        joined.add(registry.join(Instance.named("orders").port(port)));
      }
      joined.forEach(registration -> registration.update(change -> change.with("x", 1)));
      joined.subList(0, 10).forEach(Registration::leave);
      await("all", () -> replay.urls().equals(urls(registry.list("orders"))));
    }
    replay.verify();
    int heard = replay.changes().size();
    registry.leave();
    await("the view is empty", () -> view.snapshot().instances().isEmpty());
    settle();
    assertThat(replay.changes()).as("after the subscription was closed").hasSize(heard);
  }

  @Test
  default void listener_whichThrowsOrBlocks_disturbsNobody() {
    Registry registry = registry();
    ServiceView view = registry.service("orders");
    CompletableFuture<Void> release = new CompletableFuture<>();
    Replay good = new Replay();
    Replay throwing = new Replay();
    view.onChange(change -> release.join());
    view.onChange(
        change -> {
          throwing.hear(change);
          throw new IllegalStateException("a listener's own failure");
        });
    view.onChange(good::hear);
    try {
      Registration joined = registry.join(Instance.named("orders").port(1));
      assertThat(registry.list("orders")).hasSize(1);
      await("the good one hears", () -> good.urls().size() == 1);
      joined.leave();
      await("the good one goes on", () -> good.urls().isEmpty());
      await("so does the one that throws", () -> throwing.urls().isEmpty());
      good.verify();
      throwing.verify();
    } finally {
      release.complete(null);
    }
  }

  /** Applies what a listener is told, and checks that it adds up. */
  final class Replay {
    private static final Comparator<Instance> BY_KEY = Comparator.comparing(Instance::key);

    private final List<Change> changes = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private final Map<String, Instance> content = new HashMap<>();

    synchronized void hear(Change change) {
      changes.add(change);
      for (Instance instance : change.added()) {
        complainIf(content.put(instance.key(), instance) != null, "added twice: ", instance);
      }
      for (Instance instance : change.updated()) {
        complainIf(content.put(instance.key(), instance) == null, "updated, not there: ", instance);
      }
      for (Instance instance : change.removed()) {
        complainIf(content.remove(instance.key()) == null, "removed, not there: ", instance);
      }
      List<Instance> shown = change.snapshot().instances();
      complainIf(
          !content.values().stream().sorted(BY_KEY).toList().equals(shown),
          "does not add up to ",
          shown);
    }

    private void complainIf(boolean wrong, String what, Object of) {
      if (wrong) {
        complaints.add(what + of);
      }
    }

    synchronized List<Change> changes() {
      return List.copyOf(changes);
    }

    synchronized int size() {
      return changes.size();
    }

    synchronized List<String> urls() {
      return content.values().stream().sorted(BY_KEY).map(Instance::url).toList();
    }

    synchronized void verify() {
      assertThat(complaints).isEmpty();
      assertThat(changes.stream().map(change -> change.snapshot().version()))
          .isSorted()
          .doesNotHaveDuplicates();
    }
  }
}
