package io.etcdregistry.internal.etcd;

import static io.etcdregistry.internal.etcd.ScriptedEtcd.fail;
import static io.etcdregistry.internal.etcd.ScriptedEtcd.say;
import static io.etcdregistry.internal.etcd.ScriptedNetwork.TIMEOUT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.Listing;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.protocol.KeyValue;
import io.etcdregistry.protocol.RangeRequest;
import io.etcdregistry.protocol.RangeResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lists of many pages: a scripted etcd. */
class PagesTest {
  private static final Status COMPACTED =
      Status.OUT_OF_RANGE.withDescription("etcdserver: mvcc: required revision has been compacted");
  private static final Status TOO_LARGE =
      Status.RESOURCE_EXHAUSTED.withDescription(
          "gRPC message exceeds maximum size 16777216: 20000000");

  private final ScriptedNetwork network = new ScriptedNetwork();
  private final ScriptedEtcd a = network.listen("a", 1);
  private final NavigableMap<String, Integer> sizes = new TreeMap<>();
  private final List<RangeRequest> requests = new ArrayList<>();

  @BeforeEach
  void script() {
    a.range = this::range;
  }

  @AfterEach
  void close() {
    network.close();
  }

  private void range(RangeRequest request, StreamObserver<RangeResponse> answer) {
    requests.add(request);
    RangeResponse.Builder page = RangeResponse.newBuilder().setHeader(a.header());
    String first = request.getKey().toString(ISO_8859_1);
    String end = request.getRangeEnd().toString(ISO_8859_1);
    for (var entry : sizes.subMap(first, end).entrySet()) {
      if (page.getKvsCount() == request.getLimit()) {
        page.setMore(true);
        break;
      }
      page.addKvs(
          KeyValue.newBuilder()
              .setKey(ByteString.copyFrom(entry.getKey(), ISO_8859_1))
              .setValue(ByteString.copyFrom(new byte[entry.getValue()])));
    }
    say(answer, page.build());
  }

  private Listing list() {
    return network.get(network.client("a").list(KeyRange.prefix("k/"), TIMEOUT));
  }

  private void fill(int count, int size) {
    for (int i = 0; i < count; i++) {
      sizes.put("k/%06d".formatted(i), size);
    }
  }

  private List<String> keys(Listing listing) {
    return listing.pairs().stream().map(pair -> pair.key()).toList();
  }

  @Test
  void pages_areAllAtTheRevisionOfTheFirst() {
    fill(20_000, 10);
    Listing listing = list();
    assertThat(keys(listing)).containsExactlyElementsOf(sizes.keySet());
    assertThat(listing.header().revision()).isEqualTo(100);
    assertThat(requests.get(0).getRevision()).isZero();
    assertThat(requests.subList(1, requests.size()))
        .allMatch(request -> request.getRevision() == 100)
        .allMatch(request -> !request.getSerializable());
    assertThat(requests).hasSizeLessThan(6);
  }

  @Test
  void pages_shrinkWithTheSizeOfWhatTheyHold() {
    fill(1_000, 10_000);
    assertThat(list().pairs()).hasSize(1_000);
    assertThat(requests.get(1).getLimit()).isBetween(150L, 210L);
  }

  @Test
  void pagesThatTakeLong_becomeSmaller() {
    fill(1_000, 10_000);
    a.range =
        (request, answer) ->
            network.time.schedule(
                Duration.ofMillis(100 + 2 * request.getLimit()), () -> range(request, answer));
    Listing listing =
        network.get(network.client("a").list(KeyRange.prefix("k/"), TIMEOUT.multipliedBy(4)));
    assertThat(keys(listing)).containsExactlyElementsOf(sizes.keySet());
    assertThat(requests.get(requests.size() - 1).getLimit()).isLessThanOrEqualTo(205);
  }

  @Test
  void pageTooLarge_isAskedForInSmallerPieces() {
    fill(100, 10);
    a.range =
        (request, answer) -> {
          if (request.getLimit() > 8) {
            fail(answer, TOO_LARGE);
          } else {
            range(request, answer);
          }
        };
    assertThat(keys(list())).containsExactlyElementsOf(sizes.keySet());
  }

  @Test
  void pairTooLargeByItself_isToldAsSuch() {
    a.range = (request, answer) -> fail(answer, TOO_LARGE);
    StoreException failure =
        network.failure(network.client("a").list(KeyRange.prefix("k/"), TIMEOUT));
    assertThat(failure.failure()).isEqualTo(Failure.TOO_LARGE);
  }

  @Test
  void compactionBetweenPages_startsOver() {
    fill(2_000, 10);
    a.range =
        (request, answer) -> {
          if (request.getRevision() == 100) {
            a.revision = 200;
            sizes.put("k/000000x", 1); // behind the first page already read
            requests.add(request);
            fail(answer, COMPACTED);
          } else {
            range(request, answer);
          }
        };
    Listing listing = list();
    assertThat(listing.header().revision()).isEqualTo(200);
    assertThat(keys(listing)).containsExactlyElementsOf(sizes.keySet());
  }

  @Test
  void otherClusterBetweenPages_startsOver() {
    fill(2_000, 10);
    a.range =
        (request, answer) -> {
          if (requests.size() == 1) {
            a.cluster = 8;
          }
          range(request, answer);
        };
    Listing listing = list();
    assertThat(listing.header().clusterId()).isEqualTo(8);
    assertThat(keys(listing)).containsExactlyElementsOf(sizes.keySet());
    assertThat(requests.get(2).getRevision()).isZero();
  }

  @Test
  void memberLostBetweenPages_goesOnElsewhere() {
    fill(5_000, 10_000);
    ScriptedEtcd b = network.listen("b", 1);
    b.range = this::range;
    a.range =
        (request, answer) -> {
          if (requests.size() == 3) {
            network.refuse("a", 1);
            fail(answer, Status.UNAVAILABLE);
          } else {
            range(request, answer);
          }
        };
    for (int client = 0; client < 4; client++) {
      requests.clear();
      network.listen("a", 1, a);
      Listing listing = network.get(network.client("a", "b").list(KeyRange.prefix("k/"), TIMEOUT));
      assertThat(keys(listing)).containsExactlyElementsOf(sizes.keySet());
    }
  }
}
