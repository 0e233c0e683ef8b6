package io.etcdregistry.devserver.internal.service;

import io.etcdregistry.devserver.internal.engine.Engine;
import io.etcdregistry.devserver.internal.engine.Refusal;
import io.etcdregistry.protocol.AuthGrpc;
import io.etcdregistry.protocol.AuthenticateRequest;
import io.etcdregistry.protocol.AuthenticateResponse;
import io.grpc.stub.StreamObserver;

/** {@code etcdserverpb.Auth} of a server with one user, or none. */
final class AuthService extends AuthGrpc.AuthImplBase {
  private final Engine engine;
  private final Guard guard;

  AuthService(Engine engine, Guard guard) {
    this.engine = engine;
    this.guard = guard;
  }

  @Override
  public void authenticate(
      AuthenticateRequest request, StreamObserver<AuthenticateResponse> caller) {
    String token = guard.authenticate(request.getName(), request.getPassword());
    if (token == null) {
      Refusal refusal = guard.watchful() ? Refusal.AUTH_FAILED : Refusal.AUTH_NOT_ENABLED;
      caller.onError(Answers.status(refusal).asRuntimeException());
      return;
    }
    Answers.answer(
        caller,
        () ->
            AuthenticateResponse.newBuilder()
                .setHeader(engine.currentHeader())
                .setToken(token)
                .build());
  }
}
