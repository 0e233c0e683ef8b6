package io.etcdregistry.internal.etcd;

import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.internal.time.SerialExecutor;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One stream to one endpoint: opened in the background, requests kept until it is, answers handed
 * on one at a time.
 *
 * @param <Q> what is asked
 * @param <R> what is answered
 */
final class Duplex<Q, R> {
  /**
   * Hears the answers, one call at a time, in the stream's own serial context.
   *
   * @param <R> what is answered
   */
  interface Handler<R> {
    /** An answer. */
    void answered(R answer);

    /** The stream ended by itself: the last call. */
    void broken(StoreException cause, Fault.Kind kind);
  }

  private final Engine engine;
  private final String what;
  private final MethodDescriptor<Q, R> method;
  private final Handler<R> handler;
  private final SerialExecutor context;

  // Of the stream's context.
  private final List<Q> waiting = new ArrayList<>();
  private @Nullable ClientCall<Q, R> call;

  // Of the store's loop.
  private @Nullable Endpoint endpoint;
  private @Nullable Link link;
  private long openedAt;

  private volatile boolean ended;
  private volatile Tokens.Token token = Tokens.NONE;

  Duplex(Engine engine, String what, MethodDescriptor<Q, R> method, Handler<R> handler) {
    this.engine = engine;
    this.what = what;
    this.method = method;
    this.handler = handler;
    this.context = engine.loop().another();
  }

  /** The context that requests and answers share. */
  SerialExecutor context() {
    return context;
  }

  /** Whether it broke or was closed. */
  boolean ended() {
    return ended;
  }

  void open() {
    Loop loop = engine.loop();
    loop.execute(
        () -> {
          if (engine.closed()) {
            broken(StoreExceptions.closed(), Fault.Kind.UNREACHABLE);
            return;
          }
          engine.enlist(this);
          loop.hear(engine.tokens().newerThan(Tokens.NONE), this::authenticated);
        });
  }

  private void authenticated(Tokens.@Nullable Token fresh, @Nullable Throwable error) {
    if (ended) {
      return;
    }
    if (fresh == null) {
      broken(StoreException.of(Objects.requireNonNull(error)), Fault.Kind.DENIED);
      return;
    }
    token = fresh;
    Endpoint picked = engine.endpoints().pick(any -> false).orElseThrow();
    Link to = engine.endpoints().link(picked);
    endpoint = picked;
    link = to;
    openedAt = engine.loop().now();
    if (to.verified()) {
      start(to);
    } else {
      engine.probe(
          picked,
          to,
          fault -> {
            if (fault == null) {
              start(to);
            } else {
              failed(fault);
            }
          });
    }
  }

  private void start(Link to) {
    context.execute(
        () -> {
          if (ended) {
            return;
          }
          ClientCall<Q, R> begun = to.call(method, new Trace(to), engine.loop().readers());
          call = begun;
          begun.start(new Answers(begun), Call.headersOf(token.text()));
          begun.request(1);
          waiting.forEach(begun::sendMessage);
          waiting.clear();
        });
  }

  /** Sends a request, or keeps it until the stream is open. In the context. */
  void send(Q request) {
    if (ended) {
      return;
    }
    if (call == null) {
      waiting.add(request);
    } else {
      call.sendMessage(request);
    }
  }

  /** The token the stream was opened with. */
  Tokens.Token token() {
    return token;
  }

  /** Ends it; nothing is told. From any thread. */
  void close(boolean silent) {
    if (ended) {
      return;
    }
    ended = true;
    context.execute(this::cancel);
    engine
        .loop()
        .execute(
            () -> {
              engine.delist(this);
              Endpoint silentOne = endpoint;
              Link on = link;
              if (silent && silentOne != null && on != null) {
                engine.endpoints().silent(silentOne, on, openedAt);
              }
            });
  }

  /** Ends it from within, and tells. From any thread. */
  void breakOff(StoreException cause, Fault.Kind kind) {
    broken(cause, kind);
    context.execute(this::cancel);
  }

  private void cancel() {
    waiting.clear();
    if (call != null) {
      call.cancel("no longer needed", null);
    }
  }

  /** Of the loop. */
  private void failedWith(Status end) {
    Link on = link;
    if (on != null && !ended) {
      failed(on.fault(end));
    }
  }

  /** Of the loop. */
  private void well() {
    Endpoint serving = endpoint;
    Link on = link;
    if (serving != null && on != null) {
      engine.endpoints().well(serving, on);
    }
  }

  /** Of the loop. */
  private void failed(Fault fault) {
    Endpoint failing = endpoint;
    Link on = link;
    if (ended || failing == null || on == null) {
      return;
    }
    Fault.Next next = fault.kind().next();
    if (next == Fault.Next.ELSEWHERE) {
      engine.endpoints().failed(failing, on, fault);
    }
    if (next == Fault.Next.TOKEN && engine.tokens().known()) {
      var unused = engine.tokens().newerThan(token);
      broken(
          new StoreException(
              Failure.UNREACHABLE,
              what + " at " + on.address() + ": the token has expired; a new one is asked for"),
          fault.kind());
    } else {
      broken(fault.exception(what, on.address()), fault.kind());
    }
  }

  private void broken(StoreException cause, Fault.Kind kind) {
    engine.loop().execute(() -> engine.delist(this));
    context.execute(
        () -> {
          if (!ended) {
            ended = true;
            handler.broken(cause, kind);
          }
        });
  }

  private final class Answers extends ClientCall.Listener<R> {
    private final ClientCall<Q, R> from;
    private boolean any;

    Answers(ClientCall<Q, R> from) {
      this.from = from;
    }

    @Override
    public void onMessage(R message) {
      if (!any) {
        any = true;
        engine.loop().execute(Duplex.this::well);
      }
      context.execute(
          () -> {
            if (!ended) {
              handler.answered(message);
              from.request(1);
            }
          });
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      Status end = status.isOk() ? Status.UNAVAILABLE.withDescription("ended by etcd") : status;
      engine.loop().execute(() -> failedWith(end));
    }
  }
}
