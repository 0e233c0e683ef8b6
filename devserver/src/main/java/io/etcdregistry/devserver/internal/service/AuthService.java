package io.etcdregistry.devserver.internal.service;

import io.etcdregistry.devserver.internal.engine.Refusal;
import io.etcdregistry.protocol.AuthGrpc;
import io.etcdregistry.protocol.AuthenticateRequest;
import io.etcdregistry.protocol.AuthenticateResponse;
import io.grpc.stub.StreamObserver;

/** {@code etcdserverpb.Auth} of a server without users. */
final class AuthService extends AuthGrpc.AuthImplBase {
  @Override
  public void authenticate(
      AuthenticateRequest request, StreamObserver<AuthenticateResponse> caller) {
    caller.onError(Answers.status(Refusal.AUTH_NOT_ENABLED).asRuntimeException());
  }
}
