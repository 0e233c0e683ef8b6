package io.etcdregistry.devserver;

import io.etcdregistry.Registry;
import io.etcdregistry.RegistryContract;
import io.etcdregistry.internal.etcd.EtcdConfig;
import io.etcdregistry.internal.etcd.EtcdStore;
import io.etcdregistry.internal.etcd.GrpcAdmin;
import io.etcdregistry.internal.store.Store;
import io.etcdregistry.internal.time.SystemTime;
import io.etcdregistry.internal.time.Threads;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Holds the registry to its contract on the dev server, as programs under development use it. */
class DevServerRegistryTest extends RegistryContract {
  private static final Duration GENEROUS = Duration.ofSeconds(30);

  private final DevServer server = DevServer.start();
  private final GrpcAdmin admin = new GrpcAdmin(server.endpoint());
  private final SystemTime time = new SystemTime();
  private final ExecutorService executor = Threads.pool("contract", 2);

  @Override
  protected Registry open(String place) {
    return Registry.connect(server.endpoint() + place);
  }

  @Override
  protected Store connect() {
    EtcdConfig config = EtcdConfig.of(EtcdConfig.Seed.at("127.0.0.1", server.port()));
    return EtcdStore.open(config, time, executor);
  }

  @Override
  protected void release() {
    executor.shutdown();
    time.close();
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
    long until = System.nanoTime() + by.toNanos();
    await(by + " passed", () -> System.nanoTime() >= until);
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
