package io.etcdregistry.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import io.etcdregistry.Instance;
import io.etcdregistry.Registry;
import io.etcdregistry.devserver.DevServer;
import io.etcdregistry.devserver.Faults;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** The extension as tests use it. */
@Timeout(120)
class RegistryExtensionTest {
  /** By annotation, everything by parameters. */
  @Nested
  @ExtendWith(RegistryExtension.class)
  class ByAnnotation {
    private Registry given;
    private DevServer server;

    @BeforeEach
    void take(Registry registry, DevServer server) {
      given = registry;
      this.server = server;
      registry.join(orders());
    }

    @Test
    void parameters_areOfOneTest(
        Registry registry, DevServer server, Faults faults, TestTime time) {
      assertThat(registry).isSameAs(given);
      assertThat(server).isSameAs(this.server);
      assertThat(faults).isSameAs(server.faults());
      time.advance(Duration.ofMinutes(1));
      assertThat(registry.list("orders")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void everyInvocation_hasItsOwn(int number, Registry registry) {
      registry.join(Instance.named("other").port(number).hostname("localhost"));
      assertThat(registry.list()).hasSize(2);
    }

    @RepeatedTest(2)
    void repetitions_startEmpty(Registry registry) {
      assertThat(registry.list()).hasSize(1);
    }

    @AfterEach
    void after(Registry registry) {
      assertThat(registry).isSameAs(given);
    }
  }

  /** By a field, with settings, everything by methods. */
  @Nested
  class ByField {
    @RegisterExtension
    final RegistryExtension etcd =
        RegistryExtension.builder()
            .namespace("prod")
            .client(client -> client.ttl(Duration.ofSeconds(3)))
            .build();

    @Test
    void settings_areThoseOfEveryClient() {
      assertThat(etcd.registry().join(orders()).ttl()).isEqualTo(Duration.ofSeconds(3));
      Registry other = etcd.newRegistry();
      assertThat(other).isNotSameAs(etcd.registry());
      assertThat(other.list("orders").get(0).json()).contains("\"port\":8080");
      try (Registry outside = Registry.connect(etcd.server().connectionString())) {
        assertThat(outside.list("orders")).isEmpty();
      }
    }

    @Test
    void derivedClient_sharesTheTime() {
      try (Registry derived = etcd.registry().newBuilder().build()) {
        derived.join(orders());
        etcd.advance(Duration.ofMinutes(10));
        assertThat(etcd.registry().list("orders")).hasSize(1);
      }
    }

    @Test
    void server_goneAtTheEnd_holdsNothingUp() {
      etcd.registry().join(orders());
      etcd.server().close();
    }

    @Test
    void faults_leftAtTheEnd_holdNothingUp() {
      etcd.registry().join(orders());
      etcd.faults().partition();
    }
  }

  @Test
  void outsideOfATest_saysSo() {
    assertThatIllegalStateException()
        .isThrownBy(() -> new RegistryExtension().registry())
        .withMessageContaining("no test runs now");
  }

  @Test
  void parameter_ofAllTests_isRefusedWithAReason() {
    EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(ForAll.class))
        .execute()
        .containerEvents()
        .assertThatEvents()
        .haveExactly(1, finishedWithFailure(message(text -> text.contains("belongs to one test"))));
  }

  @Test
  void testsAtOnce_shareNothing_andLeaveNothing() {
    InParallel.SERVERS.clear();
    InParallel.FOUND.clear();
    Events tests =
        EngineTestKit.engine("junit-jupiter")
            .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
            .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
            .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
            .configurationParameter(
                "junit.jupiter.execution.parallel.config.fixed.parallelism", "4")
            .selectors(selectClass(InParallel.class))
            .execute()
            .testEvents();
    tests.assertStatistics(counts -> counts.succeeded(InParallel.TESTS).failed(0));
    assertThat(InParallel.SERVERS).hasSize(InParallel.TESTS);
    assertThat(InParallel.FOUND).hasSize(InParallel.TESTS).containsOnly(1);
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("etcd-registry-test-time");
  }

  private static Instance.Builder orders() {
    return Instance.named("orders").port(8080).hostname("localhost");
  }

  /** A class that asks too early; run by {@link #parameter_ofAllTests_isRefusedWithAReason}. */
  @ExtendWith(RegistryExtension.class)
  static class ForAll {
    @BeforeAll
    static void tooEarly(Registry registry) {
      assertThat(registry).as("given").isNull();
    }

    @Test
    void unreached() {}
  }

  /** Tests that run at once; run by {@link #testsAtOnce_shareNothing_andLeaveNothing}. */
  static class InParallel {
    static final int TESTS = 6;
    static final Set<Integer> SERVERS = ConcurrentHashMap.newKeySet();
    static final Queue<Integer> FOUND = new ConcurrentLinkedQueue<>();

    private static final CountDownLatch TWO_RUN = new CountDownLatch(2);

    @RegisterExtension static final RegistryExtension ETCD = new RegistryExtension();

    @RepeatedTest(TESTS)
    void one(DevServer server) throws InterruptedException {
      TWO_RUN.countDown();
      assertThat(TWO_RUN.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(ETCD.server()).isSameAs(server);
      SERVERS.add(server.port());
      ETCD.registry().join(orders());
      ETCD.advance(Duration.ofSeconds(5));
      FOUND.add(ETCD.registry().list("orders").size());
    }
  }
}
