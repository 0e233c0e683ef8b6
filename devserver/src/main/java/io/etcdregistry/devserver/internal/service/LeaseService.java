package io.etcdregistry.devserver.internal.service;

import io.etcdregistry.devserver.internal.engine.Engine;
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
import io.grpc.stub.StreamObserver;

/** {@code etcdserverpb.Lease}. */
final class LeaseService extends LeaseGrpc.LeaseImplBase {
  private final Engine engine;
  private final LeaseTimer timer;

  LeaseService(Engine engine, LeaseTimer timer) {
    this.engine = engine;
    this.timer = timer;
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

  /** Requests are read one by one, so a caller that does not read its answers sends no more. */
  @Override
  public StreamObserver<LeaseKeepAliveRequest> leaseKeepAlive(
      StreamObserver<LeaseKeepAliveResponse> caller) {
    return new StreamObserver<>() {
      @Override
      public void onNext(LeaseKeepAliveRequest request) {
        caller.onNext(engine.renew(request));
      }

      @Override
      public void onError(Throwable cause) {
        // The caller has gone; nothing is kept for it.
      }

      @Override
      public void onCompleted() {
        caller.onCompleted();
      }
    };
  }
}
