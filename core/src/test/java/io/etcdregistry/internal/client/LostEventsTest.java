package io.etcdregistry.internal.client;

import static io.etcdregistry.Registration.State.JOINED;
import static io.etcdregistry.Registration.State.SUPERSEDED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.internal.store.FakeLink.Lost;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What no event told is found all the same. The simulation found both. */
class LostEventsTest {
  private final World world = new World();

  @AfterEach
  void nothingIsLeft() {
    world.close();
  }

  @Test
  void superseded_theEndOfTheRivalIsNotTold_comesBack() {
    World.Client client = world.client();
    Registration joined = client.join("orders", 8080);
    String key = joined.instance().key();
    world.cluster.put(key, "{\"name\":\"orders\"}".getBytes(UTF_8), 0);
    world.pass(Duration.ofSeconds(1));
    assertThat(joined.state()).isEqualTo(SUPERSEDED);

    client.store.faults().dropDeletes(1);
    world.cluster.delete(key);
    world.pass(Duration.ofSeconds(80));
    assertThat(joined.state()).isEqualTo(JOINED);
    assertThat(world.held()).containsExactly(key);
  }

  @Test
  void wipedAndWrittenAgainUpToTheSameRevision_viewShowsWhatIsThere() {
    World.Client reader = world.client();
    world.cluster.put("services/orders/x", "{\"name\":\"orders\",\"n\":1}".getBytes(UTF_8), 0);
    assertThat(reader.seen("orders")).extracting(Instance::json).first().asString().contains("1");
    reader.store.link().partition(Lost.FOR_GOOD);
    world.cluster.wipe();
    world.cluster.put("services/orders/x", "{\"name\":\"orders\",\"n\":2}".getBytes(UTF_8), 0);
    world.pass(Duration.ofSeconds(20));
    reader.store.link().heal();
    world.pass(Duration.ofSeconds(20));
    assertThat(reader.seen("orders")).extracting(Instance::json).first().asString().contains("2");
  }
}
