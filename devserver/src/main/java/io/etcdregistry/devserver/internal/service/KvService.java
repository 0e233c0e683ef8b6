package io.etcdregistry.devserver.internal.service;

import io.etcdregistry.devserver.internal.engine.Engine;
import io.etcdregistry.protocol.CompactionRequest;
import io.etcdregistry.protocol.CompactionResponse;
import io.etcdregistry.protocol.DeleteRangeRequest;
import io.etcdregistry.protocol.DeleteRangeResponse;
import io.etcdregistry.protocol.KVGrpc;
import io.etcdregistry.protocol.PutRequest;
import io.etcdregistry.protocol.PutResponse;
import io.etcdregistry.protocol.RangeRequest;
import io.etcdregistry.protocol.RangeResponse;
import io.etcdregistry.protocol.TxnRequest;
import io.etcdregistry.protocol.TxnResponse;
import io.grpc.stub.StreamObserver;

/** {@code etcdserverpb.KV}. */
final class KvService extends KVGrpc.KVImplBase {
  private final Engine engine;

  KvService(Engine engine) {
    this.engine = engine;
  }

  @Override
  public void range(RangeRequest request, StreamObserver<RangeResponse> caller) {
    Answers.answer(caller, () -> engine.range(request));
  }

  @Override
  public void put(PutRequest request, StreamObserver<PutResponse> caller) {
    Answers.answer(caller, () -> engine.put(request));
  }

  @Override
  public void deleteRange(DeleteRangeRequest request, StreamObserver<DeleteRangeResponse> caller) {
    Answers.answer(caller, () -> engine.delete(request));
  }

  @Override
  public void txn(TxnRequest request, StreamObserver<TxnResponse> caller) {
    Answers.answer(caller, () -> engine.txn(request));
  }

  @Override
  public void compact(CompactionRequest request, StreamObserver<CompactionResponse> caller) {
    Answers.answer(caller, () -> engine.compact(request));
  }
}
