package io.etcdregistry.devserver;

import com.google.protobuf.ByteString;
import io.etcdregistry.protocol.Event;
import io.etcdregistry.protocol.KVGrpc;
import io.etcdregistry.protocol.LeaseGrantRequest;
import io.etcdregistry.protocol.LeaseGrpc;
import io.etcdregistry.protocol.PutRequest;
import io.etcdregistry.protocol.RangeRequest;
import io.etcdregistry.protocol.WatchGrpc;
import io.etcdregistry.protocol.WatchRequest;
import io.etcdregistry.protocol.WatchResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.AbstractBlockingStub;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client on bare gRPC. */
final class TestClient implements AutoCloseable {
  /** How long anything may take; only a broken test waits for it. */
  static final int LIMIT_SECONDS = 20;

  static final ByteString ZERO = ByteString.copyFrom(new byte[] {0});

  private static final Metadata.Key<String> TOKEN =
      Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

  private final ManagedChannel channel;
  private volatile String token;

  TestClient(DevServer server) {
    channel =
        Grpc.newChannelBuilder(server.endpoint(), InsecureChannelCredentials.create())
            .maxInboundMessageSize(64 << 20)
            .build();
  }

  static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  ManagedChannel channel() {
    return channel;
  }

  KVGrpc.KVBlockingStub kv() {
    return showing(limited(KVGrpc.newBlockingStub(channel)));
  }

  LeaseGrpc.LeaseBlockingStub leases() {
    return showing(limited(LeaseGrpc.newBlockingStub(channel)));
  }

  /** Shows a token with every call from now on. */
  void showing(String value) {
    token = value;
  }

  /** A stub that shows the token, if there is one. */
  <S extends AbstractStub<S>> S showing(S stub) {
    if (token == null) {
      return stub;
    }
    Metadata headers = new Metadata();
    headers.put(TOKEN, token);
    return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  static <S extends AbstractBlockingStub<S>> S limited(S stub) {
    return stub.withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  long put(String key, String value) {
    return put(key, value, 0);
  }

  long put(String key, String value, long lease) {
    PutRequest put =
        PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value)).setLease(lease).build();
    return kv().put(put).getHeader().getRevision();
  }

  List<String> keys() {
    return kv()
        .range(RangeRequest.newBuilder().setKey(ZERO).setRangeEnd(ZERO).build())
        .getKvsList()
        .stream()
        .map(row -> row.getKey().toStringUtf8())
        .toList();
  }

  long grant(long id, long seconds) {
    return leases()
        .leaseGrant(LeaseGrantRequest.newBuilder().setID(id).setTTL(seconds).build())
        .getTTL();
  }

  /** Opens a watch stream that reads at once. */
  WatchCall watch() {
    WatchCall call = new WatchCall(true);
    showing(WatchGrpc.newStub(channel)).watch(call);
    return call;
  }

  /** Opens a watch stream that reads only what it is told to. */
  WatchCall lazyWatch() {
    WatchCall call = new WatchCall(false);
    showing(WatchGrpc.newStub(channel)).watch(call);
    return call;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  /** A watch stream and what it was told. */
  static final class WatchCall implements ClientResponseObserver<WatchRequest, WatchResponse> {
    private final BlockingQueue<Object> told = new LinkedBlockingQueue<>();
    private final boolean eager;
    private ClientCallStreamObserver<WatchRequest> requests;

    private WatchCall(boolean eager) {
      this.eager = eager;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<WatchRequest> stream) {
      requests = stream;
      if (!eager) {
        stream.disableAutoRequestWithInitial(0);
      }
    }

    @Override
    public void onNext(WatchResponse response) {
      told.add(response);
    }

    @Override
    public void onError(Throwable cause) {
      told.add(cause);
    }

    @Override
    public void onCompleted() {
      told.add("completed");
    }

    void send(WatchRequest.Builder request) {
      requests.onNext(request.build());
    }

    void read(int count) {
      requests.request(count);
    }

    void halfClose() {
      requests.onCompleted();
    }

    void cancel() {
      requests.cancel("the test is over", null);
    }

    WatchResponse take() {
      return (WatchResponse) takeAny();
    }

    /** So many events, in one response or in several: what happens meanwhile is told together. */
    List<Event> takeEvents(int count) {
      List<Event> events = new ArrayList<>();
      while (events.size() < count) {
        events.addAll(take().getEventsList());
      }
      return events;
    }

    Throwable takeError() {
      return (Throwable) takeAny();
    }

    boolean nothingTold() {
      return told.isEmpty();
    }

    private Object takeAny() {
      try {
        Object next = told.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
          throw new AssertionError("the stream was told nothing");
        }
        return next;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }
}
