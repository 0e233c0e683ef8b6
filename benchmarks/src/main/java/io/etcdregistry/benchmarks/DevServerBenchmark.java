package io.etcdregistry.benchmarks;

import com.google.protobuf.ByteString;
import com.sun.management.OperatingSystemMXBean;
import io.etcdregistry.devserver.DevServer;
import io.etcdregistry.protocol.KVGrpc;
import io.etcdregistry.protocol.LeaseGrantRequest;
import io.etcdregistry.protocol.LeaseGrpc;
import io.etcdregistry.protocol.PutRequest;
import io.etcdregistry.protocol.RangeRequest;
import io.etcdregistry.protocol.WatchCreateRequest;
import io.etcdregistry.protocol.WatchGrpc;
import io.etcdregistry.protocol.WatchRequest;
import io.etcdregistry.protocol.WatchResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Measures the development server: how soon it answers, how much it does beside a real etcd with
 * its data in memory, for the same client, how soon a change reaches many watches, and what leases
 * cost. Rounds take turns, so that a machine that slows down slows both.
 *
 * <p>Arguments: the home of an etcd, and how many rounds (5 unless said otherwise).
 */
public final class DevServerBenchmark {
  private static final int CALLS = 10_000;
  private static final int STARTS = 30;
  private static final int ETCD_STARTS = 5;
  private static final int LEASES = 10_000;
  private static final String WATCHED = "orders";
  private static final int STREAMS = 1000;
  private static final int CHANGES = 20;
  private static final int IDLE_SECONDS = 10;

  private DevServerBenchmark() {}

  /** Runs it and prints a table. */
  public static void main(String[] args) throws Exception {
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
    Path home = Path.of(args[0]);
    starts();
    startOfEtcd(home);
    compare(home, rounds);
    fanout(home, rounds);
    leases();
  }

  private static void starts() {
    long[] micros = new long[STARTS];
    for (int i = 0; i < STARTS; i++) {
      long begun = System.nanoTime();
      try (DevServer server = DevServer.start()) {
        ManagedChannel channel = channel(server.endpoint());
        if (KVGrpc.newBlockingStub(channel).range(aKey()).getCount() != 0) {
          throw new IllegalStateException("a fresh server holds a key");
        }
        micros[i] = (System.nanoTime() - begun) / 1000;
        channel.shutdownNow();
      }
    }
    long first = micros[0];
    Arrays.sort(micros);
    say(
        "start to first answer: first in this JVM %.0f ms, median of %d %.1f ms, worst later %.1f ms",
        first / 1e3, STARTS, micros[STARTS / 2] / 1e3, micros[STARTS - 2] / 1e3);
  }

  private static void startOfEtcd(Path home) throws Exception {
    double[] millis = new double[ETCD_STARTS];
    for (int i = 0; i < millis.length; i++) {
      long begun = System.nanoTime();
      try (RealEtcd etcd = RealEtcd.start(home)) {
        while (!answers(etcd.endpoint())) {
          TimeUnit.MILLISECONDS.sleep(2);
        }
        millis[i] = (System.nanoTime() - begun) / 1e6;
      }
    }
    say("start of etcd to first answer: median of %d %.0f ms", millis.length, median(millis));
  }

  /** Whether it does yet; by a new channel, as one that was refused waits for a second. */
  private static boolean answers(String endpoint) {
    ManagedChannel channel = channel(endpoint);
    try {
      if (KVGrpc.newBlockingStub(channel).range(aKey()).getCount() != 0) {
        throw new IllegalStateException("a fresh server holds a key");
      }
      return true;
    } catch (StatusRuntimeException notYet) {
      return false;
    } finally {
      channel.shutdownNow();
    }
  }

  /** One change that a thousand streams watch, until the last of them is told. */
  private static void fanout(Path etcdHome, int rounds) throws Exception {
    Watchers.Kind kind = new Watchers.Kind(1, 100);
    try (DevServer dev = DevServer.start();
        RealEtcd etcd = RealEtcd.start(etcdHome);
        RawFleet toDev = new RawFleet(dev.endpoint());
        RawFleet toEtcd = new RawFleet(etcd.endpoint());
        Watchers ofDev = new Watchers(dev.endpoint(), WATCHED, STREAMS, kind);
        Watchers ofEtcd = new Watchers(etcd.endpoint(), WATCHED, STREAMS, kind)) {
      List<Double> onDev = new ArrayList<>();
      List<Double> onEtcd = new ArrayList<>();
      List<Double> ratios = new ArrayList<>();
      for (int round = 0; round <= rounds; round++) {
        double ofOurs = changes(toDev, ofDev);
        double ofTheirs = changes(toEtcd, ofEtcd);
        if (round > 0) { // the first warms up
          onDev.add(ofOurs);
          onEtcd.add(ofTheirs);
          ratios.add(ofTheirs / ofOurs);
        }
      }
      say(
          "fan-out of a change to %d watches: dev server %s ms, etcd %s ms, ratio %s",
          STREAMS,
          Rounds.of(onDev).shown("%.1f"),
          Rounds.of(onEtcd).shown("%.1f"),
          Rounds.of(ratios).shown("%.2f"));
    }
  }

  /** Milliseconds a change, the median of some. */
  private static double changes(RawFleet writer, Watchers watchers) throws InterruptedException {
    double[] millis = new double[CHANGES];
    for (int i = 0; i < CHANGES; i++) {
      long begun = System.nanoTime();
      writer.put(WATCHED, 0, 1024 + i);
      Watchers.await(watchers.told(), STREAMS);
      millis[i] = (System.nanoTime() - begun) / 1e6;
    }
    return median(millis);
  }

