package io.etcdregistry.devserver.internal.service;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What happens to calls between the transport and the services: nothing, unless a fault was asked
 * for. Thread-safe.
 */
final class Traffic implements ServerInterceptor {
  private static final Set<String> WRITES =
      Set.of("etcdserverpb.KV/Put", "etcdserverpb.KV/DeleteRange", "etcdserverpb.KV/Txn");

  private final Agenda agenda;
  private final AtomicInteger lateWrites = new AtomicInteger();
  private volatile long lateness;
  private volatile Rules rules = Rules.NONE;

  /**
   * What holds for all calls.
   *
   * @param refusal what each is answered with at once, if that is all
   * @param delay how many nanoseconds each answer waits
   * @param lossy whether answers to calls, and to renewals, are never sent
   */
  record Rules(@Nullable Status refusal, long delay, boolean lossy) {
    static final Rules NONE = new Rules(null, 0, false);

    boolean none() {
      return refusal == null && delay == 0 && !lossy;
    }
  }

  Traffic(Agenda agenda) {
    this.agenda = agenda;
  }

  Rules rules() {
    return rules;
  }

  void refuse(Status status) {
    rules = new Rules(status, rules.delay, rules.lossy);
  }

  void delay(Duration by) {
    rules = new Rules(rules.refusal, by.toNanos(), rules.lossy);
  }

  void lose() {
    rules = new Rules(rules.refusal, rules.delay, true);
  }

  /** Has the next writes applied late, and never answered. */
  void applyLate(int writes, Duration by) {
    lateness = by.toNanos();
    lateWrites.set(writes);
  }

  boolean isFaulty() {
    return !rules.none() || lateWrites.get() > 0;
  }

  /** Ends everything; what was put off keeps its time. */
  void heal() {
    lateWrites.set(0);
    rules = Rules.NONE;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Status refusal = rules.refusal();
    if (refusal != null) {
      call.close(refusal, new Metadata());
      return new ServerCall.Listener<>() {};
    }
    boolean unary = call.getMethodDescriptor().getType().clientSendsOneMessage();
    if (unary && takesLateWrite(call)) {
      return new LateCall<>(next.startCall(new MutedCall<>(call), headers), agenda, lateness);
    }
    if (unary && rules.none()) {
      return next.startCall(call, headers);
    }
    return next.startCall(new SlowCall<>(call, agenda, this), headers);
  }

  private boolean takesLateWrite(ServerCall<?, ?> call) {
    return lateWrites.get() > 0
        && WRITES.contains(call.getMethodDescriptor().getFullMethodName())
        && lateWrites.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
  }
}
