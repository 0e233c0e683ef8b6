package io.etcdregistry.internal.etcd;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * One request sent over one link. Its end is told in the loop, once.
 *
 * @param <R> the answer
 */
final class Unary<R> {
  /**
   * Hears the end.
   *
   * @param <R> the answer
   */
  interface Ending<R> {
    /** The answer came. */
    void answered(R answer);

    /** There will be none. */
    void failed(Status status);
  }

  private final Trace trace;
  private final ClientCall<?, R> call;

  private Unary(Trace trace, ClientCall<?, R> call) {
    this.trace = trace;
    this.call = call;
  }

  /** Sends a request whose answer is small. */
  static <Q, R> Unary<R> send(
      Link link, MethodDescriptor<Q, R> method, Metadata headers, Q request, EndingIn<R> ending) {
    Trace trace = new Trace(link);
    return send(trace, link.call(method, trace, ending.loop.readers()), headers, request, ending);
  }

  /** Sends a request. */
  static <Q, R> Unary<R> send(
      Link link, Call<Q, R> how, String token, Q request, EndingIn<R> ending) {
    Trace trace = new Trace(link);
    ClientCall<Q, R> call = link.call(how.method(), trace, how.readers(ending.loop));
    return send(trace, call, how.headers(token), request, ending);
  }

  private static <Q, R> Unary<R> send(
      Trace trace, ClientCall<Q, R> call, Metadata headers, Q request, EndingIn<R> ending) {
    call.start(ending, headers);
    call.request(2); // one more than may come, so that gRPC notices a second answer
    call.sendMessage(request);
    call.halfClose();
    return new Unary<>(trace, call);
  }

  /** Whether the request may have reached the other side. Final once this was cancelled. */
  boolean sent() {
    return trace.sent();
  }

  /** Gives up waiting. What was sent may still be carried out. */
  void cancel() {
    call.cancel("no longer needed", null);
  }

  /**
   * An ending, told in a loop.
   *
   * @param <R> the answer
   */
  static final class EndingIn<R> extends ClientCall.Listener<R> {
    private final Loop loop;
    private final Ending<R> ending;
    private @Nullable R answer;

    EndingIn(Loop loop, Ending<R> ending) {
      this.loop = loop;
      this.ending = ending;
    }

    @Override
    public void onMessage(R message) {
      answer = message;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      R received = answer;
      if (status.isOk() && received != null) {
        loop.execute(() -> ending.answered(received));
      } else {
        Status failure =
            status.isOk() ? Status.INTERNAL.withDescription("closed without an answer") : status;
        loop.execute(() -> ending.failed(failure));
      }
    }
  }
}
