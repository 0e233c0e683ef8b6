package io.etcdregistry.devserver.internal.service;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.function.Supplier;

/**
 * A call whose answers may be slow to leave, or never do. For a call of one request the rules are
 * those of when it began, and its delay counts from then; for a stream those of when each answer is
 * given. What was given later never overtakes. Thread-safe.
 */
final class SlowCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
  private static final String WATCH = "etcdserverpb.Watch/Watch";

  private final Agenda agenda;
  private final Supplier<Traffic.Rules> rules;
  private final boolean losable;
  private final boolean unary;
  private final long begun;

  // Guarded by this.
  private long last = Long.MIN_VALUE;
  private int waiting;
  private boolean lost;

  SlowCall(ServerCall<Q, A> call, Agenda agenda, Traffic traffic) {
    super(call);
    this.agenda = agenda;
    // A stream of events without some of them is nothing that a network does.
    this.losable = !call.getMethodDescriptor().getFullMethodName().equals(WATCH);
    this.unary = call.getMethodDescriptor().getType().clientSendsOneMessage();
    this.begun = agenda.now();
    Traffic.Rules present = traffic.rules();
    this.rules = unary ? () -> present : traffic::rules;
  }

  @Override
  public synchronized void sendHeaders(Metadata headers) {
    send(() -> super.sendHeaders(headers));
  }

  @Override
  public synchronized void sendMessage(A message) {
    if (losable && rules.get().lossy()) {
      lost = unary;
      return;
    }
    send(() -> super.sendMessage(message));
  }

  @Override
  public synchronized void close(Status status, Metadata trailers) {
    if (lost || (losable && rules.get().lossy())) {
      return;
    }
    send(() -> super.close(status, trailers));
  }

  private void send(Runnable answer) {
    long delay = rules.get().delay();
    if (delay == 0 && waiting == 0) {
      answer.run();
      return;
    }
    last = Math.max(last, (unary ? begun : agenda.now()) + delay);
    waiting++;
    agenda.at(last, () -> leave(answer));
  }

  private synchronized void leave(Runnable answer) {
    waiting--;
    if (!isCancelled()) {
      answer.run();
    }
  }
}
