package io.etcdregistry.devserver.internal.service;

import io.grpc.Context;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;

/**
 * Drops what a client said within a call that it has given up since. gRPC does so, too, but hears
 * of the end by the executor that carries the calls: where that is held, both are begun at once
 * when it is let go, and either may be first. A tracer is told by the transport itself. To be
 * installed as both, and called before all others. Thread-safe.
 */
final class Hangups extends ServerStreamTracer.Factory implements ServerInterceptor {
  private static final Context.Key<Line> LINE = Context.key("line");

  /** What one call runs on. */
  private static final class Line extends ServerStreamTracer {
    private volatile boolean ended;

    @Override
    public Context filterContext(Context context) {
      return context.withValue(LINE, this);
    }

    @Override
    public void streamClosed(Status status) {
      ended = true;
    }
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    return new Line();
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Line line = LINE.get();
    ServerCall.Listener<Q> listener = next.startCall(call, headers);
    return line == null ? listener : new Listening<>(listener, line);
  }

  private static final class Listening<Q> extends SimpleForwardingServerCallListener<Q> {
    private final Line line;

    Listening(ServerCall.Listener<Q> listener, Line line) {
      super(listener);
      this.line = line;
    }

    @Override
    public void onMessage(Q message) {
      if (!line.ended) {
        super.onMessage(message);
      }
    }

    @Override
    public void onHalfClose() {
      if (!line.ended) {
        super.onHalfClose();
      }
    }
  }
}
