package io.etcdregistry.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.etcdregistry.Call;
import io.etcdregistry.Instance;
import io.etcdregistry.JoinOptions;
import io.etcdregistry.Registration;
import io.etcdregistry.Registry;
import io.etcdregistry.ServiceView;
import io.etcdregistry.ViewOptions;
import io.etcdregistry.it.harness.EtcdServer;
import io.etcdregistry.it.harness.RequiresEtcd;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Callers of a service whose instances come and go, over real HTTP. */
@RequiresEtcd
class RollingDeploymentIT {
  private static final int INSTANCES = 10;
  private static final int CALLERS = 4;
  private static final Duration PACE = Duration.ofSeconds(1).multipliedBy(CALLERS).dividedBy(500);

  /** How long callers have to notice; slow machines may need long. */
  private static final Duration NOTICE = Duration.ofSeconds(3);

  @Test
  void everyInstanceReplaced_noRequestFails() throws Exception {
    try (EtcdServer etcd = EtcdServer.start();
        Registry registry = Registry.connect(etcd.address() + "?timeout=25s");
        Load load = new Load(etcd, ViewOptions.random())) {
      List<Server> fleet = fleet(registry);
      load.begin();
      for (Server old : fleet) {
        Server fresh = new Server(registry);
        load.await(fresh);
        old.retire();
      }
      load.end();
      assertThat(load.requests.get()).isGreaterThan(1000);
      assertThat(load.failures).isEmpty();
    }
  }

  @Test
  void oneInTenFailsHalfOfItsCalls_isOnlyTried() throws Exception {
    try (EtcdServer etcd = EtcdServer.start();
        Registry registry = Registry.connect(etcd.address() + "?timeout=25s");
        Load load = new Load(etcd, ViewOptions.powerOfTwoChoices())) {
      List<Server> fleet = fleet(registry);
      Server sick = fleet.get(0);
      sick.flaky.set(true);
      load.begin();
      load.awaitRequests(3000);
      load.end();
      int share = load.requests.get() / INSTANCES;
      assertThat(load.requestsTo(sick)).isLessThan(share / 5);
      assertThat(load.failures.values().stream().mapToInt(AtomicInteger::get).sum())
          .as("half of a tenth of all would be %d", share / 2)
          .isPositive()
          .isLessThan(share / 5);
    }
  }

  @Test
  void halfOfTheLeasesEnd_callersKeepWorking() throws Exception {
    try (EtcdServer etcd = EtcdServer.start();
        Registry one = Registry.connect(etcd.address() + "?timeout=25s");
        Registry other = Registry.connect(etcd.address() + "?timeout=25s");
        Load load = new Load(etcd, ViewOptions.random())) {
      for (int i = 0; i < INSTANCES; i++) {
        new Server(i % 2 == 0 ? one : other);
      }
      load.begin();
      load.awaitRequests(200);
      String lease = Long.toHexString(load.view.snapshot().instances().get(0).lease());
      etcd.etcdctl().run("lease", "revoke", lease);
      load.awaitRequests(load.requests.get() + 2000);
      load.end();
      assertThat(load.failures).isEmpty();
    }
  }

  private static List<Server> fleet(Registry registry) throws IOException {
    List<Server> fleet = new ArrayList<>();
    for (int i = 0; i < INSTANCES; i++) {
      fleet.add(new Server(registry));
    }
    return fleet;
  }

  /** An instance: an HTTP server that joins when it says that it is ready, and drains. */
  private static final class Server {
    private final HttpServer http;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Registration registration;
    final AtomicBoolean flaky = new AtomicBoolean();
    private final AtomicInteger asked = new AtomicInteger();

    Server(Registry registry) throws IOException {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
      http.setExecutor(threads);
      http.createContext("/work", exchange -> answer(exchange, works()));
      http.createContext("/health", exchange -> answer(exchange, true));
      http.start();
      registration =
          registry.join(
              Instance.named("orders").hostname("127.0.0.1").port(http.getAddress().getPort()),
              JoinOptions.defaults().readyWhenHttp("/health"));
    }

    private boolean works() {
      return !flaky.get() || asked.getAndIncrement() % 2 == 0;
    }

    private static void answer(HttpExchange exchange, boolean well) throws IOException {
      byte[] body = "done".getBytes(UTF_8);
      exchange.sendResponseHeaders(well ? 200 : 500, body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    }

    String key() {
      return registration.instance().key();
    }

    void retire() {
      registration.drain(NOTICE);
      http.stop(1);
      threads.shutdown();
    }
  }

  /** Callers in a registry of their own. */
  private static final class Load implements AutoCloseable {
    private final Registry registry;
    private final ServiceView view;
    private final HttpClient http = HttpClient.newHttpClient();
    private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    private final AtomicBoolean running = new AtomicBoolean();
    private final ConcurrentHashMap<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private long began;
    final AtomicInteger requests = new AtomicInteger();
    final ConcurrentHashMap<String, AtomicInteger> failures = new ConcurrentHashMap<>();

    Load(EtcdServer etcd, ViewOptions options) {
      registry = Registry.connect(etcd.address() + "?timeout=25s");
      view = registry.service("orders", options);
    }

    void begin() {
      view.awaitAvailable(INSTANCES, Duration.ofSeconds(60));
      running.set(true);
      began = System.nanoTime();
      for (int i = 0; i < CALLERS; i++) {
        callers.execute(this::callOn);
      }
    }

    private void callOn() {
      for (long next = System.nanoTime(); running.get(); next += PACE.toNanos()) {
        LockSupport.parkNanos(next - System.nanoTime());
        call();
      }
    }

    private void call() {
      Optional<Call> begun = view.begin();
      requests.incrementAndGet();
      if (begun.isEmpty()) {
        failed("nobody to call");
        return;
      }
      try (Call call = begun.get()) {
        Instance instance = call.instance();
        calls.computeIfAbsent(instance.key(), key -> new AtomicInteger()).incrementAndGet();
        try {
          int status = get(instance);
          if (status == 200) {
            call.succeeded();
          } else {
            call.failed("status " + status);
            failed("status " + status);
          }
        } catch (IOException e) {
          call.failed(e.toString());
          failed(instance + ": " + e);
        }
      }
    }

    private int get(Instance instance) throws IOException {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(instance.url() + "/work"))
              .timeout(Duration.ofSeconds(30))
              .build();
      try {
        return http.send(request, BodyHandlers.discarding()).statusCode();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }

    private void failed(String why) {
      failures.computeIfAbsent(why, key -> new AtomicInteger()).incrementAndGet();
    }

    int requestsTo(Server server) {
      AtomicInteger count = calls.get(server.key());
      return count == null ? 0 : count.get();
    }

    /** Waits until a new instance is called. */
    void await(Server server) {
      await(() -> requestsTo(server) > 0);
    }

    void awaitRequests(int count) {
      await(() -> requests.get() >= count);
    }

    private static void await(BooleanSupplier condition) {
      Awaitility.await().atMost(Duration.ofMinutes(2)).until(condition::getAsBoolean);
    }

    void end() throws InterruptedException {
      running.set(false);
      callers.shutdown();
      assertThat(callers.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
      double seconds = (System.nanoTime() - began) / 1e9;
      System.out.printf("%d requests, %.0f a second%n", requests.get(), requests.get() / seconds);
    }

    @Override
    public void close() {
      running.set(false);
      callers.shutdownNow();
      registry.close();
    }
  }
}
