package io.etcdregistry.devserver;

import io.etcdregistry.internal.etcd.EtcdConfig;
import io.etcdregistry.internal.etcd.EtcdStore;
import io.etcdregistry.internal.etcd.GrpcAdmin;
import io.etcdregistry.internal.store.Store;
import io.etcdregistry.internal.store.StoreContract;
import io.etcdregistry.internal.time.SystemTime;
import io.etcdregistry.internal.time.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Holds the dev server to the contract that the library's client keeps against a real etcd. */
class DevServerStoreTest extends StoreContract {
  private static final Duration GENEROUS = Duration.ofSeconds(30);

  private final DevServer server = DevServer.builder().manualTime().start();
  private final GrpcAdmin admin = new GrpcAdmin(server.endpoint());
  private final List<Runnable> lent = new ArrayList<>();

  /** A client that tries every call once, so that a slow machine makes no second revision. */
  @Override
  protected Store connect() {
    SystemTime time = new SystemTime();
    ExecutorService executor = Threads.pool("contract", 2);
    lent.add(time::close);
    lent.add(executor::shutdown);
    EtcdConfig config = EtcdConfig.of(EtcdConfig.Seed.at("127.0.0.1", server.port()));
    return EtcdStore.open(
        new EtcdConfig(
            config.seeds(),
            config.tls(),
            config.login(),
            Optional.empty(),
            GENEROUS,
            config.rest()),
        time,
        executor);
  }

  @Override
  protected void release() {
    lent.forEach(Runnable::run);
  }

  @Override
  protected void verifyNothingLeft() {
    try (server;
        admin) {
      await(
          "no stream is left", () -> server.watchStreams() == 0 && server.keepAliveStreams() == 0);
    }
  }

  @Override
  public Admin admin() {
    return admin;
  }

  @Override
  public void passTime(Duration by) {
    server.faults().advance(by);
  }

  @Override
  public void await(String what, BooleanSupplier condition) {
    long begun = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - begun > GENEROUS.toNanos()) {
        throw new AssertionError("in vain: " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }
}
