package io.etcdregistry.devserver.internal.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.etcdregistry.devserver.internal.engine.Limits;
import io.etcdregistry.protocol.PutRequest;
import io.etcdregistry.protocol.WatchCreateRequest;
import io.etcdregistry.protocol.WatchGrpc;
import io.etcdregistry.protocol.WatchRequest;
import io.etcdregistry.protocol.WatchResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A client that does not read is handed what fits its connection, and no more. */
class SlowReaderTest {
  private static final ByteString KEY = ByteString.copyFromUtf8("a");
  private static final ByteString LARGE = ByteString.copyFrom(new byte[100_000]);

  /** Of 100 kB each: a flow-control window of 1 MiB, and what makes a stream not ready. */
  private static final int FITS = 20;

  @Test
  void whoNeverReads_isHandedABoundedNumberOfBytes_whileOthersAreTold() throws Exception {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (RunningServer server =
        new RunningServer(address, Limits.DEFAULT, new LeaseClock(false), null)) {
      ManagedChannel channel =
          Grpc.newChannelBuilder("127.0.0.1:" + server.port(), InsecureChannelCredentials.create())
              .build();
      Reader slow = Reader.open(channel, 1);
      Reader fast = Reader.open(channel, Integer.MAX_VALUE);
      long before = server.traffic();
      for (int i = 0; i < 2000; i++) {
        server.engine().put(PutRequest.newBuilder().setKey(KEY).setValue(LARGE).build());
        assertThat(fast.take().getEventsCount()).isEqualTo(1);
        assertThat(server.traffic() - before - (i + 1)).isLessThan(FITS);
      }
      assertThat(slow.told).isEmpty();
      channel.shutdownNow();
    }
  }

  /** A watch stream that reads as many responses as it is told to. */
  private static final class Reader implements ClientResponseObserver<WatchRequest, WatchResponse> {
    private final BlockingQueue<WatchResponse> told = new LinkedBlockingQueue<>();
    private final int reads;

    private Reader(int reads) {
      this.reads = reads;
    }

    static Reader open(ManagedChannel channel, int reads) throws InterruptedException {
      Reader reader = new Reader(reads);
      WatchGrpc.newStub(channel)
          .watch(reader)
          .onNext(
              WatchRequest.newBuilder()
                  .setCreateRequest(WatchCreateRequest.newBuilder().setKey(KEY))
                  .build());
      assertThat(reader.take().getCreated()).isTrue();
      return reader;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<WatchRequest> stream) {
      stream.disableAutoRequestWithInitial(reads);
    }

    WatchResponse take() throws InterruptedException {
      WatchResponse next = told.poll(20, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("the stream was told nothing");
      }
      return next;
    }

    @Override
    public void onNext(WatchResponse response) {
      told.add(response);
    }

    @Override
    public void onError(Throwable cause) {}

    @Override
    public void onCompleted() {}
  }
}
