package io.etcdregistry.benchmarks.peers;

import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.Registry;
import io.etcdregistry.benchmarks.RawEtcd;
import io.etcdregistry.protocol.TxnRequest;
import io.etcdregistry.protocol.TxnResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.x.discovery.ServiceDiscovery;

/** Everybody who joins services. */
final class Joiners {
  private static final String SERVICE = "service-";
  private static final int PORT = 8000;

  private Joiners() {}

  /** Has calls made, so many at a time, and waits for all answers: nanoseconds. */
  private static long flood(int count, int underWay, IntFunction<CompletableFuture<?>> call) {
    Semaphore window = new Semaphore(underWay);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    long begun = System.nanoTime();
    for (int i = 0; i < count; i++) {
      window.acquireUninterruptibly();
      call.apply(i)
          .whenComplete(
              (done, cause) -> {
                if (cause != null) {
                  failure.set(cause);
                }
                window.release();
              });
    }
    window.acquireUninterruptibly(underWay);
    long taken = System.nanoTime() - begun;
    Throwable cause = failure.get();
    if (cause != null) {
      throw new IllegalStateException(cause);
    }
    return taken;
  }

  /** This library. */
  static final class Ours implements Joiner {
    static final String NAME = "etcd-registry";

    private static final String PREFIX = "services/ours/";

    private final RawEtcd witness;
    private final Registry registry;

    Ours(String endpoint) {
      witness = new RawEtcd(endpoint);
      registry = Registry.builder().connection(endpoint + "/ours").hostname("127.0.0.1").build();
      base();
    }

    /** One that stays, so that the client has its lease already, as the others have theirs. */
    private void base() {
      registry.join(Instance.named("base").port(PORT));
    }

    @Override
    public String name() {
      return NAME;
    }

    private static Instance.Builder instance(int i) {
      return Instance.named(SERVICE + i).port(PORT + i);
    }

    @Override
    public long join(int count, int underWay) {
      if (underWay > 1) {
        return flood(count, underWay, i -> registry.async().join(instance(i)));
      }
      long begun = System.nanoTime();
      for (int i = 0; i < count; i++) {
        Registration joined = registry.join(instance(i));
        if (joined.state() != Registration.State.JOINED) {
          throw new IllegalStateException("is " + joined.state());
        }
      }
      return System.nanoTime() - begun;
    }

    @Override
    public int found() {
      return witness.leased(PREFIX) - 1;
    }

    @Override
    public void leave() {
      registry.leave();
      base();
    }

    @Override
    public void close() {
      registry.close();
      witness.close();
    }
  }

  /** Etcd v3 by bare gRPC: a guarded transaction each, under one lease. */
  static final class Raw implements Joiner {
    static final String GUARDED = "raw guarded transactions";
    static final String NESTED = "raw nested transactions of 100";

    private static final String PREFIX = "services/raw/";
    private static final int LEASE_SECONDS = 600;

    private final RawEtcd etcd;
    private final int together;
    private final long lease;

    /**
     * A client with a lease.
     *
     * @param together how many joins are in one transaction
     */
    Raw(String endpoint, int together) {
      this.etcd = new RawEtcd(endpoint);
      this.together = together;
      this.lease = etcd.grant(LEASE_SECONDS);
    }

    @Override
    public String name() {
      return together == 1 ? GUARDED : NESTED;
    }

    @Override
    public boolean can(int underWay) {
      return together == 1 || underWay > 64;
    }

    private TxnRequest join(int i) {
      String document = RawEtcd.document(SERVICE + i, PORT + i);
      // As long as the key of a record.
      return RawEtcd.guarded("%s%s%d/%040d".formatted(PREFIX, SERVICE, i, i), document, lease);
    }

    private TxnRequest joins(int batch) {
      return RawEtcd.nested(
          IntStream.range(batch * together, (batch + 1) * together).mapToObj(this::join).toList());
    }

    @Override
    public long join(int count, int underWay) {
      if (together > 1) {
        return flood(count / together, count / together, i -> etcd.txnAsync(joins(i)));
      }
      if (underWay > 1) {
        return flood(count, underWay, i -> etcd.txnAsync(join(i)).thenAccept(Raw::check));
      }
      long begun = System.nanoTime();
      for (int i = 0; i < count; i++) {
        check(etcd.txn(join(i)));
      }
      return System.nanoTime() - begun;
    }

    private static void check(TxnResponse answer) {
      if (!answer.getSucceeded()) {
        throw new IllegalStateException("a key was there");
      }
    }

    @Override
    public int found() {
      return etcd.leased(PREFIX);
    }

    @Override
    public void leave() {
      etcd.deleteAll(PREFIX);
    }

    @Override
    public void close() {
      etcd.close();
    }
  }

  /** Apache Curator, whose calls block: as many threads as joins are under way. */
  static final class Curator implements Joiner {
    private static final int SESSION_MILLIS = 60_000;

    private final CuratorFramework client;
    private final CuratorFramework witness;
    private final ServiceDiscovery<Void> discovery;

    Curator(String endpoint) throws Exception {
      client = ZooKeeper.connect(endpoint, SESSION_MILLIS);
      witness = ZooKeeper.connect(endpoint, SESSION_MILLIS);
      discovery = ZooKeeper.discovery(client);
    }

    @Override
    public String name() {
      return "Curator";
    }

    @Override
    public boolean can(int underWay) {
      return underWay <= 64;
    }

    @Override
    public long join(int count, int underWay) throws Exception {
      if (underWay > 1) {
        ExecutorService threads = Executors.newFixedThreadPool(underWay);
        try {
          return flood(
              count, underWay, i -> CompletableFuture.runAsync(() -> register(i), threads));
        } finally {
          threads.shutdown();
        }
      }
      long begun = System.nanoTime();
      for (int i = 0; i < count; i++) {
        discovery.registerService(ZooKeeper.instance(SERVICE + i, PORT + i));
      }
      return System.nanoTime() - begun;
    }

    private void register(int i) {
      try {
        discovery.registerService(ZooKeeper.instance(SERVICE + i, PORT + i));
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public int found() throws Exception {
      int found = 0;
      for (String service : witness.getChildren().forPath("/services")) {
        found += witness.getChildren().forPath("/services/" + service).size();
      }
      return found;
    }

    @Override
    public void leave() throws Exception {
      List<CompletableFuture<Void>> all = new ArrayList<>();
      ExecutorService threads = Executors.newFixedThreadPool(16);
      for (String service : witness.getChildren().forPath("/services")) {
        int port = PORT + Integer.parseInt(service.substring(SERVICE.length()));
        all.add(CompletableFuture.runAsync(() -> unregister(service, port), threads));
      }
      all.forEach(CompletableFuture::join);
      threads.shutdown();
    }

    private void unregister(String service, int port) {
      try {
        discovery.unregisterService(ZooKeeper.instance(service, port));
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      client.close(); // and with its session the records
      witness.close();
    }
  }

  /** The npm package. */
  static final class Npm implements Joiner {
    private final Driver node;
    private final Driver witness;

    Npm(List<String> command) {
      node = Driver.start(command);
      witness = Driver.start(command);
    }

    @Override
    public String name() {
      return "npm etcd-registry";
    }

    @Override
    public long join(int count, int underWay) {
      return node.number("join-many", count, underWay);
    }

    @Override
    public int found() {
      return (int) witness.number("count", "");
    }

    @Override
    public void leave() {
      node.ask("leave-all");
    }

    @Override
    public void close() {
      node.close();
      witness.close();
    }
  }
}
