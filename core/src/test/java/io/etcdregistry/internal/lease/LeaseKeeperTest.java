package io.etcdregistry.internal.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.store.CountedCalls;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.store.FakeCluster;
import io.etcdregistry.internal.store.FakeStore;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.time.SerialExecutor;
import io.etcdregistry.testing.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the leases of one client have in common: a stream, a detector of sleep, a reset. */
final class LeaseKeeperTest {
  private static final Duration TEN = Duration.ofSeconds(10);
  private static final Duration ELEVEN = Duration.ofSeconds(11);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final FakeTime time = new FakeTime();
  private final FakeCluster cluster = new FakeCluster(time);
  private final FakeStore store = cluster.client();
  private final List<String> heard = new ArrayList<>();
  private final CountedCalls calls = new CountedCalls();
  private LeaseKeeper keeper;

  @BeforeEach
  void start() {
    Environment env =
        new Environment(
            calls.of(store),
            time,
            new SerialExecutor(Runnable::run),
            Runnable::run,
            Runnable::run,
            new Random(1)::nextLong,
            Duration.ofSeconds(5));
    keeper = new LeaseKeeper(env, new Log());
  }

  private int streams() {
    return calls.of("keepAlive");
  }

  private final class Log implements LeaseKeeper.Listener {
    @Override
    public void held(long lease) {
      heard.add("held");
    }

    @Override
    public void suspect(long lease) {
      heard.add("suspect");
    }

    @Override
    public void gone(long lease) {
      heard.add("gone");
    }

    @Override
    public void failing(StoreException cause) {
      heard.add("failing");
    }

    @Override
    public void woke() {
      heard.add("woke");
    }
  }

  private void pass(Duration duration) {
    time.advance(duration);
  }

  @Test
  void stream_hangsUnderTwoLeases_isGivenUpOnceForBoth() {
    keeper.want(TEN);
    keeper.want(ELEVEN);
    pass(Duration.ofSeconds(1));
    heard.clear();
    assertThat(streams()).isZero();
    store.link().hangNextStreams(1);
    pass(MINUTE);
    assertThat(streams()).isEqualTo(2);
    assertThat(heard).isEmpty();
  }

  @Test
  void stream_breaksBetweenRenewals_isNotOpenedBeforeTheNext() {
    keeper.want(MINUTE);
    pass(Duration.ofSeconds(30));
    assertThat(streams()).isEqualTo(1);
    for (int i = 0; i < 9; i++) {
      store.link().breakStreams(new StoreException(StoreException.Failure.UNREACHABLE, "broken"));
      pass(Duration.ofSeconds(1));
    }
    assertThat(streams()).isEqualTo(1);
    pass(MINUTE);
    assertThat(streams()).isEqualTo(2);
    assertThat(heard).containsExactly("held");
  }

  @Test
  void sleep_longForTheShortestTtl_isNoticedByWhicheverLooksFirst() {
    keeper.want(MINUTE);
    keeper.want(TEN);
    pass(Duration.ofMillis(19_500)); // the next to look is the longer one, at 20 s
    time.stepWall(Duration.ofSeconds(5));
    pass(Duration.ofMillis(1500));
    assertThat(heard).containsExactly("held", "held", "woke");
  }

  /** The simulation found it: the lease ended while the hung stream was given time once more. */
  @Test
  void clockSetWhileTheStreamHangs_leaseIsKept() {
    store.link().latency(Duration.ofMillis(100));
    keeper.want(TEN);
    pass(Duration.ofSeconds(3));
    store.link().hangStreams();
    pass(Duration.ofSeconds(1));
    time.stepWall(Duration.ofHours(1));
    pass(MINUTE);
    assertThat(heard).doesNotContain("gone");
  }

  @Test
  void askAll_wiped_grantsAnewOnAnotherStream() {
    keeper.want(TEN);
    pass(Duration.ofSeconds(5));
    long before = keeper.lease(TEN).orElseThrow();
    cluster.wipe();
    keeper.askAll();
    pass(TEN);
    assertThat(keeper.lease(TEN).orElseThrow()).isNotEqualTo(before);
    assertThat(keeper.ours(before)).isTrue();
    assertThat(heard).containsExactly("held", "gone", "held");
    assertThat(streams()).isEqualTo(2);
  }

