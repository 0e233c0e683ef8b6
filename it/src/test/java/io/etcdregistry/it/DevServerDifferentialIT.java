package io.etcdregistry.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.etcdregistry.devserver.DevServer;
import io.etcdregistry.it.harness.EtcdServer;
import io.etcdregistry.it.harness.RequiresEtcd;
import io.etcdregistry.protocol.CompactionRequest;
import io.etcdregistry.protocol.Event;
import io.etcdregistry.protocol.PutRequest;
import io.etcdregistry.protocol.WatchCreateRequest;
import io.etcdregistry.protocol.WatchResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The dev server and a real etcd, asked the same: every answer must be the same. */
@RequiresEtcd
class DevServerDifferentialIT {
  private static final int STEPS = 3000;
  private static final ByteString ZERO = ByteString.copyFrom(new byte[] {0});

  private EtcdServer etcd;
  private DevServer dev;
  private Peer real;
  private Peer ours;

  @BeforeEach
  void start() {
    etcd = EtcdServer.start();
    dev = DevServer.start();
    real = new Peer(etcd.address());
    ours = new Peer(dev.endpoint());
  }

  @AfterEach
  void stop() {
    real.close();
    ours.close();
    dev.close();
    etcd.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void sameRequests_sameAnswersAndWatches(long seed) {
    RandomRequests requests = new RandomRequests(seed);
    long compacted = 0;
    int applied = 0;
    for (int step = 1; step <= STEPS; step++) {
      MessageLite request = requests.next(dev.revision());
      boolean refused = same(request, "seed " + seed + ", step " + step);
      applied += refused ? 0 : 1;
      if (request instanceof CompactionRequest compaction && !refused) {
        compacted = compaction.getRevision();
      }
    }
    assertThat(applied).as("requests that were not refused").isGreaterThan(STEPS / 2);
    same(PutRequest.newBuilder().setKey(ZERO).build(), "the mark that ends the history");
    sameWatches(compacted, dev.revision());
  }

  /** Whether both refused. */
  private boolean same(MessageLite request, String what) {
    Object expected = real.ask(request);
    assertThat(PlainAnswers.of(request, ours.ask(request)))
        .as("%s: %s", what, request)
        .isEqualTo(PlainAnswers.of(request, expected));
    return expected instanceof String;
  }

  /**
   * From a revision that is gone, and from several that are not. Not from the compact revision
   * itself: a deletion there is told by newer versions of etcd only.
   */
  private void sameWatches(long compacted, long last) {
    List<Long> starts = new ArrayList<>(List.of(compacted - 1, compacted + 1, last));
    starts.add((compacted + last) / 2);
    starts.removeIf(start -> start < 1 || start == compacted);
    for (long start : starts) {
      for (WatchCreateRequest request : watches(start)) {
        assertThat(watched(ours, request, compacted, last))
            .as("%s", request)
            .isEqualTo(watched(real, request, compacted, last));
      }
    }
  }

  private static List<WatchCreateRequest> watches(long start) {
    WatchCreateRequest all =
        WatchCreateRequest.newBuilder()
            .setKey(ZERO)
            .setRangeEnd(ZERO)
            .setStartRevision(start)
            .build();
    return List.of(
        all,
        all.toBuilder().setPrevKv(true).setWatchId(77).setFragment(true).build(),
        all.toBuilder().addFilters(WatchCreateRequest.FilterType.NODELETE).build(),
        all.toBuilder().setRangeEnd(ByteString.copyFromUtf8("b/")).build());
  }

  /** What a watch tells, up to the last revision or to its end. */
  private static List<String> watched(
      Peer peer, WatchCreateRequest request, long compacted, long last) {
    List<String> told = new ArrayList<>();
    try (Peer.WatchLine line = peer.watch(request)) {
      told.add(PlainAnswers.text(line.take()));
      if (request.getStartRevision() < compacted) {
        told.add(PlainAnswers.text(line.take()));
        return told;
      }
      long seen = 0;
      while (seen < last) {
        // How the events are spread over answers is open.
        WatchResponse response = line.take();
        assertThat(response.getWatchId()).isEqualTo(request.getWatchId());
        for (Event event : response.getEventsList()) {
          told.add(PlainAnswers.text(event));
          seen = event.getKv().getModRevision();
        }
      }
    }
    return told;
  }
}
