package io.etcdregistry.benchmarks;

import com.google.protobuf.ByteString;
import io.etcdregistry.protocol.Compare;
import io.etcdregistry.protocol.PutRequest;
import io.etcdregistry.protocol.PutResponse;
import io.etcdregistry.protocol.RangeRequest;
import io.etcdregistry.protocol.RangeResponse;
import io.etcdregistry.protocol.RequestOp;
import io.etcdregistry.protocol.TxnRequest;
import io.etcdregistry.protocol.TxnResponse;
import io.grpc.stub.StreamObserver;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/** A client on bare gRPC that keeps a number of calls under way, and checks every answer. */
final class DevServerLoad implements AutoCloseable {
  /** How many calls are under way. */
  static final int WINDOW = 64;

  /** How many keys there are. */
  static final int KEYS = 1000;

  private static final ByteString VALUE = RawEtcd.bytes("v".repeat(256));

  private final RawEtcd etcd;
  private final LongAdder revisions = new LongAdder();

  /** What is measured. */
  enum Kind {
    PUT,
    RANGE,
    TXN
  }

  DevServerLoad(String endpoint) {
    etcd = new RawEtcd(endpoint);
  }

  /** Waits until the server answers, and writes every key once. */
  void prepare() {
    run(Kind.PUT, KEYS);
  }

  /**
   * Makes calls.
   *
   * @return calls a second
   * @throws IllegalStateException if an answer is not what it has to be
   */
  double run(Kind kind, int calls) {
    Semaphore window = new Semaphore(WINDOW);
    AtomicLong wrong = new AtomicLong();
    long before = revision();
    revisions.reset();
    long begun = System.nanoTime();
    for (int i = 0; i < calls; i++) {
      window.acquireUninterruptibly();
      call(kind, key(i), new Check(window, wrong));
    }
    window.acquireUninterruptibly(WINDOW);
    double seconds = (System.nanoTime() - begun) / 1e9;
    // Every write has a revision of its own, and together they have the ones that followed.
    long sum = (long) calls * before + (long) calls * (calls + 1) / 2;
    if (wrong.get() > 0 || (kind != Kind.RANGE && revisions.sum() != sum)) {
      throw new IllegalStateException(
          kind.name().toLowerCase(Locale.ROOT) + ": " + wrong + " of " + calls + " answers wrong");
    }
    return calls / seconds;
  }

  private void call(Kind kind, ByteString key, Check check) {
    switch (kind) {
      case PUT ->
          etcd.async()
              .put(
                  PutRequest.newBuilder().setKey(key).setValue(VALUE).build(),
                  check.of((PutResponse answer) -> isWrite(answer.getHeader().getRevision())));
      case RANGE ->
          etcd.async()
              .range(
                  RangeRequest.newBuilder().setKey(key).build(),
                  check.of((RangeResponse answer) -> holds(answer, key)));
      case TXN ->
          etcd.async()
              .txn(
                  txn(key),
                  check.of(
                      (TxnResponse answer) ->
                          answer.getSucceeded()
                              && isWrite(answer.getHeader().getRevision())
                              && holds(answer.getResponses(1).getResponseRange(), key)));
    }
  }

  private boolean isWrite(long revision) {
    revisions.add(revision);
    return revision > 1;
  }

  private long revision() {
    return etcd.kv()
        .range(RangeRequest.newBuilder().setKey(key(0)).build())
        .getHeader()
        .getRevision();
  }

  private static boolean holds(RangeResponse answer, ByteString key) {
    return answer.getCount() == 1
        && answer.getKvs(0).getKey().equals(key)
        && answer.getKvs(0).getValue().equals(VALUE);
  }

  private static TxnRequest txn(ByteString key) {
    return TxnRequest.newBuilder()
        .addCompare(
            Compare.newBuilder()
                .setKey(key)
                .setTarget(Compare.CompareTarget.CREATE)
                .setResult(Compare.CompareResult.GREATER)
                .setCreateRevision(0))
        .addSuccess(
            RequestOp.newBuilder()
                .setRequestPut(PutRequest.newBuilder().setKey(key).setValue(VALUE)))
        .addSuccess(RequestOp.newBuilder().setRequestRange(RangeRequest.newBuilder().setKey(key)))
        .build();
  }

  private static ByteString key(int i) {
    return RawEtcd.bytes("key-%04d".formatted(i % KEYS));
  }

  @Override
  public void close() {
    etcd.close();
  }

  /** What becomes of a call. */
  private record Check(Semaphore window, AtomicLong wrong) {
    <A> StreamObserver<A> of(Predicate<A> right) {
      return new StreamObserver<>() {
        @Override
        public void onNext(A answer) {
          if (!right.test(answer)) {
            wrong.incrementAndGet();
          }
        }

        @Override
        public void onError(Throwable cause) {
          wrong.incrementAndGet();
          window.release();
        }

        @Override
        public void onCompleted() {
          window.release();
        }
      };
    }
  }
}
