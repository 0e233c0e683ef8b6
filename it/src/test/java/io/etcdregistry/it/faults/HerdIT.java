package io.etcdregistry.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.it.harness.EtcdCluster;
import io.etcdregistry.it.harness.EtcdHome;
import io.etcdregistry.it.harness.EtcdServer;
import io.etcdregistry.it.harness.JavaProcess;
import io.etcdregistry.it.harness.RequiresEtcd;
import io.etcdregistry.it.harness.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Clients that lost the cluster together do not come back together.
 *
 * <p>How many is up to the machine, as they all start at once on it: beyond a hundred for each core
 * it is the processes of the clients that gasp for breath, and what is measured is their machine. A
 * hundred are simulated beside the core, where calls are counted one by one.
 */
@RequiresEtcd
@Isolated("a rate is measured, and the clients take the whole machine")
class HerdIT {
  private static final int CLIENTS = Integer.getInteger("faults.herd", 200);
  private static final int PROCESSES = 2;
  private static final Duration TTL = Duration.ofSeconds(20);
  private static final Duration SAMPLE = Duration.ofMillis(250);

  /** What a client may ask before it has its record and a live view; machines may be slow. */
  private static final double MOST_CALLS = 5 * 3;

  private static final double HIGHEST_PEAK = 5 * 3;

  @Row(
      id = "21a",
      fault = "hundreds of clients come back at once after 2 TTL, their leases lost",
      sees = "each comes back within a jitter of half a TTL, 5 s at most",
      guarantee = "they spread their calls")
  @Test
  void herdReturns(TestInfo test) {
    try (Herd herd = new Herd(test, EtcdCluster.builder().size(1).proxied(true).start())) {
      herd.gather();
      herd.cutOff(TTL.multipliedBy(2));
      herd.measureReturn(Duration.ofSeconds(5));
    }
  }

  @Row(
      id = "21b",
      fault =
          "hundreds of clients have to list again at once, after a compaction they were away for",
      sees = "each lists again within 1 s",
      guarantee = "they spread their calls")
  @Test
  void herdLists(TestInfo test) {
    try (Herd herd = new Herd(test, EtcdCluster.builder().size(1).proxied(true).start())) {
      herd.gather();
      herd.cutOff(Duration.ofSeconds(3));
      herd.measureReturn(Duration.ofSeconds(1));
    }
  }

  /** The clients, and the member that they use. */
  private static final class Herd implements AutoCloseable {
    private final Row row;
    private final EtcdCluster cluster;
    private final EtcdServer member;
    private final TcpProxy link;
    private final List<JavaProcess> processes = new ArrayList<>();
    private final List<AtomicInteger> ready = new ArrayList<>();

    Herd(TestInfo test, EtcdCluster cluster) {
      this.row = test.getTestMethod().orElseThrow().getAnnotation(Row.class);
      this.cluster = cluster;
      this.member = cluster.member(0);
      this.link = cluster.proxy(0);
    }

    void gather() {
      Path logs = Outcome.folder().resolve("logs").resolve(row.id());
      try {
        Files.createDirectories(logs);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      int each = CLIENTS / PROCESSES;
      for (int i = 0; i < PROCESSES; i++) {
        AtomicInteger count = new AtomicInteger();
        ready.add(count);
        processes.add(
            JavaProcess.start(
                line -> count.set(Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1))),
                logs.resolve("crowd-" + i + ".log"),
                Crowd.class,
                cluster.connection(),
                Integer.toString(each),
                Integer.toString(i * each),
                TTL.toString()));
      }
      awaitReady();
    }

    private void awaitReady() {
      Fleet.await("all are ready").atMost(Duration.ofMinutes(5)).until(() -> readyNow() == CLIENTS);
    }

    private int readyNow() {
      return ready.stream().mapToInt(AtomicInteger::get).sum();
    }

    /** Nobody reaches the member for a while, in which history goes on and is compacted. */
    void cutOff(Duration duration) {
      link.refuse();
      cluster.etcdctl().run("put", "services/crowd-0/by-hand", "{\"name\":\"crowd-0\"}");
      cluster.etcdctl().run("del", "services/crowd-0/by-hand");
      cluster.admin().compact();
      pause(duration);
      Fleet.await("nobody is ready").until(() -> readyNow() == 0);
    }

    void measureReturn(Duration jitter) {
      double before = calls();
      double last = before;
      double peak = 0;
      long start = System.nanoTime();
      link.heal();
      while (readyNow() < CLIENTS) {
        long sampled = System.nanoTime();
        pause(SAMPLE);
        double now = calls();
        peak = Math.max(peak, (now - last) * 1e9 / (System.nanoTime() - sampled));
        last = now;
        assertThat(System.nanoTime() - start)
            .as("ready within minutes")
            .isLessThan(120_000_000_000L);
      }
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      double each = (calls() - before) / CLIENTS;
      double mean = (calls() - before) * 1e9 / Math.max(jitter.toNanos(), took.toNanos());
      write(each, peak / mean, took);
      assertThat(each).as("calls of a client").isLessThanOrEqualTo(MOST_CALLS);
      assertThat(peak)
          .as("peak of calls a second, mean " + mean)
          .isLessThanOrEqualTo(HIGHEST_PEAK * mean);
    }

    private void write(double calls, double peak, Duration took) {
      String guarantee =
          "%s: %.1f calls a client, the peak %.1f times the mean"
              .formatted(row.guarantee(), calls, peak);
      new Outcome(
              row.id(),
              row.fault(),
              row.sees(),
              guarantee,
              EtcdHome.version(),
              CLIENTS,
              0,
              0,
              0,
              took.toMillis(),
              took.toMillis(),
              0,
              0,
              0)
          .write();
    }

    private double calls() {
      return member.metric("grpc_server_started_total", "grpc_type=\"unary\"");
    }

    private static void pause(Duration duration) {
      try {
        Thread.sleep(duration.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      processes.forEach(JavaProcess::close);
      cluster.close();
    }
  }
}
