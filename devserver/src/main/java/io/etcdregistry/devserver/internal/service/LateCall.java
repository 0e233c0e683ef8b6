package io.etcdregistry.devserver.internal.service;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.ServerCall;

/** A call of one request that is taken up only after a while, whether its caller waits or not. */
final class LateCall<Q> extends SimpleForwardingServerCallListener<Q> {
  private final Agenda agenda;
  private final long delay;

  LateCall(ServerCall.Listener<Q> listener, Agenda agenda, long delay) {
    super(listener);
    this.agenda = agenda;
    this.delay = delay;
  }

  /** The request is there: this is where the service would take it up. */
  @Override
  public void onHalfClose() {
    agenda.at(agenda.now() + delay, super::onHalfClose);
  }

  /** A caller that went away does not take back what is on its way. */
  @Override
  public void onCancel() {}
}
