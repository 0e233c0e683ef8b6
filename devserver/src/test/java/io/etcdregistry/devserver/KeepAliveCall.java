package io.etcdregistry.devserver;

import io.etcdregistry.protocol.LeaseKeepAliveResponse;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;

/** The first answer of a keepalive stream, and its end. */
final class KeepAliveCall implements StreamObserver<LeaseKeepAliveResponse> {
  final CompletableFuture<LeaseKeepAliveResponse> first = new CompletableFuture<>();
  final CompletableFuture<Void> end = new CompletableFuture<>();

  @Override
  public void onNext(LeaseKeepAliveResponse response) {
    first.complete(response);
  }

  @Override
  public void onError(Throwable cause) {
    end.completeExceptionally(cause);
  }

  @Override
  public void onCompleted() {
    end.complete(null);
  }
}
