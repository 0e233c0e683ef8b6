package io.etcdregistry.benchmarks;

import com.google.protobuf.ByteString;
import io.etcdregistry.protocol.Compare;
import io.etcdregistry.protocol.DeleteRangeRequest;
import io.etcdregistry.protocol.KVGrpc;
import io.etcdregistry.protocol.LeaseGrantRequest;
import io.etcdregistry.protocol.LeaseGrpc;
import io.etcdregistry.protocol.LeaseKeepAliveRequest;
import io.etcdregistry.protocol.LeaseKeepAliveResponse;
import io.etcdregistry.protocol.PutRequest;
import io.etcdregistry.protocol.RangeRequest;
import io.etcdregistry.protocol.RequestOp;
import io.etcdregistry.protocol.TxnRequest;
import io.etcdregistry.protocol.TxnResponse;
import io.etcdregistry.protocol.WatchCreateRequest;
import io.etcdregistry.protocol.WatchGrpc;
import io.etcdregistry.protocol.WatchRequest;
import io.etcdregistry.protocol.WatchResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Etcd v3 by bare gRPC: what the work costs that everything on etcd has to do. */
public final class RawEtcd implements AutoCloseable {
  private static final int LARGEST = 64 << 20;

  private final ManagedChannel channel;
  private final KVGrpc.KVStub async;
  private final KVGrpc.KVBlockingStub blocking;

  /** Connects to an endpoint, {@code host:port}, when it is first needed. */
  public RawEtcd(String endpoint) {
    channel =
        Grpc.newChannelBuilder(endpoint, InsecureChannelCredentials.create())
            .maxInboundMessageSize(LARGEST)
            .build();
    async = KVGrpc.newStub(channel).withWaitForReady();
    blocking = KVGrpc.newBlockingStub(channel).withWaitForReady();
  }

  /** A text as etcd has it. */
  public static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  /** What a record holds. */
  public static String document(String name, int port) {
    return "{\"name\":\"%1$s\",\"port\":%2$d,\"hostname\":\"127.0.0.1\",\"host\":\"127.0.0.1:%2$d\",\"url\":\"http://127.0.0.1:%2$d\"}"
        .formatted(name, port);
  }

  /** The end of the range of keys with a prefix that ends in a slash. */
  public static ByteString end(String prefix) {
    return bytes(prefix.substring(0, prefix.length() - 1) + '0');
  }

  /** A lease of so many seconds. */
  public long grant(long seconds) {
    return LeaseGrpc.newBlockingStub(channel)
        .withWaitForReady()
        .leaseGrant(LeaseGrantRequest.newBuilder().setTTL(seconds).build())
        .getID();
  }

  /** Renews leases, all by one stream, every so many milliseconds. */
  public void keepAlive(List<Long> leases, long millis, ScheduledExecutorService timer) {
    StreamObserver<LeaseKeepAliveRequest> stream =
        LeaseGrpc.newStub(channel).leaseKeepAlive(new Ignored<LeaseKeepAliveResponse>());
    timer.scheduleAtFixedRate(
        () ->
            leases.forEach(
                id -> stream.onNext(LeaseKeepAliveRequest.newBuilder().setID(id).build())),
        0,
        millis,
        TimeUnit.MILLISECONDS);
  }

  /** A put under a lease, if the key is not there; else what is there. */
  public static TxnRequest guarded(String key, String value, long lease) {
    return TxnRequest.newBuilder()
        .addCompare(
            Compare.newBuilder()
                .setKey(bytes(key))
                .setTarget(Compare.CompareTarget.CREATE)
                .setResult(Compare.CompareResult.EQUAL)
                .setCreateRevision(0))
        .addSuccess(
            RequestOp.newBuilder()
                .setRequestPut(
                    PutRequest.newBuilder()
                        .setKey(bytes(key))
                        .setValue(bytes(value))
                        .setLease(lease)))
        .addFailure(
            RequestOp.newBuilder().setRequestRange(RangeRequest.newBuilder().setKey(bytes(key))))
        .build();
  }

  /** Transactions in one, each under its own guard. */
  public static TxnRequest nested(List<TxnRequest> transactions) {
    TxnRequest.Builder all = TxnRequest.newBuilder();
    transactions.forEach(one -> all.addSuccess(RequestOp.newBuilder().setRequestTxn(one)));
    return all.build();
  }

  /** Commits one. */
  public TxnResponse txn(TxnRequest request) {
    return blocking.txn(request);
  }

  /** The same without waiting for it. */
  public CompletableFuture<TxnResponse> txnAsync(TxnRequest request) {
    CompletableFuture<TxnResponse> result = new CompletableFuture<>();
    async.txn(
        request,
        new Ignored<>() {
          @Override
          public void onNext(TxnResponse answer) {
            result.complete(answer);
          }

          @Override
          public void onError(Throwable cause) {
            result.completeExceptionally(cause);
          }
        });
    return result;
  }

  /** How many keys of a prefix that ends in a slash there are, and hang on a lease. */
  public int leased(String prefix) {
    return (int)
        blocking
            .range(
                RangeRequest.newBuilder()
                    .setKey(bytes(prefix))
                    .setRangeEnd(end(prefix))
                    .setKeysOnly(true)
                    .build())
            .getKvsList()
            .stream()
            .filter(pair -> pair.getLease() != 0)
            .count();
  }

  /** Deletes a key. */
  public void delete(String key) {
    blocking.deleteRange(DeleteRangeRequest.newBuilder().setKey(bytes(key)).build());
  }

  /** Deletes all keys of a prefix that ends in a slash. */
  public void deleteAll(String prefix) {
    blocking.deleteRange(
        DeleteRangeRequest.newBuilder().setKey(bytes(prefix)).setRangeEnd(end(prefix)).build());
  }

  /** Calls that wait. */
  public KVGrpc.KVBlockingStub kv() {
    return blocking;
  }

  /** Calls that do not. */
  KVGrpc.KVStub async() {
    return async;
  }

  /** Watches all keys of a prefix that ends in a slash. */
  public StreamObserver<WatchRequest> watch(String prefix, StreamObserver<WatchResponse> answers) {
    StreamObserver<WatchRequest> requests =
        WatchGrpc.newStub(channel).withWaitForReady().watch(answers);
    requests.onNext(watching(prefix));
    return requests;
  }

  /** Asks for a watch of all keys of a prefix that ends in a slash. */
  static WatchRequest watching(String prefix) {
    return WatchRequest.newBuilder()
        .setCreateRequest(
            WatchCreateRequest.newBuilder().setKey(bytes(prefix)).setRangeEnd(end(prefix)))
        .build();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    try {
      if (!channel.awaitTermination(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the channel does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Answers that nobody waits for. */
  public static class Ignored<A> implements StreamObserver<A> {
    @Override
    public void onNext(A answer) {}

    @Override
    public void onError(Throwable cause) {}

    @Override
    public void onCompleted() {}
  }
}
