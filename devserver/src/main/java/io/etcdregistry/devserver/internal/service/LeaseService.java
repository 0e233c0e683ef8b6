package io.etcdregistry.devserver.internal.service;

import io.etcdregistry.devserver.internal.engine.Engine;
import io.etcdregistry.devserver.internal.engine.Refusal;
import io.etcdregistry.protocol.LeaseGrantRequest;
import io.etcdregistry.protocol.LeaseGrantResponse;
import io.etcdregistry.protocol.LeaseGrpc;
import io.etcdregistry.protocol.LeaseKeepAliveRequest;
import io.etcdregistry.protocol.LeaseKeepAliveResponse;
import io.etcdregistry.protocol.LeaseLeasesRequest;
import io.etcdregistry.protocol.LeaseLeasesResponse;
import io.etcdregistry.protocol.LeaseRevokeRequest;
import io.etcdregistry.protocol.LeaseRevokeResponse;
import io.etcdregistry.protocol.LeaseTimeToLiveRequest;
import io.etcdregistry.protocol.LeaseTimeToLiveResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code etcdserverpb.Lease}. */
final class LeaseService extends LeaseGrpc.LeaseImplBase {
  private final Engine engine;
  private final LeaseTimer timer;
  private final Guard guard;
  private final Set<KeepAlives> streams = ConcurrentHashMap.newKeySet();

  LeaseService(Engine engine, LeaseTimer timer, Guard guard) {
    this.engine = engine;
    this.timer = timer;
    this.guard = guard;
  }

  @Override
  public void leaseGrant(LeaseGrantRequest request, StreamObserver<LeaseGrantResponse> caller) {
    Answers.answer(
        caller,
        () -> {
          LeaseGrantResponse granted = engine.grant(request);
          timer.granted(granted.getTTL());
          return granted;
        });
  }

  @Override
  public void leaseRevoke(LeaseRevokeRequest request, StreamObserver<LeaseRevokeResponse> caller) {
    Answers.answer(caller, () -> engine.revoke(request));
  }

  @Override
  public void leaseTimeToLive(
      LeaseTimeToLiveRequest request, StreamObserver<LeaseTimeToLiveResponse> caller) {
    Answers.answer(caller, () -> engine.timeToLive(request));
  }

  @Override
  public void leaseLeases(LeaseLeasesRequest request, StreamObserver<LeaseLeasesResponse> caller) {
    Answers.answer(caller, engine::leases);
  }

  /** How many keepalive streams clients have open. */
  int streams() {
    return streams.size();
  }

  /** Ends every stream. */
  void abort(Status status) {
    streams.forEach(stream -> stream.abort(status));
  }

  @Override
  public StreamObserver<LeaseKeepAliveRequest> leaseKeepAlive(
      StreamObserver<LeaseKeepAliveResponse> caller) {
    KeepAlives stream = new KeepAlives(caller, guard.access());
    streams.add(stream);
    // Having a handler also makes answers to a client that has gone harmless.
    ((ServerCallStreamObserver<LeaseKeepAliveResponse>) caller)
        .setOnCancelHandler(() -> streams.remove(stream));
    return stream;
  }

  /**
   * A keepalive stream. gRPC hands it one request at a time; an end from this side comes in
   * between.
   */
  private final class KeepAlives implements StreamObserver<LeaseKeepAliveRequest> {
    private final StreamObserver<LeaseKeepAliveResponse> caller;
    private final Supplier<@Nullable Refusal> access;

    // Guarded by this.
    private boolean ended;

    private KeepAlives(
        StreamObserver<LeaseKeepAliveResponse> caller, Supplier<@Nullable Refusal> access) {
      this.caller = caller;
      this.access = access;
    }

    @Override
    public synchronized void onNext(LeaseKeepAliveRequest request) {
      Refusal refusal = access.get();
      if (refusal != null) {
        abort(Answers.status(refusal));
      } else if (!ended) {
        caller.onNext(engine.renew(request));
      }
    }

    @Override
    public void onError(Throwable cause) {
      streams.remove(this);
    }

    @Override
    public synchronized void onCompleted() {
      streams.remove(this);
      if (!ended) {
        caller.onCompleted();
      }
    }

    synchronized void abort(Status status) {
      if (!ended) {
        ended = true;
        streams.remove(this);
        caller.onError(status.asRuntimeException());
      }
    }
  }
}
