package io.etcdregistry.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.testing.FakeTime;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Holds the fake to the contract. */
class FakeStoreTest extends StoreContract {
  private static final Duration GENEROUS = Duration.ofMinutes(1);

  private final FakeTime time = new FakeTime();
  private final FakeCluster cluster = new FakeCluster(time);

  @Override
  public Store connect() {
    return cluster.client();
  }

  @Override
  public void verifyNothingLeft() {
    time.run();
    assertThat(cluster.openStreams()).isZero();
    assertThat(cluster.openWatches()).isZero();
  }

  @Override
  public void passTime(Duration by) {
    time.advance(by);
  }

  @Override
  public void await(String what, BooleanSupplier condition) {
    assertThat(time.advanceUntil(condition, GENEROUS)).as(what).isTrue();
  }

  @Override
  public Admin admin() {
    return cluster.admin();
  }
}
