package io.etcdregistry.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.it.harness.EtcdCluster;
import io.etcdregistry.it.harness.EtcdServer;
import io.etcdregistry.it.harness.Etcdctl;
import io.etcdregistry.it.harness.RequiresEtcd;
import io.etcdregistry.it.harness.TcpProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** The cluster loses its data, or goes back in time: what is wanted is written again. */
@RequiresEtcd
class LostDataIT {
  private static final Duration TTL = Duration.ofSeconds(5);
  private static final Duration BACK = TTL.dividedBy(2).plusSeconds(2).multipliedBy(5);

  @TempDir private Path folder;

  @Row(
      id = "17a",
      fault = "all data is wiped, and the cluster is started anew with the same id",
      sees = "views keep the last known good, then report a reset",
      guarantee = "every record is back within a jitter of half a TTL and 2 s")
  @Test
  void wiped(TestInfo test) {
    try (Scene scene = new Scene(test, EtcdCluster.start(), TTL).begin()) {
      scene.cluster().wipe();
      scene.newEpoch();
      scene.served();
      scene.verify(BACK);
      assertThat(resets(scene)).as("resets that readers were told of").isEqualTo(3);
    }
  }

  @Row(
      id = "17b",
      fault = "all data is wiped and written past the old revision before any client returns",
      sees = "as 17a, though no revision ever went back",
      guarantee = "as 17a; no record of the old data is shown as live")
  @Test
  void wipedAndWrittenPast(TestInfo test) {
    EtcdCluster cluster = EtcdCluster.builder().size(1).proxied(true).start();
    try (Scene scene = new Scene(test, cluster, TTL).begin()) {
      scene.cutOff();
      cluster.proxies().forEach(TcpProxy::refuse);
      long revision = cluster.admin().revision();
      cluster.wipe();
      scene.newEpoch();
      writePast(cluster, revision + 50);
      cluster.proxies().forEach(TcpProxy::heal);
      scene.reunited();
      scene.served();
      scene.verify(BACK);
    }
  }

  /** Writes records that were there before, with other content, and one that was not. */
  private static void writePast(EtcdCluster cluster, long revision) {
    Etcdctl etcdctl = cluster.etcdctl();
    String document = "{\"name\":\"s0\",\"port\":1}";
    while (cluster.admin().revision() <= revision) {
      for (int i = 0; i < 50; i++) {
        etcdctl.run("put", "services/s0/other-" + i % 5, document);
      }
    }
    for (int i = 0; i < 5; i++) {
      etcdctl.run("del", "services/s0/other-" + i);
    }
  }

  @Row(
      id = "17c",
      fault = "the cluster is restored from a snapshot, older than some joins and some leaves",
      sees = "views report a reset",
      guarantee = "what joined since comes back, what left since does not")
  @Test
  void restored(TestInfo test) {
    EtcdCluster cluster = EtcdCluster.start(1, EtcdServer.builder());
    try (Scene scene = new Scene(test, cluster, TTL).begin()) {
      Client owner = scene.fleet().owners().get(1);
      owner.say("join gone id 1 PT5S");
      Fleet.await("joined").until(() -> owner.states().containsKey("services/gone/id"));
      Path snapshot = folder.resolve("snapshot");
      cluster.admin().snapshot(snapshot);
      owner.say("leave gone");
      owner.say("join fresh id 2 PT5S");
      Fleet.await("joined").until(() -> owner.states().containsKey("services/fresh/id"));
      cluster.restore(snapshot);
      scene.newEpoch();
      scene.served();
      scene.pass(TTL);
      scene.verify(BACK);
    }
  }

  private static long resets(Scene scene) {
    Client process = scene.fleet().readers().get(0);
    return IntStream.range(0, process.readers())
        .filter(reader -> process.lastView(reader, "*").orElseThrow().resets() > 0)
        .count();
  }
}
