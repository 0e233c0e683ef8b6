package io.etcdregistry.devserver.internal.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.etcdregistry.protocol.KVGrpc;
import io.etcdregistry.protocol.PutRequest;
import io.etcdregistry.protocol.PutResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is held while its client gives it up is never done. */
class HangupsTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** As a stream its head is sent before its message, so that it can begin and then be held. */
  private static final MethodDescriptor<PutRequest, PutResponse> PUT_IN_PIECES =
      KVGrpc.getPutMethod().toBuilder().setType(MethodType.CLIENT_STREAMING).build();

  /** One thread: what is let go then runs in the order it came, the news of the end last. */
  private final ExecutorService worker = Executors.newSingleThreadExecutor();

  private final Gate gate = new Gate(worker);
  private final Hangups hangups = new Hangups();
  private final Meter meter = new Meter();
  private final Witness witness = new Witness();
  private final List<String> put = new CopyOnWriteArrayList<>();
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    server =
        Transport.listeningOn(address, (head, client) -> {})
            .executor(gate)
            .intercept(witness)
            .intercept(hangups)
            .addStreamTracerFactory(hangups)
            .addStreamTracerFactory(meter)
            .addService(new Puts())
            .build()
            .start();
    channel =
        Grpc.newChannelBuilder("127.0.0.1:" + server.getPort(), InsecureChannelCredentials.create())
            .build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
    worker.shutdownNow();
  }

  @Test
  void callThatHadBegun_givenUpWhileHeld_isNotServed() throws Exception {
    ClientCall<PutRequest, PutResponse> call = channel.newCall(PUT_IN_PIECES, CallOptions.DEFAULT);
    call.start(new ClientCall.Listener<>() {}, new Metadata());
    assertThat(witness.began.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    gate.hold();
    call.sendMessage(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("given up")).build());
    call.halfClose();
    awaitTraffic(2); // begun, and the message is there
    call.cancel("the client gives up", null);
    awaitTraffic(3);
    gate.release();
    assertThat(witness.ended.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(put).isEmpty();
  }

  @Test
  void call_heldAndLetGo_isServed() {
    gate.hold();
    var answer =
        KVGrpc.newFutureStub(channel)
            .put(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("a")).build());
    awaitTraffic(1);
    gate.release();
    assertThat(answer).succeedsWithin(LIMIT);
    assertThat(put).containsExactly("a");
  }

  private void awaitTraffic(long count) {
    long begun = System.nanoTime();
    while (meter.count() < count) {
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(LIMIT);
      Thread.onSpinWait();
    }
  }

  private final class Puts extends KVGrpc.KVImplBase {
    @Override
    public void put(PutRequest request, StreamObserver<PutResponse> caller) {
      put.add(request.getKey().toStringUtf8());
      caller.onNext(PutResponse.getDefaultInstance());
      caller.onCompleted();
    }
  }

  /** Sees a call begin and its client go. */
  private static final class Witness implements ServerInterceptor {
    private final CountDownLatch began = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      ServerCall.Listener<Q> listener = next.startCall(call, headers);
      began.countDown();
      return new SimpleForwardingServerCallListener<>(listener) {
        @Override
        public void onCancel() {
          ended.countDown();
          super.onCancel();
        }
      };
    }
  }
}
