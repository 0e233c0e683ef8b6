package io.etcdregistry.internal.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.etcdregistry.internal.store.Header;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.Store;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.internal.store.WatchLog;
import io.etcdregistry.internal.store.WatchStream;
import io.etcdregistry.protocol.Event;
import io.etcdregistry.protocol.KeyValue;
import io.etcdregistry.protocol.ResponseHeader;
import io.etcdregistry.protocol.WatchRequest;
import io.etcdregistry.protocol.WatchResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The watch stream against etcd's gRPC proxy, which numbers watches itself. */
class WatchesOfProxyTest {
  private static final KeyRange RANGE = KeyRange.prefix("k/");
  private static final KeyRange OTHER = KeyRange.prefix("o/");

  private final ScriptedNetwork network = new ScriptedNetwork();
  private final ScriptedEtcd proxy = network.listen("proxy", 1);
  private final Store store = network.client("proxy");
  private final WatchLog log = new WatchLog();
  private final WatchStream stream = store.watch(log);

  @BeforeEach
  void open() {
    stream.create(1, RANGE, 5);
    stream.create(2, OTHER, 6);
  }

  @AfterEach
  void close() {
    network.close();
  }

  private void say(WatchResponse.Builder answer) {
    StreamObserver<WatchResponse> last = proxy.watches.get(proxy.watches.size() - 1);
    last.onNext(answer.build());
  }

  private WatchResponse.Builder answer(long id) {
    return WatchResponse.newBuilder().setHeader(proxy.header()).setWatchId(id);
  }

  private void created(long id) {
    say(answer(id).setCreated(true));
  }

  private void refused() {
    say(answer(-1).setCreated(true).setCanceled(true).clearHeader().setCancelReason("no"));
  }

  private WatchResponse.Builder event(long id, String key) {
    KeyValue pair =
        KeyValue.newBuilder().setKey(ByteString.copyFromUtf8(key)).setModRevision(9).build();
    return answer(id).addEvents(Event.newBuilder().setKv(pair));
  }

  private List<String> asked() {
    return proxy.watchRequests.stream().map(WatchesOfProxyTest::told).toList();
  }

  private static String told(WatchRequest request) {
    return switch (request.getRequestUnionCase()) {
      case CREATE_REQUEST ->
          request.getCreateRequest().getKey().toStringUtf8()
              + " from "
              + request.getCreateRequest().getStartRevision();
      case CANCEL_REQUEST -> "cancel " + request.getCancelRequest().getWatchId();
      case PROGRESS_REQUEST -> "progress";
      case REQUESTUNION_NOT_SET -> "nothing";
    };
  }

  @Test
  void watches_areCreatedOneByOne_andKnownByTheirNumbers() {
    assertThat(asked()).containsExactly("k/ from 5");
    created(0);
    assertThat(asked()).containsExactly("k/ from 5", "o/ from 6");
    stream.create(3, RANGE, 7);
    assertThat(asked()).hasSize(2);
    created(1);
    assertThat(asked()).endsWith("k/ from 7");
    created(2);
    say(event(1, "o/x"));
    say(event(0, "k/x"));
    assertThat(log.events(1)).hasSize(1);
    assertThat(log.events(2).get(0).pair().key()).isEqualTo("o/x");
    assertThat(log.events(3)).isEmpty();
    log.verify();
  }

  @Test
  void refusedFirst_takesNoNumber() {
    refused();
    assertThat(log.canceled(1)).isPresent();
    created(0);
    say(event(0, "o/x"));
    assertThat(log.events(2)).hasSize(1);
    stream.create(3, RANGE, 7);
    refused();
    stream.create(4, RANGE, 8);
    created(1);
    say(event(1, "k/x"));
    assertThat(log.canceled(3)).isPresent();
    assertThat(log.events(4)).hasSize(1);
    log.verify();
  }

  @Test
  void cancelledWhileCreated_isCancelledByItsNumber() {
    stream.cancel(1);
    assertThat(asked()).containsExactly("k/ from 5");
    created(0);
    assertThat(asked()).containsExactly("k/ from 5", "cancel 0", "o/ from 6");
    assertThat(log.created(1)).isEmpty();
    created(1);
    assertThat(log.created(2)).isPresent();
    stream.cancel(2);
    assertThat(asked()).endsWith("cancel 1");
  }

  @Test
  void cancelledBeforeItIsAskedFor_isNotAskedFor() {
    stream.cancel(2);
    created(0);
    assertThat(asked()).containsExactly("k/ from 5");
  }

  @Test
  void firstCancelledWhileCreated_byEtcdItself_isCancelled() {
    stream.cancel(1);
    created(1);
    assertThat(asked()).containsExactly("k/ from 5", "cancel 1", "o/ from 6");
  }

  @Test
  void compacted_isCancelledAtTheProxyToo_soThatItKeepsNoDeadWatch() {
    created(0);
    created(1);
    say(answer(0).setCanceled(true).setCompactRevision(50));
    assertThat(log.canceled(1).orElseThrow().cause().failure()).isEqualTo(Failure.COMPACTED);
    assertThat(log.canceled(1).orElseThrow().compactRevision()).isEqualTo(50);
    assertThat(asked()).endsWith("cancel 0");
    say(answer(0).setCanceled(true));
    assertThat(asked()).hasSize(3);
    say(event(0, "k/x"));
    assertThat(log.events(1)).isEmpty();
    log.verify();
  }

  @Test
  void signOfLife_isAWatchBesideOneThatIsThere() {
    created(0);
    created(1);
    stream.requestProgress();
    assertThat(asked()).endsWith("k/ from " + (Long.MAX_VALUE - 2));
    assertThat(log.signsOfLife()).isZero();
    say(answer(2).setCreated(true).setHeader(ResponseHeader.newBuilder().setRevision(1)));
    assertThat(log.signsOfLife()).isEqualTo(1);
    assertThat(asked()).endsWith("cancel 2");
    say(answer(2).setCanceled(true));
    stream.requestProgress();
    assertThat(asked()).hasSize(5);
    log.verify();
  }

  @Test
  void signOfLife_beforeAnythingIsCreated_isAskedForAsTheAnswerTells() {
    stream.requestProgress();
    assertThat(asked()).containsExactly("k/ from 5");
    created(0);
    created(1);
    assertThat(asked()).endsWith("k/ from " + (Long.MAX_VALUE - 2));
    assertThat(asked()).doesNotContain("progress");
  }

  @Test
  void signOfLife_ofEtcdItself_isAskedForWhenTheFirstIsCreated() {
    stream.requestProgress();
    created(1);
    assertThat(asked()).containsExactly("k/ from 5", "o/ from 6", "progress");
  }

  @Test
  void signOfLife_refused_isOne() {
    created(0);
    created(1);
    stream.requestProgress();
    refused();
    assertThat(log.signsOfLife()).isEqualTo(1);
    assertThat(log.canceled(1)).isEmpty();
    assertThat(log.canceled(2)).isEmpty();
  }

  @Test
  void createdWithoutACluster_isToldWithoutOne() {
    created(0);
    say(answer(1).setCreated(true).setHeader(ResponseHeader.newBuilder().setRevision(5)));
    assertThat(log.created(2)).contains(new Header(0, 5));
  }
}