  /** Its keys would be gone for nothing, and late puts could still land under it. */
  @Test
  void askAll_restoredWithTheLease_keepsIt() {
    keeper.want(TEN);
    pass(Duration.ofSeconds(5));
    long before = keeper.lease(TEN).orElseThrow();
    cluster.restore(cluster.snapshot(), true);
    keeper.askAll();
    pass(Duration.ofSeconds(30));
    assertThat(keeper.lease(TEN)).hasValue(before);
    assertThat(heard).containsExactly("held");
  }

  @Test
  void release_whileTheGrantIsUnderWay_leavesNoLease() {
    store.link().latency(Duration.ofMillis(100));
    keeper.want(TEN);
    keeper.release(TEN);
    pass(Duration.ofSeconds(1));
    assertThat(cluster.leases()).isEmpty();
    assertThat(keeper.whenRevoked()).isCompleted();
    assertThat(heard).containsExactly("gone");
  }

  @Test
  void replace_keepsTheOldLeaseUntilItIsRetired() {
    long old = granted();
    keeper.replace(old);
    keeper.replace(old); // is under way
    assertThat(keeper.lease(TEN)).as("until the other is held").hasValue(old);
    pass(MINUTE);
    assertThat(keeper.lease(TEN)).isPresent().isNotEqualTo(OptionalLong.of(old));
    assertThat(keeper.retiring()).containsExactly(old);
    assertThat(cluster.leases()).hasSize(2).contains(old);
    keeper.retire(old);
    pass(MINUTE);
    assertThat(keeper.retiring()).isEmpty();
    assertThat(cluster.leases()).hasSize(1).doesNotContain(old);
    assertThat(heard).containsExactly("held", "held", "gone");
  }

  @Test
  void replace_whatIsRetiringIsLost_isNotGrantedAgain() {
    long old = granted();
    keeper.replace(old);
    pass(Duration.ofSeconds(1));
    cluster.revoke(old);
    pass(MINUTE);
    assertThat(keeper.retiring()).isEmpty();
    assertThat(cluster.leases()).hasSize(1);
    assertThat(heard).containsExactly("held", "held", "gone");
  }

  @Test
  void replace_theLeaseIsLostFirst_grantsOneOnly() {
    long old = granted();
    store.link().latency(Duration.ofSeconds(1));
    keeper.replace(old);
    keeper.missing(old);
    pass(MINUTE);
    assertThat(keeper.retiring()).isEmpty();
    assertThat(cluster.leases()).hasSize(1).doesNotContain(old);
  }

  @Test
  void replace_nobodyWantsItAnyMore_leavesNoLease() {
    store.link().latency(Duration.ofMillis(100));
    keeper.replace(granted());
    pass(Duration.ofMillis(10)); // the grant is under way
    keeper.release(TEN);
    pass(MINUTE);
    assertThat(cluster.leases()).isEmpty();
    assertThat(keeper.whenRevoked()).isCompleted();
  }

  @Test
  void replace_theTtlIsRaisedMeanwhile_movesWithIt() {
    long old = granted();
    cluster.minTtl(MINUTE);
    keeper.replace(old);
    pass(Duration.ofSeconds(1));
    assertThat(keeper.effective(TEN)).isEqualTo(MINUTE);
    assertThat(keeper.lease(TEN)).isPresent().isNotEqualTo(OptionalLong.of(old));
    keeper.retire(old);
    keeper.release(TEN);
    pass(MINUTE);
    assertThat(cluster.leases()).isEmpty();
  }

  @Test
  void close_whileOneIsReplaced_givesBothBack() {
    long old = granted();
    keeper.replace(old);
    pass(Duration.ofSeconds(1));
    keeper.close();
    pass(Duration.ofSeconds(1));
    assertThat(cluster.leases()).isEmpty();
    assertThat(keeper.whenRevoked()).isCompleted();
  }

  private long granted() {
    keeper.want(TEN);
    pass(Duration.ofSeconds(1));
    return keeper.lease(TEN).orElseThrow();
  }
}
