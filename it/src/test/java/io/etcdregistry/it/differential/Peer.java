package io.etcdregistry.it.differential;

import com.google.protobuf.MessageLite;
import io.etcdregistry.protocol.CompactionRequest;
import io.etcdregistry.protocol.DeleteRangeRequest;
import io.etcdregistry.protocol.KVGrpc;
import io.etcdregistry.protocol.LeaseGrantRequest;
import io.etcdregistry.protocol.LeaseGrpc;
import io.etcdregistry.protocol.LeaseKeepAliveRequest;
import io.etcdregistry.protocol.LeaseKeepAliveResponse;
import io.etcdregistry.protocol.LeaseLeasesRequest;
import io.etcdregistry.protocol.LeaseRevokeRequest;
import io.etcdregistry.protocol.LeaseTimeToLiveRequest;
import io.etcdregistry.protocol.PutRequest;
import io.etcdregistry.protocol.RangeRequest;
import io.etcdregistry.protocol.TxnRequest;
import io.etcdregistry.protocol.WatchGrpc;
import io.etcdregistry.protocol.WatchRequest;
import io.etcdregistry.protocol.WatchResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A server spoken to in bare requests, one at a time: what it answers, or how it refuses. */
final class Peer implements AutoCloseable {
  private static final int LIMIT_SECONDS = 30;

  private final ManagedChannel channel;

  Peer(String target) {
    channel =
        Grpc.newChannelBuilder(target, InsecureChannelCredentials.create())
            .maxInboundMessageSize(64 << 20)
            .build();
  }

  /** The answer to a request, whichever service it is for; a refusal as its code and text. */
  Object ask(MessageLite request) {
    try {
      return call(request);
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode() + ": " + e.getStatus().getDescription();
    }
  }

  private Object call(MessageLite request) throws StatusRuntimeException {
    if (request instanceof RangeRequest range) {
      return kv().range(range);
    } else if (request instanceof PutRequest put) {
      return kv().put(put);
    } else if (request instanceof DeleteRangeRequest delete) {
      return kv().deleteRange(delete);
    } else if (request instanceof TxnRequest txn) {
      return kv().txn(txn);
    } else if (request instanceof CompactionRequest compaction) {
      return kv().compact(compaction);
    } else if (request instanceof LeaseGrantRequest grant) {
      return leases().leaseGrant(grant);
    } else if (request instanceof LeaseRevokeRequest revoke) {
      return leases().leaseRevoke(revoke);
    } else if (request instanceof LeaseTimeToLiveRequest timeToLive) {
      return leases().leaseTimeToLive(timeToLive);
    } else if (request instanceof LeaseLeasesRequest list) {
      return leases().leaseLeases(list);
    } else if (request instanceof LeaseKeepAliveRequest renewal) {
      return renew(renewal);
    }
    throw new IllegalArgumentException(request.getClass().getName());
  }

  private LeaseKeepAliveResponse renew(LeaseKeepAliveRequest request) {
    Answers<LeaseKeepAliveResponse> answers = new Answers<>();
    StreamObserver<LeaseKeepAliveRequest> stream =
        LeaseGrpc.newStub(channel).leaseKeepAlive(answers);
    stream.onNext(request);
    LeaseKeepAliveResponse answer = answers.take();
    stream.onCompleted();
    return answer;
  }

  /** Opens a watch stream. */
  StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> listener) {
    return WatchGrpc.newStub(channel).watch(listener);
  }

  private KVGrpc.KVBlockingStub kv() {
    return KVGrpc.newBlockingStub(channel)
        .withWaitForReady()
        .withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  private LeaseGrpc.LeaseBlockingStub leases() {
    return LeaseGrpc.newBlockingStub(channel).withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  /** What a stream answered, in order. */
  private static final class Answers<T> implements StreamObserver<T> {
    private final BlockingQueue<Object> queue = new LinkedBlockingQueue<>();

    @Override
    public void onNext(T value) {
      queue.add(value);
    }

    @Override
    public void onError(Throwable cause) {
      queue.add(cause);
    }

    @Override
    public void onCompleted() {}

    /** The next answer; fails if none comes. */
    @SuppressWarnings("unchecked") // only values of T and what ended the stream are in it
    T take() {
      try {
        Object next = queue.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (next == null || next instanceof Throwable) {
          throw new AssertionError("no answer", (Throwable) next);
        }
        return (T) next;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }
}
