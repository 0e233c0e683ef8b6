package io.etcdregistry.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.Registry;
import io.etcdregistry.it.harness.EtcdServer;
import io.etcdregistry.it.harness.RequiresEtcd;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a client costs etcd. */
@RequiresEtcd
class CostIT {
  private static final String PROPOSALS = "etcd_server_proposals_committed_total";

  @Test
  void thousandServices_costOneLeaseOneWatchStreamAndNoProposals() throws Exception {
    try (EtcdServer etcd = EtcdServer.start();
        EtcdServer unused = EtcdServer.start()) {
      try (Registry registry = Registry.connect(etcd.address() + "?timeout=60s")) {
        List<CompletableFuture<Registration>> joining = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
          joining.add(registry.async().join(Instance.named("service-" + i).port(8080)));
        }
        joining.forEach(CompletableFuture::join);
        assertThat(etcd.etcdctl().run("get", "--prefix", "services/", "--keys-only").lines())
            .filteredOn(line -> !line.isEmpty())
            .hasSize(1000);
        assertThat(etcd.etcdctl().run("lease", "list")).startsWith("found 1 leases");
        assertThat(etcd.metric("etcd_debugging_mvcc_watch_stream_total")).isEqualTo(1);
        double before = etcd.metric(PROPOSALS);
        double beforeUnused = unused.metric(PROPOSALS);
        Thread.sleep(60_000);
        assertThat(etcd.metric(PROPOSALS) - before)
            .as("proposals in a minute with 1,000 services, and in the same without any")
            .isLessThanOrEqualTo(unused.metric(PROPOSALS) - beforeUnused);
      }
      assertThat(etcd.etcdctl().run("get", "--prefix", "services/")).isEmpty();
      assertThat(etcd.metric("etcd_debugging_mvcc_watch_stream_total")).isZero();
    }
  }
}
