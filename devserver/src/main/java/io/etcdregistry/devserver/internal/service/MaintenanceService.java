package io.etcdregistry.devserver.internal.service;

import io.etcdregistry.devserver.internal.engine.Engine;
import io.etcdregistry.protocol.AlarmRequest;
import io.etcdregistry.protocol.AlarmResponse;
import io.etcdregistry.protocol.MaintenanceGrpc;
import io.etcdregistry.protocol.StatusRequest;
import io.etcdregistry.protocol.StatusResponse;
import io.grpc.stub.StreamObserver;

/** {@code etcdserverpb.Maintenance}, as far as a healthy server in memory has an answer. */
final class MaintenanceService extends MaintenanceGrpc.MaintenanceImplBase {
  /**
   * The protocol we speak, and who we are as build metadata: to whoever compares versions this is
   * 3.5.0.
   */
  static final String VERSION = "3.5.0+devserver";

  private final Engine engine;

  MaintenanceService(Engine engine) {
    this.engine = engine;
  }

  @Override
  public void status(StatusRequest request, StreamObserver<StatusResponse> caller) {
    Answers.answer(caller, () -> engine.status().setVersion(VERSION).build());
  }

  @Override
  public void alarm(AlarmRequest request, StreamObserver<AlarmResponse> caller) {
    if (request.getAction() == AlarmRequest.AlarmAction.ACTIVATE) {
      caller.onError(Elsewhere.refusal("raising an alarm").asRuntimeException());
      return;
    }
    Answers.answer(
        caller, () -> AlarmResponse.newBuilder().setHeader(engine.currentHeader()).build());
  }
}
