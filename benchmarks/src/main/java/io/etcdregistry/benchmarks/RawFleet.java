package io.etcdregistry.benchmarks;

import com.google.protobuf.ByteString;
import io.etcdregistry.protocol.KeyValue;
import io.etcdregistry.protocol.PutRequest;
import io.etcdregistry.protocol.RangeRequest;
import io.etcdregistry.protocol.RangeResponse;
import io.etcdregistry.protocol.RequestOp;
import io.etcdregistry.protocol.TxnRequest;
import io.etcdregistry.protocol.WatchRequest;
import io.etcdregistry.protocol.WatchResponse;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Consumer;

/** Records in an etcd, written and read by bare gRPC. */
final class RawFleet implements AutoCloseable {
  /** How many bytes the documents have. */
  static final int DOCUMENT = 120;

  private static final int WRITES = 127; // of at most 128 operations in a transaction
  private static final int PAGE = 10_000;
  private static final long LEASE_SECONDS = 3600;

  private final RawEtcd etcd;
  private final Map<Integer, Long> granted = new HashMap<>();

  RawFleet(String endpoint) {
    etcd = new RawEtcd(endpoint);
  }

  /** One for so many records, as if a process had joined them: etcd 3.4 is slow with large ones. */
  private long lease(int number) {
    return granted.computeIfAbsent(number / WRITES, same -> etcd.grant(LEASE_SECONDS));
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
      if (!etcd.txn(writes.build()).getSucceeded()) {
        throw new IllegalStateException("a transaction without a guard failed");
      }
    }
  }

  private PutRequest write(String service, int number, int port) {
    return PutRequest.newBuilder()
        .setKey(RawEtcd.bytes(key(service, number)))
        .setValue(RawEtcd.bytes(document(service, number, port)))
        .setLease(lease(number))
        .build();
  }

  /** Writes one record; gives its revision. */
  long put(String service, int number, int port) {
    return etcd.kv().put(write(service, number, port)).getHeader().getRevision();
  }

  /** Reads a service page by page, all at one revision; gives how many records and bytes. */
  long[] read(String service) {
    String prefix = "services/" + service + "/";
    ByteString next = RawEtcd.bytes(prefix);
    ByteString end = RawEtcd.end(prefix);
    long revision = 0;
    long[] read = {0, 0};
    while (true) {
      RangeResponse page =
          etcd.kv()
              .range(
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
    return etcd.watch(
        "services/" + service + "/",
        new RawEtcd.Ignored<>() {
          @Override
          public void onNext(WatchResponse answer) {
            told.accept(answer.getCreated() ? 0 : answer.getHeader().getRevision());
          }
        });
  }

  @Override
  public void close() {
    etcd.close();
  }
}
