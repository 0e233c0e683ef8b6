package io.etcdregistry.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.it.harness.EtcdCluster;
import io.etcdregistry.it.harness.EtcdServer;
import io.etcdregistry.it.harness.RequiresEtcd;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** One member of three in trouble: nobody notices. */
@RequiresEtcd
class MemberFaultsIT {
  private static final Duration TTL = Duration.ofSeconds(5);

  private static Scene scene(TestInfo test) {
    return new Scene(test, EtcdCluster.start(), TTL);
  }

  @Row(
      id = "1a",
      fault = "a follower is killed (SIGKILL) and comes back after 10 s",
      sees = "nothing; a call under way moves to another member",
      guarantee = "no record is absent, no call fails")
  @Test
  void followerKilled(TestInfo test) {
    try (Scene scene = scene(test)) {
      scene.begin();
      EtcdServer follower = scene.others(scene.cluster().leader()).get(0);
      follower.kill();
      scene.pass(Duration.ofSeconds(10));
      follower.restart();
      scene.served();
      Outcome outcome = scene.verify(Duration.ZERO);
      assertThat(outcome.failedCalls()).isZero();
    }
  }
}
