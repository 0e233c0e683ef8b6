package io.etcdregistry.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.Instance;
import io.etcdregistry.RegistryException;
import io.etcdregistry.ServiceView;
import io.etcdregistry.Snapshot.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that starts while etcd is away goes on with what it knew. */
class DiskTest {
  @TempDir private Path parent;

  private final World world = new World();
  private Path directory;

  @BeforeEach
  void save() {
    directory = parent.resolve("made").resolve("when needed");
    World.Client owner = world.client();
    owner.join("orders", 1);
    owner.join("orders", 2);
    World.Client reader = world.client(Optional.of(directory));
    assertThat(reader.view("orders").snapshot().instances()).hasSize(2);
    world.pass(Duration.ofSeconds(6));
    reader.die();
  }

  @AfterEach
  void nothingIsLeft() {
    world.close();
  }

  private World.Client whileAway() {
    World.Client reader = world.client(Optional.of(directory));
    reader.store.link().refuse();
    return reader;
  }

  private Path file() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      return all.get(0);
    }
  }

  private static ServiceView orders(World.Client reader) {
    return reader.registry.service("orders");
  }

  @Test
  void etcdAway_isServedFromDisk_withItsAge() {
    world.pass(Duration.ofHours(1));
    World.Client reader = whileAway();
    ServiceView orders = orders(reader);
    assertThat(orders.snapshot().freshness()).isEqualTo(Freshness.DISK);
    assertThat(orders.snapshot().instances()).hasSize(2);
    assertThat(orders.pick()).isPresent();
    assertThat(orders.age().orElseThrow()).isBetween(Duration.ofHours(1), Duration.ofMinutes(61));
    world.pass(Duration.ofMinutes(1));
    assertThat(orders.whenReady()).as("etcd has not answered").isNotDone();
  }

  @Test
  void etcdAway_lookupAnswersFromDisk_onceEtcdHasFailed() {
    World.Client reader = whileAway();
    CompletableFuture<List<Instance>> listing = reader.registry.async().list("orders");
    world.pass(Duration.ofSeconds(6));
    assertThat(listing).isCompletedWithValueMatching(list -> list.size() == 2);
    assertThat(reader.registry.async().lookup("orders")).isCompleted();
  }

  @Test
  void etcdAway_nothingSaved_isUnreachable() {
    World.Client reader = whileAway();
    CompletableFuture<List<Instance>> listing = reader.registry.async().list("others");
    world.pass(Duration.ofSeconds(6));
    assertThatThrownBy(listing::join).cause().isInstanceOf(RegistryException.class);
  }

  @Test
  void etcdBack_isServedFromEtcd() {
    World.Client reader = whileAway();
    ServiceView orders = orders(reader);
    world.pass(Duration.ofMinutes(1));
    reader.store.link().heal();
    world.pass(Duration.ofSeconds(5));
    assertThat(orders.snapshot().freshness()).isEqualTo(Freshness.LIVE);
    assertThat(orders.whenReady()).isCompleted();
    assertThat(orders.age().orElseThrow()).isLessThan(Duration.ofMinutes(1));
    assertThat(reader.log.lines())
        .filteredOn(line -> line.contains("disk"))
        .hasSize(2)
        .satisfiesExactly(
            line -> assertThat(line).contains("kept on disk").contains(" ago, 2 records"),
            line -> assertThat(line).contains("shows what etcd holds now"));
  }

  @Test
  void damagedOrCutOff_isIgnoredWithAWarning() throws IOException {
    Path file = file();
    byte[] good = Files.readAllBytes(file);
    byte[] damaged = good.clone();
    damaged[good.length / 2] ^= 1;
    List<byte[]> bad =
        List.of(damaged, new byte[0], new byte[] {1, 2, 3, 4, 5}, Arrays.copyOf(good, 60));
    for (byte[] bytes : bad) {
      Files.write(file, bytes);
      World.Client reader = whileAway();
      assertThat(orders(reader).snapshot().freshness()).isEqualTo(Freshness.LOADING);
      assertThat(reader.log.lines())
          .anyMatch(line -> line.contains("Ignored what was kept of \"orders\" at " + file));
    }
  }

  @Test
  void tooOld_isIgnoredWithAWarning() {
    world.pass(Duration.ofDays(1).plusMinutes(1));
    World.Client reader = whileAway();
    assertThat(orders(reader).snapshot().freshness()).isEqualTo(Freshness.LOADING);
    assertThat(reader.log.lines()).anyMatch(line -> line.contains("is older than PT24H"));
  }

  @Test
  void ofAnotherService_isIgnoredWithAWarning() throws IOException {
    World.Client other = world.client(Optional.of(directory));
    Path orders = file();
    other.view("others");
    world.pass(Duration.ofSeconds(6));
    try (Stream<Path> files = Files.list(directory)) {
      Path others = files.filter(file -> !file.equals(orders)).findAny().orElseThrow();
      Files.copy(orders, others, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
    World.Client reader = whileAway();
    assertThat(reader.registry.service("others").snapshot().freshness())
        .isEqualTo(Freshness.LOADING);
    assertThat(reader.log.lines()).anyMatch(line -> line.contains("is of another service"));
  }

  @Test
  void directoryThatCannotBe_isAWarning() throws IOException {
    Path plain = Files.writeString(parent.resolve("plain"), "a file");
    World.Client reader = world.client(Optional.of(plain));
    ServiceView orders = reader.view("orders");
    world.pass(Duration.ofMinutes(1));
    assertThat(reader.log.lines())
        .anyMatch(line -> line.contains("Could not keep \"orders\" at " + plain));
    assertThat(orders.snapshot().freshness()).isEqualTo(Freshness.LIVE);
  }
}
