package io.etcdregistry.benchmarks;

import com.google.protobuf.ByteString;
import io.etcdregistry.protocol.KVGrpc;
import io.etcdregistry.protocol.KeyValue;
import io.etcdregistry.protocol.LeaseGrantRequest;
import io.etcdregistry.protocol.LeaseGrpc;
import io.etcdregistry.protocol.PutRequest;
import io.etcdregistry.protocol.RangeRequest;
import io.etcdregistry.protocol.RangeResponse;
import io.etcdregistry.protocol.RequestOp;
import io.etcdregistry.protocol.TxnRequest;
import io.etcdregistry.protocol.WatchCreateRequest;
import io.etcdregistry.protocol.WatchGrpc;
import io.etcdregistry.protocol.WatchRequest;
import io.etcdregistry.protocol.WatchResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Bare gRPC to an etcd: fills it with records, and is what others are measured against. */
final class RawEtcd implements AutoCloseable {
  /** How many bytes the documents have. */
  static final int DOCUMENT = 120;

  private static final int WRITES = 127; // of at most 128 operations in a transaction
  private static final int PAGE = 10_000;
  private static final int LARGEST = 64 << 20;
  private static final long LEASE_SECONDS = 3600;

  private final ManagedChannel channel;
  private final KVGrpc.KVBlockingStub kv;
  private final LeaseGrpc.LeaseBlockingStub leases;
  private final Map<Integer, Long> granted = new HashMap<>();

  RawEtcd(String endpoint) {
    channel =
        Grpc.newChannelBuilder(endpoint, InsecureChannelCredentials.create())
            .maxInboundMessageSize(LARGEST)
            .build();
    kv = KVGrpc.newBlockingStub(channel).withWaitForReady();
    leases = LeaseGrpc.newBlockingStub(channel).withWaitForReady();
  }

  /** One for so many records, as if a process had joined them: etcd 3.4 is slow with large ones. */
  private long lease(int number) {
    return granted.computeIfAbsent(
        number / WRITES,
        same ->
            leases
                .leaseGrant(LeaseGrantRequest.newBuilder().setTTL(LEASE_SECONDS).build())
                .getID());
  }

  ManagedChannel channel() {
    return channel;
  }

  /** The key of the record with a number, with an id as the library gives by default. */
  static String key(String service, int number) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      byte[] hash = sha1.digest((service + number).getBytes(StandardCharsets.UTF_8));
      return "services/" + service + "/" + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A document as a join writes it, with a field of the user's that makes it so long. */
  static String document(String service, int number, int port) {
    String host = "10." + number / 65_536 + "." + number / 256 % 256 + "." + number % 256;
    String document =
        "{\"name\":\"%s\",\"port\":%d,\"hostname\":\"%s\",\"host\":\"%s:%d\",\"url\":\"http://%s:%d\",\"n\":\"\"}"
            .formatted(service, port, host, host, port, host, port);
    String filling = "x".repeat(Math.max(0, DOCUMENT - document.length()));
    return document.substring(0, document.length() - 2) + filling + "\"}";
  }

  /** Writes so many records of a service. */
  void fill(String service, int count) {
    for (int from = 0; from < count; from += WRITES) {
      TxnRequest.Builder writes = TxnRequest.newBuilder();
      for (int i = from; i < Math.min(count, from + WRITES); i++) {
        writes.addSuccess(RequestOp.newBuilder().setRequestPut(write(service, i, 8080)));
      }
      if (!kv.txn(writes.build()).getSucceeded()) {
        throw new IllegalStateException("a transaction without a guard failed");
      }
    }
  }

  private PutRequest write(String service, int number, int port) {
    return PutRequest.newBuilder()
        .setKey(ByteString.copyFromUtf8(key(service, number)))
        .setValue(ByteString.copyFromUtf8(document(service, number, port)))
        .setLease(lease(number))
        .build();
  }

  /** Writes one record; gives its revision. */
  long put(String service, int number, int port) {
    return kv.put(write(service, number, port)).getHeader().getRevision();
  }

  /** Reads a service page by page, all at one revision; gives how many records and bytes. */
  long[] read(String service) {
    ByteString next = ByteString.copyFromUtf8("services/" + service + "/");
    ByteString end = ByteString.copyFromUtf8("services/" + service + "0");
    long revision = 0;
    long[] read = {0, 0};
    while (true) {
      RangeResponse page =
          kv.range(
              RangeRequest.newBuilder()
                  .setKey(next)
                  .setRangeEnd(end)
                  .setLimit(PAGE)
                  .setRevision(revision)
                  .build());
      revision = page.getHeader().getRevision();
      for (KeyValue pair : page.getKvsList()) {
        read[0]++;
        read[1] += pair.getValue().size();
      }
      if (!page.getMore()) {
        return read;
      }
      next = page.getKvs(page.getKvsCount() - 1).getKey().concat(ByteString.copyFrom(new byte[1]));
    }
  }

  /** Watches a service; calls back with the revision of each answer, 0 when it has begun. */
  StreamObserver<WatchRequest> watch(String service, Consumer<Long> told) {
    StreamObserver<WatchRequest> requests =
        WatchGrpc.newStub(channel)
            .watch(
                new StreamObserver<>() {
                  @Override
                  public void onNext(WatchResponse answer) {
                    told.accept(answer.getCreated() ? 0 : answer.getHeader().getRevision());
                  }

                  @Override
                  public void onError(Throwable cause) {}

                  @Override
                  public void onCompleted() {}
                });
    requests.onNext(watching("services/" + service));
    return requests;
  }

  /** Asks for a watch of all that is in a folder. */
  static WatchRequest watching(String folder) {
    return WatchRequest.newBuilder()
        .setCreateRequest(
            WatchCreateRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(folder + "/"))
                .setRangeEnd(ByteString.copyFromUtf8(folder + "0")))
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
}
