package io.etcdregistry.devserver.internal.service;

import io.etcdregistry.devserver.internal.engine.Engine;
import io.etcdregistry.protocol.WatchGrpc;
import io.etcdregistry.protocol.WatchRequest;
import io.etcdregistry.protocol.WatchResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** {@code etcdserverpb.Watch}. */
final class WatchService extends WatchGrpc.WatchImplBase {
  private final Engine engine;
  private final Executor executor;
  private final Guard guard;
  private final Set<WatchStream> streams = ConcurrentHashMap.newKeySet();

  WatchService(Engine engine, Executor executor, Guard guard) {
    this.engine = engine;
    this.executor = executor;
    this.guard = guard;
  }

  @Override
  public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> caller) {
    ServerCallStreamObserver<WatchResponse> client =
        (ServerCallStreamObserver<WatchResponse>) caller;
    client.disableAutoRequest();
    WatchStream stream = new WatchStream(engine, executor, guard.access(), client, streams::remove);
    streams.add(stream);
    stream.begin();
    return stream;
  }

  /** How many streams clients have open. */
  int streams() {
    return streams.size();
  }

  /** Gives its due to every watch that asked for signs of life. */
  void tick() {
    streams.forEach(WatchStream::tick);
  }

  /** Cancels every watch of every stream. */
  void cancelWatches(String reason) {
    streams.forEach(stream -> stream.cancelWatches(reason));
  }

  /** Ends every stream. */
  void abort(Status status) {
    streams.forEach(stream -> stream.abort(status));
  }
}
