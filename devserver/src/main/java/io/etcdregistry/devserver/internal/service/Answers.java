package io.etcdregistry.devserver.internal.service;

import io.etcdregistry.devserver.internal.engine.Refusal;
import io.etcdregistry.devserver.internal.engine.RefusedException;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.lang.System.Logger.Level;
import java.util.function.Supplier;

/** How calls are answered. */
final class Answers {
  private static final System.Logger LOG = System.getLogger("io.etcdregistry.devserver");

  private Answers() {}

  /** Answers a call with what an operation returns, or with why it was refused. */
  static <T> void answer(StreamObserver<T> caller, Supplier<T> operation) {
    T answer;
    try {
      answer = operation.get();
    } catch (RuntimeException e) {
      caller.onError(status(e).asRuntimeException());
      return;
    }
    caller.onNext(answer);
    caller.onCompleted();
  }

  /** The status that a failed operation is answered with. */
  static Status status(RuntimeException failure) {
    if (failure instanceof RefusedException refused) {
      return status(refused.refusal());
    }
    LOG.log(Level.ERROR, "a defect of the dev server", failure);
    return Status.INTERNAL.withDescription("etcdserver: " + failure);
  }

  /** The status that a refusal is answered with. */
  static Status status(Refusal refusal) {
    return Status.Code.valueOf(refusal.code().name()).toStatus().withDescription(refusal.text());
  }
}
