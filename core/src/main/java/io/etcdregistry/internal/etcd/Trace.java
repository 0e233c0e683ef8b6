package io.etcdregistry.internal.etcd;

import io.grpc.Attributes;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;

/**
 * What happens to one call on the wire: whether it left, and when the other side was last heard of.
 */
final class Trace extends ClientStreamTracer.Factory {
  private final Link link;
  private volatile boolean sent;

  Trace(Link link) {
    this.link = link;
  }

  /** Whether the call reached a live connection, so that the other side may have received it. */
  boolean sent() {
    return sent;
  }

  @Override
  public ClientStreamTracer newClientStreamTracer(
      ClientStreamTracer.StreamInfo info, Metadata headers) {
    return new ClientStreamTracer() {
      @Override
      public void streamCreated(Attributes transport, Metadata sentHeaders) {
        sent = true;
      }

      @Override
      public void inboundHeaders() {
        link.heard();
      }

      @Override
      public void inboundMessage(int number) {
        link.heard();
      }

      @Override
      public void inboundWireSize(long bytes) {
        link.heard(); // also in the midst of a long answer
      }

      @Override
      public void inboundTrailers(Metadata trailers) {
        link.heard();
      }
    };
  }
}
