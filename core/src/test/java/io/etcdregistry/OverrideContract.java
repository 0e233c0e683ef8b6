package io.etcdregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.etcdregistry.Instance.Status;
import io.etcdregistry.RegistryException.Reason;
import io.etcdregistry.RegistryStats.Counter;
import io.etcdregistry.internal.codec.Keys;
import io.etcdregistry.internal.store.KeyValue;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What operators say of instances. */
public interface OverrideContract extends RegistryBench {
  private static void drain(Registry operator, Instance instance, Duration lasting) {
    operator.override(
        instance.name(),
        instance.id(),
        wish -> wish.status(Status.DRAINING).with("author", "ops").with("reason", "disk"),
        lasting);
  }

  private static Status status(Registry reader, Instance instance) {
    return reader.list(instance.name()).stream()
        .filter(one -> one.id().equals(instance.id()))
        .map(Instance::status)
        .findFirst()
        .orElseThrow();
  }

  private String overrideKey(Instance instance) {
    return Keys.of(namespace()).overrides().key(instance.name(), instance.id());
  }

  @Test
  default void override_winsForEveryReader_andTheRecordStaysAsItIs() {
    Registry owner = registry();
    Instance drained = owner.join(Instance.named("orders").port(1)).instance();
    Instance other = owner.join(Instance.named("orders").port(2)).instance();
    KeyValue before = raw(drained.key()).orElseThrow();
    Registry reader = registry();
    assertThat(reader.list("orders")).extracting(Instance::status).containsOnly(Status.UP);
    drain(registry(), drained, Duration.ZERO);
    await("told", () -> status(reader, drained) == Status.DRAINING);
    Instance seen = reader.list("orders").stream().filter(drained::equals).findAny().orElse(null);
    assertThat(seen).as("another in effect, and so not equal").isNull();
    seen = reader.list("orders").stream().filter(i -> i.id().equals(drained.id())).findAny().get();
    assertThat(seen.json()).isEqualTo(drained.json());
    assertThat(seen.string("status")).isEmpty();
    assertThat(seen.override())
        .isEqualTo(Map.of("status", "draining", "author", "ops", "reason", "disk"));
    assertThat(raw(drained.key()).orElseThrow().modRevision()).isEqualTo(before.modRevision());
    for (int i = 0; i < 50; i++) {
      assertThat(reader.lookup("orders")).map(Instance::id).contains(other.id());
    }
    Registry later = registry();
    assertThat(status(later, drained)).as("also who reads only now").isEqualTo(Status.DRAINING);
    assertThat(later.list()).extracting(Instance::status).contains(Status.DRAINING, Status.UP);
  }

  @Test
  default void override_isShownToWhoWroteIt_whenItReturns() {
    Registry registry = registry();
    Instance instance = registry.join(Instance.named("orders").port(1)).instance();
    assertThat(registry.list("orders")).hasSize(1);
    for (int i = 0; i < 5; i++) {
      drain(registry, instance, Duration.ofSeconds(i * 60L));
      assertThat(status(registry, instance)).isEqualTo(Status.DRAINING);
      assertThat(registry.liftOverride("orders", instance.id())).isTrue();
      assertThat(status(registry, instance)).isEqualTo(Status.UP);
    }
    assertThat(registry.liftOverride("orders", instance.id())).as("nothing to lift").isFalse();
  }

  @Test
  default void override_isShownToTheOwner_whoGoesOn() {
    Registry owner = registry();
    Registration joined = owner.join(Instance.named("orders").port(1));
    Instance own = joined.instance();
    Registry operator = registry();
    drain(operator, own, Duration.ZERO);
    await("the owner is told", () -> joined.instance().status() == Status.DRAINING);
    assertThat(joined.state()).isEqualTo(Registration.State.JOINED);
    joined.update(change -> change.with("shard", 7));
    assertThat(rawDocument(own).orElseThrow()).contains("\"shard\":7").doesNotContain("draining");
    assertThat(joined.instance().status()).isEqualTo(Status.DRAINING);
    assertThat(raw(overrideKey(own))).isPresent();
    assertThat(operator.liftOverride("orders", own.id())).isTrue();
    await("and told again", () -> joined.instance().status() == Status.UP);
  }

