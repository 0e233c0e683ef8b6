package io.etcdregistry.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.etcd.EtcdClient;
import io.etcdregistry.internal.store.Store;
import io.etcdregistry.internal.store.Write;
import io.etcdregistry.internal.store.Write.Guard;
import io.etcdregistry.it.harness.EtcdServer;
import io.etcdregistry.it.harness.JavaProcess;
import io.etcdregistry.it.harness.RequiresEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** 100,000 instances, some with 10 kB documents, in a reader of 512 MiB. */
@RequiresEtcd
class LargeViewIT {
  private static final int COUNT = 100_000;
  private static final String FILLER = "x".repeat(10_000);

  private final long[] hashes = new long[COUNT];

  @Test
  void largeView_loadsAndResumesOverABacklogOfTenMegabytes() {
    try (EtcdServer etcd = EtcdServer.start();
        EtcdClient store = EtcdClient.patient(etcd.port())) {
      write(store, 0, COUNT, 1);
      try (JavaProcess reader =
          JavaProcess.start(Reader.class, etcd.address() + "?timeout=60s", "big")) {
        reader.await(expected()::equals, expected());
        reader.signal("STOP");
        write(store, 0, 1000, 2); // all of them large: 10 MB in one watch
        reader.signal("CONT");
        reader.await(expected()::equals, expected());
        etcd.kill();
        reader.await(line -> line.endsWith("STALE"), "that it is stale");
        etcd.restart();
        reader.await(expected()::equals, expected());
      }
      assertThat(
              store
                  .list(
                      io.etcdregistry.internal.store.KeyRange.prefix("services/big/"),
                      Duration.ofSeconds(60))
                  .join()
                  .pairs())
          .hasSize(COUNT);
    }
  }

  private void write(EtcdClient store, int from, int to, int version) {
    List<Write> batch = new ArrayList<>();
    int size = 0;
    for (int i = from; i < to; i++) {
      String document =
          String.format(
              "{\"name\":\"big\",\"n\":%d,\"version\":\"%d\",\"filler\":\"%s\"}",
              i, version, i < 1000 ? FILLER : "");
      hashes[i] = document.hashCode();
      Write write = Write.put("services/big/" + i, Guard.ALWAYS, 0, document.getBytes(UTF_8), 0);
      if (batch.size() == Store.MAX_WRITES || size + write.size() > Store.MAX_BYTES) {
        store.commit(batch, Duration.ofSeconds(60)).join();
        batch = new ArrayList<>();
        size = 0;
      }
      batch.add(write);
      size += write.size();
    }
    store.commit(batch, Duration.ofSeconds(60)).join();
  }

  private String expected() {
    long sum = 0;
    for (long hash : hashes) {
      sum += hash;
    }
    return "view " + COUNT + " " + sum + " LIVE";
  }
}
