package io.etcdregistry.devserver;

import static io.etcdregistry.devserver.TestClient.ZERO;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.etcdregistry.devserver.TestClient.WatchCall;
import io.etcdregistry.protocol.DeleteRangeRequest;
import io.etcdregistry.protocol.Event;
import io.etcdregistry.protocol.KeyValue;
import io.etcdregistry.protocol.PutRequest;
import io.etcdregistry.protocol.RangeRequest;
import io.etcdregistry.protocol.RequestOp;
import io.etcdregistry.protocol.TxnRequest;
import io.etcdregistry.protocol.WatchCreateRequest;
import io.etcdregistry.protocol.WatchProgressRequest;
import io.etcdregistry.protocol.WatchRequest;
import io.etcdregistry.protocol.WatchResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many at once: whoever watches ends with what the store holds, and missed nothing on the way. */
class ConcurrencyTest {
  private static final int WRITERS = 4;
  private static final int WRITES = 500;
  private static final int REPLICAS = 40;

  private final DevServer server = DevServer.start();
  private final TestClient client = new TestClient(server);

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void watchers_joiningAtAnyTime_allEndWithWhatTheStoreHolds() {
    List<CompletableFuture<Void>> writers =
        IntStream.range(0, WRITERS)
            .mapToObj(seed -> CompletableFuture.runAsync(() -> write(new Random(seed))))
            .toList();
    List<Replica> replicas = new ArrayList<>();
    for (int i = 0; i < REPLICAS; i++) {
      replicas.add(new Replica(client, i));
      replicas.forEach(Replica::readSome);
    }
    writers.forEach(CompletableFuture::join);
    long last = client.put("the end", "");
    Map<ByteString, KeyValue> held = new TreeMap<>(ByteString.unsignedLexicographicalComparator());
    client
        .kv()
        .range(RangeRequest.newBuilder().setKey(ZERO).setRangeEnd(ZERO).build())
        .getKvsList()
        .forEach(row -> held.put(row.getKey(), row));
    for (Replica replica : replicas) {
      replica.readUpTo(last);
      assertThat(replica.rows).isEqualTo(held);
      assertThat(replica.watched.takeProgress()).isEqualTo(last);
    }
  }

  private void write(Random random) {
    for (int i = 0; i < WRITES; i++) {
      TxnRequest.Builder txn = TxnRequest.newBuilder();
      int first = random.nextInt(50);
      for (int key = first; key < first + 1 + random.nextInt(3); key++) {
        ByteString name = TestClient.bytes("key-" + key);
        if (random.nextInt(3) == 0) {
          txn.addSuccess(
              RequestOp.newBuilder()
                  .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(name)));
        } else {
          txn.addSuccess(
              RequestOp.newBuilder()
                  .setRequestPut(PutRequest.newBuilder().setKey(name).setValue(name)));
        }
      }
      client.kv().txn(txn.build());
    }
  }

  /** A copy of the store: a list, and a watch from there. */
  private static final class Replica {
    private final Map<ByteString, KeyValue> rows =
        new TreeMap<>(ByteString.unsignedLexicographicalComparator());
    private final Watched watched;
    private long seen;

    /** Starts from an empty store, from now, or from a random revision in between. */
    Replica(TestClient client, int number) {
      RangeRequest.Builder all = RangeRequest.newBuilder().setKey(ZERO).setRangeEnd(ZERO);
      long present = client.kv().range(all.build()).getHeader().getRevision();
      long from = number % 3 == 0 ? 1 : new Random(number).nextLong(1, present + 1);
      client
          .kv()
          .range(all.setRevision(from).build())
          .getKvsList()
          .forEach(row -> rows.put(row.getKey(), row));
      seen = from;
      watched = new Watched(client.watch(), from + 1);
    }

    void readSome() {
      if (!watched.call.nothingTold()) {
        apply(watched.take());
      }
    }

    void readUpTo(long revision) {
      while (seen < revision) {
        apply(watched.take());
      }
    }

    private void apply(WatchResponse response) {
      for (Event event : response.getEventsList()) {
        KeyValue row = event.getKv();
        assertThat(row.getModRevision()).isGreaterThanOrEqualTo(seen);
        seen = row.getModRevision();
        KeyValue before =
            event.getType() == Event.EventType.DELETE
                ? rows.remove(row.getKey())
                : rows.put(row.getKey(), row);
        assertThat(event.hasPrevKv() ? event.getPrevKv() : null).isEqualTo(before);
      }
      assertThat(response.getHeader().getRevision()).isGreaterThanOrEqualTo(seen);
    }
  }

  private record Watched(WatchCall call, long from) {
    Watched {
      call.send(
          WatchRequest.newBuilder()
              .setCreateRequest(
                  WatchCreateRequest.newBuilder()
                      .setKey(ZERO)
                      .setRangeEnd(ZERO)
                      .setPrevKv(true)
                      .setFragment(true)
                      .setStartRevision(from)));
      assertThat(call.take().getCreated()).isTrue();
    }

    WatchResponse take() {
      return call.take();
    }

    long takeProgress() {
      call.send(
          WatchRequest.newBuilder().setProgressRequest(WatchProgressRequest.getDefaultInstance()));
      return call.take().getHeader().getRevision();
    }
  }
}
