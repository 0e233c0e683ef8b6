package io.etcdregistry.devserver.internal.service;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;

/** A call whose caller never hears of it again. */
final class MutedCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
  MutedCall(ServerCall<Q, A> call) {
    super(call);
  }

  @Override
  public void sendHeaders(Metadata headers) {}

  @Override
  public void sendMessage(A message) {}

  @Override
  public void close(Status status, Metadata trailers) {}
}