  private static void compare(Path etcdHome, int rounds) {
    try (DevServer dev = DevServer.start();
        RealEtcd etcd = RealEtcd.start(etcdHome);
        DevServerLoad onDev = new DevServerLoad(dev.endpoint());
        DevServerLoad onEtcd = new DevServerLoad(etcd.endpoint())) {
      onDev.prepare();
      onEtcd.prepare();
      Map<DevServerLoad.Kind, List<double[]>> measured = new EnumMap<>(DevServerLoad.Kind.class);
      // The first round warms up, and is not counted.
      for (int round = 0; round <= rounds; round++) {
        for (DevServerLoad.Kind kind : DevServerLoad.Kind.values()) {
          double[] both = {onDev.run(kind, CALLS), onEtcd.run(kind, CALLS)};
          if (round > 0) {
            measured.computeIfAbsent(kind, k -> new ArrayList<>()).add(both);
          }
        }
      }
      measured.forEach(DevServerBenchmark::report);
    }
  }

  private static void report(DevServerLoad.Kind kind, List<double[]> rounds) {
    say(
        "%-5s dev server %6.0f/s, etcd %6.0f/s, ratio %.2f (medians of %d rounds; ratios %.2f to %.2f)",
        kind.name().toLowerCase(Locale.ROOT),
        median(rounds.stream().mapToDouble(both -> both[0]).toArray()),
        median(rounds.stream().mapToDouble(both -> both[1]).toArray()),
        median(rounds.stream().mapToDouble(both -> both[0] / both[1]).toArray()),
        rounds.size(),
        rounds.stream().mapToDouble(both -> both[0] / both[1]).min().orElseThrow(),
        rounds.stream().mapToDouble(both -> both[0] / both[1]).max().orElseThrow());
  }

  private static void leases() throws InterruptedException {
    try (DevServer dev = DevServer.start()) {
      ManagedChannel channel = channel(dev.endpoint());
      LeaseGrpc.LeaseBlockingStub leases = LeaseGrpc.newBlockingStub(channel);
      for (int id = 1; id <= LEASES; id++) {
        grant(leases, id, 3600);
      }
      OperatingSystemMXBean system =
          (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      long before = system.getProcessCpuTime();
      TimeUnit.SECONDS.sleep(IDLE_SECONDS);
      say(
          "%d leases, idle: %.2f %% of a core",
          LEASES, (system.getProcessCpuTime() - before) / 1e7 / IDLE_SECONDS);
      expiry(channel, leases);
      channel.shutdownNow();
    }
  }

  private static void expiry(ManagedChannel channel, LeaseGrpc.LeaseBlockingStub leases)
      throws InterruptedException {
    int ttl = 10;
    Late late = new Late(LEASES);
    WatchGrpc.newStub(channel)
        .watch(late)
        .onNext(
            WatchRequest.newBuilder()
                .setCreateRequest(
                    WatchCreateRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8("lease-"))
                        .setRangeEnd(ByteString.copyFromUtf8("lease."))
                        .addFilters(WatchCreateRequest.FilterType.NOPUT))
                .build());
    late.created.await();
    KVGrpc.KVBlockingStub kv = KVGrpc.newBlockingStub(channel);
    for (int i = 0; i < LEASES; i++) {
      int id = LEASES + 1 + i;
      grant(leases, id, ttl);
      late.due[i] = System.nanoTime() + TimeUnit.SECONDS.toNanos(ttl);
      ByteString key = ByteString.copyFromUtf8("lease-" + i);
      if (kv.put(PutRequest.newBuilder().setKey(key).setLease(id).build()).hasPrevKv()) {
        throw new IllegalStateException("a key was there");
      }
    }
    late.gone.await();
    Arrays.sort(late.millis);
    say(
        "%d leases that end: told after their time by %.1f ms in the median, %.1f ms at the most",
        LEASES, late.millis[LEASES / 2], late.millis[LEASES - 1]);
  }

  /** How long after their time leases are told to have ended. */
  private static final class Late implements StreamObserver<WatchResponse> {
    private final long[] due;
    private final double[] millis;
    private final CountDownLatch created = new CountDownLatch(1);
    private final CountDownLatch gone;

    private Late(int leases) {
      due = new long[leases];
      millis = new double[leases];
      gone = new CountDownLatch(leases);
    }

    @Override
    public void onNext(WatchResponse response) {
      created.countDown();
      long now = System.nanoTime();
      response
          .getEventsList()
          .forEach(
              event -> {
                String key = event.getKv().getKey().toStringUtf8();
                int i = Integer.parseInt(key.substring("lease-".length()));
                millis[i] = (now - due[i]) / 1e6;
                gone.countDown();
              });
    }

    @Override
    public void onError(Throwable cause) {}

    @Override
    public void onCompleted() {}
  }

  private static void grant(LeaseGrpc.LeaseBlockingStub leases, long id, long ttl) {
    long granted =
        leases.leaseGrant(LeaseGrantRequest.newBuilder().setID(id).setTTL(ttl).build()).getTTL();
    if (granted != ttl) {
      throw new IllegalStateException("granted " + granted + " s for " + ttl);
    }
  }

  private static RangeRequest aKey() {
    return RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8("a")).build();
  }

  private static ManagedChannel channel(String endpoint) {
    return Grpc.newChannelBuilder(endpoint, InsecureChannelCredentials.create()).build();
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private static void say(String format, Object... arguments) {
    System.out.println(String.format(Locale.ROOT, format, arguments));
  }
}