  @Test
  default void override_outlivesARestart_alsoBeforeTheInstanceIsThere() {
    Registry operator = registry();
    Instance place = registry().join(Instance.named("orders").port(1)).instance();
    Registry first = registry();
    first.join(Instance.named("orders").port(2).id("fixed"));
    operator.override("orders", "fixed", wish -> wish.status(Status.DOWN).weight(3), Duration.ZERO);
    first.close();
    registry().join(Instance.named("orders").port(2).id("fixed"));
    Registry reader = registry();
    assertThat(reader.list("orders"))
        .extracting(Instance::id, Instance::status, Instance::weight)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("fixed", Status.DOWN, 3.0),
            org.assertj.core.groups.Tuple.tuple(place.id(), Status.UP, 1.0));
    operator.override("orders", "nobody", wish -> wish.with("reason", "later"), Duration.ZERO);
    await("known", () -> reader.overrides("orders").containsKey("nobody"));
    assertThat(reader.overrides("orders")).containsOnlyKeys("fixed", "nobody");
    assertThat(reader.overrides("orders").get("nobody")).isEqualTo(Map.of("reason", "later"));
    assertThat(reader.overrides("others")).isEmpty();
  }

  @Test
  default void override_forATime_ends() {
    Registry owner = registry();
    Instance instance = owner.join(Instance.named("orders").port(1)).instance();
    Registry reader = registry();
    assertThat(reader.list("orders")).hasSize(1);
    drain(registry(), instance, Duration.ofSeconds(3));
    await("begun", () -> status(reader, instance) == Status.DRAINING);
    assertThat(raw(overrideKey(instance)).orElseThrow().lease()).isNotZero();
    await("ended", () -> status(reader, instance) == Status.UP);
    assertThat(raw(overrideKey(instance))).isEmpty();
  }

  @Test
  default void override_replacesTheOneBefore() {
    Registry operator = registry();
    Instance instance = operator.join(Instance.named("orders").port(1)).instance();
    drain(operator, instance, Duration.ofSeconds(3));
    operator.override("orders", instance.id(), wish -> wish.status(Status.DOWN), Duration.ZERO);
    passTime(Duration.ofSeconds(6));
    Registry reader = registry();
    assertThat(status(reader, instance)).isEqualTo(Status.DOWN);
    assertThat(reader.list("orders").get(0).override()).isEqualTo(Map.of("status", "down"));
  }

  @Test
  default void override_isToldToListeners() {
    Registry owner = registry();
    Instance instance = owner.join(Instance.named("orders").port(1)).instance();
    List<Status> told = new CopyOnWriteArrayList<>();
    ServiceView view = registry().service("orders");
    view.onChange(
        change -> {
          change.added().forEach(one -> told.add(one.status()));
          change.updated().forEach(one -> told.add(one.status()));
        });
    await("the first", () -> told.size() == 1);
    drain(owner, instance, Duration.ZERO);
    await("the second", () -> told.size() == 2);
    owner.liftOverride("orders", instance.id());
    await("the third", () -> told.size() == 3);
    assertThat(told).containsExactly(Status.UP, Status.DRAINING, Status.UP);
  }

  @Test
  default void override_unreadable_isIgnoredAndCountedOnce() {
    Registry owner = registry();
    Instance one = owner.join(Instance.named("orders").port(1)).instance();
    Instance two = owner.join(Instance.named("orders").port(2)).instance();
    putDocument(overrideKey(one), "draining", 0);
    putDocument(overrideKey(two), "{\"status\":\"sleepy\",\"weight\":-1,\"reason\":\"x\"}", 0);
    putDocument(overrideKey(two) + "/more", "{\"status\":\"down\"}", 0);
    Registry reader = registry();
    assertThat(reader.list("orders")).extracting(Instance::status).containsOnly(Status.UP);
    assertThat(reader.list("orders")).extracting(Instance::weight).containsOnly(1.0);
    assertThat(reader.list("orders"))
        .extracting(instance -> instance.override().get("reason"))
        .containsExactlyInAnyOrder(null, "x");
    settle();
    assertThat(reader.stats().count(Counter.RECORDS_SKIPPED)).isEqualTo(1);
    assertThat(reader.stats().count(Counter.FIELDS_IGNORED)).isEqualTo(2);
    drain(registry(), one, Duration.ZERO);
    await("mended", () -> status(reader, one) == Status.DRAINING);
  }

  @Test
  default void override_thatCannotBe_isRefused() {
    Registry registry = registry();
    for (ThrowingCallable wrong :
        List.<ThrowingCallable>of(
            () -> registry.override("orders", "a", wish -> {}, Duration.ZERO),
            () -> registry.override("orders", "a", wish -> wish.weight(-1), Duration.ZERO),
            () -> registry.override("orders", "a/b", wish -> wish.weight(1), Duration.ZERO),
            () -> registry.override("orders", "", wish -> wish.weight(1), Duration.ZERO),
            () -> registry.override("", "a", wish -> wish.weight(1), Duration.ZERO),
            () -> registry.override("orders", "a", wish -> wish.weight(1), Duration.ofMillis(1500)),
            () -> registry.override("orders", "a", wish -> wish.weight(1), Duration.ofSeconds(-1)),
            () -> registry.override("orders", "a", wish -> wish.weight(1), Duration.ofDays(1000)),
            () -> registry.liftOverride("orders", "a/b"))) {
      RegistryException refused = catchThrowableOfType(RegistryException.class, wrong);
      assertThat(refused).isNotNull();
      assertThat(refused.reason()).isEqualTo(Reason.INVALID);
    }
    assertThat(registry.overrides("orders")).isEmpty();
  }
}
