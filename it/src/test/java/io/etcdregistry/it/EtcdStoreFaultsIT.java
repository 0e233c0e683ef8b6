package io.etcdregistry.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.etcd.EtcdClient;
import io.etcdregistry.internal.store.Commit;
import io.etcdregistry.internal.store.KeepAliveLog;
import io.etcdregistry.internal.store.KeepAliveStream;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.internal.store.WatchLog;
import io.etcdregistry.internal.store.WatchStream;
import io.etcdregistry.internal.store.Write;
import io.etcdregistry.internal.store.Write.Guard;
import io.etcdregistry.it.harness.EtcdCluster;
import io.etcdregistry.it.harness.EtcdServer;
import io.etcdregistry.it.harness.RequiresEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client on three members, some of which are dead or hung. Other tests measure how long. */
@RequiresEtcd
class EtcdStoreFaultsIT {
  /** Generous: a call that fails in five times the default has not been carried elsewhere. */
  private static final Duration TIMEOUT = Duration.ofSeconds(25);

  private static final Duration SHORT = Duration.ofSeconds(3);
  private static final KeyRange RANGE = KeyRange.prefix("it/");

  private final List<EtcdClient> clients = new ArrayList<>();
  private EtcdCluster cluster;
  private EtcdServer leader;
  private List<EtcdServer> followers;

  @BeforeEach
  void start() {
    cluster = EtcdCluster.start();
    leader = cluster.leader();
    followers = cluster.members().stream().filter(member -> member != leader).toList();
  }

  @AfterEach
  void stop() {
    clients.forEach(EtcdClient::close);
    cluster.close();
  }

  private EtcdClient client(int... ports) {
    EtcdClient client = new EtcdClient(EtcdClient.config(ports).withRefresh(Optional.empty()));
    clients.add(client);
    return client;
  }

  /** Several clients, which begin at different members. */
  private List<EtcdClient> several() {
    int[] all = cluster.ports();
    return List.of(client(all), client(all), client(all), client(all), client(all));
  }

  private static Write write(String key) {
    return Write.put("it/" + key, Guard.ALWAYS, 0, new byte[] {1}, 0);
  }

  private static Commit put(EtcdClient client, String key) {
    return client.commit(List.of(write(key)), TIMEOUT).join();
  }

  private static StoreException failure(CompletableFuture<?> call) {
    try {
      throw new AssertionError("succeeded with " + call.join());
    } catch (CompletionException e) {
      return StoreException.of(e);
    }
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(60));
  }

  @Test
  void follower_paused_noCallFails() {
    List<EtcdClient> early = several();
    early.forEach(client -> put(client, "before"));
    followers.get(0).pause();
    early.forEach(client -> put(client, "during"));
    several().forEach(client -> put(client, "paused from the start"));
  }

  @Test
  void leader_paused_noCallFails() {
    List<EtcdClient> early = several();
    early.forEach(client -> put(client, "before"));
    leader.pause();
    early.forEach(client -> put(client, "during"));
  }

  @Test
  void leader_killed_noCallFails() {
    List<EtcdClient> early = several();
    early.forEach(client -> put(client, "before"));
    leader.kill();
    early.forEach(client -> put(client, "during"));
  }

  @Test
  void members_restartedInTurn_noCallFails() {
    List<EtcdClient> early = several();
    early.forEach(client -> put(client, "before"));
    for (EtcdServer member : cluster.members()) {
      member.restart();
      early.forEach(client -> put(client, "after " + member.port()));
    }
  }

  @Test
  void quorum_lost_isToldAsSuch_andComesBack() {
    EtcdClient client = client(leader.port());
    put(client, "before");
    followers.forEach(EtcdServer::kill);
    await().until(() -> failure(client.list(RANGE, SHORT)).failure() == Failure.NO_LEADER);
    StoreException refused = failure(client.commit(List.of(write("lost")), SHORT));
    assertThat(refused.failure()).isEqualTo(Failure.NO_LEADER);
    assertThat(refused.mayApply()).isFalse();
    followers.forEach(EtcdServer::launch);
    put(client, "after");
  }

  @Test
  void allMembers_killed_isUnreachable_andComesBack() {
    EtcdClient client = several().get(0);
    put(client, "before");
    cluster.members().forEach(EtcdServer::kill);
    StoreException failure = failure(client.list(RANGE, SHORT));
    assertThat(failure.failure()).isEqualTo(Failure.UNREACHABLE);
    for (EtcdServer member : cluster.members()) {
      assertThat(failure).hasMessageContaining(member.address() + ": connection refused");
    }
    cluster.members().forEach(EtcdServer::launch);
    await().until(() -> client.list(RANGE, SHORT).handle((listing, e) -> e == null).join());
  }

  @Test
  void onlyEndpoint_paused_timesOut_andAnswersOnceResumed() {
    EtcdServer only = followers.get(0);
    EtcdClient client = client(only.port());
    put(client, "before");
    only.pause();
    StoreException failure = failure(client.commit(List.of(write("late")), SHORT));
    assertThat(failure.failure()).isEqualTo(Failure.TIMED_OUT);
    assertThat(failure.mayApply()).isTrue();
    assertThat(failure).hasMessageContaining(only.address() + ": no answer for 3.0 s");
    only.resume();
    put(client, "after");
  }

  @Test
  void streams_onAPausedMember_areSilent_andGoElsewhereWhenClosedForIt() {
    long lease = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
    client(leader.port()).grant(lease, Duration.ofMinutes(5), TIMEOUT).join();
    followers.get(0).pause();
    for (EtcdClient client : several()) {
      await().pollInterval(Duration.ofMillis(10)).until(() -> renews(client, lease));
      await().pollInterval(Duration.ofMillis(10)).until(() -> watches(client));
    }
  }

  private static boolean renews(EtcdClient client, long lease) {
    KeepAliveLog log = new KeepAliveLog();
    KeepAliveStream stream = client.keepAlive(log);
    stream.renew(lease);
    boolean heard = within(SHORT, () -> !log.renewed(lease).isEmpty());
    stream.close(!heard);
    return heard;
  }

  private static boolean watches(EtcdClient client) {
    WatchLog log = new WatchLog();
    WatchStream stream = client.watch(log);
    stream.create(1, RANGE, 0);
    boolean heard = within(SHORT, () -> log.created(1).isPresent());
    stream.close(!heard);
    return heard;
  }

  private static boolean within(Duration limit, Callable<Boolean> condition) {
    try {
      Awaitility.await().atMost(limit).until(condition);
      return true;
    } catch (ConditionTimeoutException silent) {
      return false;
    }
  }

  @Test
  void members_areFound_soThatTheSeedMayDie() {
    EtcdClient client = EtcdClient.of(leader.port());
    clients.add(client);
    put(client, "before");
    await().until(() -> client.endpoints().size() == 3);
    leader.kill();
    put(client, "after");
  }
}
