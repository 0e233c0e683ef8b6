package io.etcdregistry.internal.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.store.Store;
import io.etcdregistry.internal.store.StoreContract;
import io.etcdregistry.internal.time.SystemTime;
import io.etcdregistry.internal.time.Threads;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.function.BooleanSupplier;

/**
 * Holds {@link EtcdStore} to the contract, in front of whatever speaks etcd's protocol on a port of
 * this machine. Time is real: a subclass says where the port is and how to let time pass.
 */
public abstract class EtcdStoreContract extends StoreContract {
  private static final Duration GENEROUS = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(5);

  private final SystemTime time = new SystemTime();
  private final ExecutorService executor = Threads.pool("contract", 2);
  private final GrpcAdmin admin = new GrpcAdmin("127.0.0.1:" + port());

  /** The port that is spoken to. */
  protected abstract int port();

  @Override
  protected final Store connect() {
    return EtcdStore.open(EtcdConfig.of(EtcdConfig.Seed.at("127.0.0.1", port())), time, executor);
  }

  @Override
  public final Admin admin() {
    return admin;
  }

  @Override
  public final void await(String what, BooleanSupplier condition) {
    long deadline = time.nanoTime() + GENEROUS.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(time.nanoTime()).as(what).isLessThan(deadline);
      passTime(LOOK);
    }
  }

  @Override
  protected final void release() {
    admin.close();
    executor.shutdown();
    time.close();
  }

  @Override
  protected void verifyNothingLeft() {}
}
