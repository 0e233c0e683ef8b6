package io.etcdregistry.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Registration;
import io.etcdregistry.ServiceView;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who vanishes without a word is not given up with all the others at once. */
class LostFleetTest {
  private static final Duration TTL = Duration.ofSeconds(10);

  private final World world = new World();
  private final World.Client reader = world.client();

  @AfterEach
  void nothingIsLeft() {
    world.close();
  }

  private World.Client owner(int from, int to) {
    World.Client owner = world.client();
    IntStream.range(from, to).forEach(port -> owner.join("orders", 1 + port));
    return owner;
  }

  private ServiceView orders() {
    return reader.view("orders");
  }

  private void leave(Registration registration) {
    CompletableFuture<Void> left = CompletableFuture.runAsync(registration::leave);
    while (!left.isDone()) {
      world.pass(Duration.ZERO);
    }
  }

  @Test
  void mostDieAtOnce_theLivingAreChosen() {
    owner(0, 2);
    World.Client lost = owner(2, 8);
    ServiceView orders = orders();
    assertThat(orders.snapshot().instances()).hasSize(8);
    lost.die();
    world.pass(Duration.ofSeconds(12));
    assertThat(orders.snapshot().instances()).hasSize(2);
    assertThat(orders.suspects()).hasSize(6);
    assertThat(IntStream.range(0, 100).mapToObj(i -> orders.pick().orElseThrow()).distinct())
        .hasSameElementsAs(orders.snapshot().instances());
    world.pass(TTL.multipliedBy(2));
    assertThat(orders.suspects()).isEmpty();
  }

  @Test
  void allDieAtOnce_areChosenForTwoTtls() {
    World.Client lost = owner(0, 5);
    ServiceView orders = orders();
    assertThat(orders.snapshot().instances()).hasSize(5);
    lost.die();
    world.pass(Duration.ofSeconds(12));
    assertThat(orders.snapshot().instances()).isEmpty();
    assertThat(orders.pick()).isPresent();
    world.pass(TTL.multipliedBy(2));
    assertThat(orders.pick()).isEmpty();
  }

  @Test
  void wiped_nobodyIsWithoutAnswer_andAllComeBack() {
    owner(0, 6);
    ServiceView orders = orders();
    assertThat(orders.snapshot().instances()).hasSize(6);
    world.cluster.wipe();
    boolean answered = true;
    for (int i = 0; i < 300; i++) {
      world.pass(Duration.ofMillis(100));
      answered &= orders.pick().isPresent();
    }
    assertThat(answered).isTrue();
    assertThat(orders.snapshot().instances()).hasSize(6);
    assertThat(orders.suspects()).isEmpty();
  }

  @Test
  void orderlyScaleIn_isFollowedAtOnce() {
    World.Client owner = world.client();
    List<Registration> fleet =
        IntStream.range(0, 9).mapToObj(port -> owner.join("orders", 1 + port)).toList();
    ServiceView orders = orders();
    fleet.subList(0, 6).forEach(this::leave);
    assertThat(orders.snapshot().instances()).hasSize(3);
    assertThat(orders.suspects()).isEmpty();
  }
}
