package io.etcdregistry.devserver.internal.service;

import com.google.protobuf.ByteString;
import io.etcdregistry.devserver.internal.engine.Engine;
import io.etcdregistry.devserver.internal.engine.Refusal;
import io.etcdregistry.devserver.internal.engine.Span;
import io.etcdregistry.protocol.WatchCreateRequest;
import io.etcdregistry.protocol.WatchRequest;
import io.etcdregistry.protocol.WatchResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/*
 * Commits, requests and the transport's readiness arrive on many threads. Each only leaves a signal;
 * the first signal has `run` executed, which works until it has seen the last one. So everything
 * below the line in this class is touched by one thread at a time, without a lock.
 *
 * Sending follows the transport: events are fetched only while it is ready, and requests are asked
 * for one at a time, and only then. A client that does not read therefore holds its place in the
 * history and one piece of it, nothing more.
 */
/** The server's side of one watch stream. Thread-safe. */
final class WatchStream implements StreamObserver<WatchRequest>, Runnable {
  private static final ByteString FIRST_KEY = ByteString.copyFrom(new byte[] {0});
  private static final String DUPLICATE_ID = "mvcc: duplicate watch ID provided on the WatchStream";
  private static final String EMPTY_RANGE = "mvcc: watcher range is empty";

  private final Engine engine;
  private final Executor executor;
  private final Supplier<@Nullable Refusal> access;
  private final ServerCallStreamObserver<WatchResponse> client;
  private final Consumer<WatchStream> onEnd;
  private final Runnable signal = this::signal;
  private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
  private final AtomicInteger signals = new AtomicInteger();
  private volatile boolean ended;

  // Touched by run() only.
  private final WatchPump pump;
  private long nextId;
  private boolean requestDue = true;

  /**
   * A stream without watches.
   *
   * @param executor runs the stream; it may be told to wait, but never to refuse
   * @param access why the client may not create a watch now, or null
   * @param client who is told; its inbound flow control MUST be manual
   * @param onEnd called once the client has gone
   */
  WatchStream(
      Engine engine,
      Executor executor,
      Supplier<@Nullable Refusal> access,
      ServerCallStreamObserver<WatchResponse> client,
      Consumer<WatchStream> onEnd) {
    this.engine = engine;
    this.executor = executor;
    this.access = access;
    this.client = client;
    this.onEnd = onEnd;
    this.pump = new WatchPump(engine);
  }

  /** Begins; to be called within the call that opens the stream. */
  void begin() {
    client.setOnReadyHandler(signal);
    client.setOnCancelHandler(this::end);
    engine.listen(signal);
    signal();
  }

  @Override
  public void onNext(WatchRequest request) {
    command(
        () -> {
          requestDue = true;
          handle(request);
        });
  }

  @Override
  public void onError(Throwable cause) {
    end();
  }

  /** The client has nothing more to ask; its watches go on. */
  @Override
  public void onCompleted() {}

  /** Gives its due to every watch that asked for signs of life; to be called now and then. */
  void tick() {
    command(
        () -> {
          for (ActiveWatch watch : pump.watches()) {
            if (watch.tick()) {
              pump.sayProgress(watch);
            }
          }
        });
  }

  /** Cancels every watch, as etcd does on its own account. */
  void cancelWatches(String reason) {
    command(
        () -> {
          for (ActiveWatch watch : List.copyOf(pump.watches())) {
            pump.remove(watch.id());
            client.onNext(answer(watch.id()).setCanceled(true).setCancelReason(reason).build());
          }
        });
  }

  /** Ends the stream from this side. */
  void abort(Status status) {
    command(
        () -> {
          end();
          client.onError(status.asRuntimeException());
        });
  }

  private void command(Runnable command) {
    commands.add(command);
    signal();
  }

  private void signal() {
    if (signals.getAndIncrement() == 0) {
      executor.execute(this);
    }
  }

  @Override
  public void run() {
    int seen;
    do {
      seen = signals.get();
      try {
        work();
      } catch (RuntimeException e) {
        end();
        client.onError(Answers.status(e).asRuntimeException());
      }
    } while (signals.addAndGet(-seen) != 0);
  }

  private void work() {
    for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
      if (!ended) {
        command.run();
      }
    }
    while (!ended && client.isReady()) {
      if (requestDue) {
        requestDue = false;
        client.request(1);
      }
      WatchResponse response = pump.next();
      if (response == null) {
        return;
      }
      client.onNext(response);
    }
  }

  private void handle(WatchRequest request) {
    switch (request.getRequestUnionCase()) {
      case CREATE_REQUEST -> create(request.getCreateRequest());
      case CANCEL_REQUEST -> cancel(request.getCancelRequest().getWatchId());
      case PROGRESS_REQUEST -> pump.wantProgress();
      case REQUESTUNION_NOT_SET -> {
        // As etcd: a request that says nothing gets no answer.
      }
    }
  }

  private void create(WatchCreateRequest request) {
    long present = engine.currentHeader().getRevision();
    Span span =
        Span.of(request.getKey().isEmpty() ? FIRST_KEY : request.getKey(), request.getRangeEnd());
    String refusal = refusal(request, span);
    if (refusal != null) {
      client.onNext(
          answer(WatchPump.NO_WATCH)
              .setCreated(true)
              .setCanceled(true)
              .setCancelReason(refusal)
              .build());
      return;
    }
    long id = request.getWatchId() == 0 ? freeId() : request.getWatchId();
    long start = request.getStartRevision() == 0 ? present + 1 : request.getStartRevision();
    // The revision told is the one the watch goes on from, whatever has been committed since.
    client.onNext(answer(id).setHeader(engine.identity().header(present)).setCreated(true).build());
    pump.add(new ActiveWatch(id, span, start, request), present);
  }

  private @Nullable String refusal(WatchCreateRequest request, Span span) {
    Refusal denied = access.get();
    if (denied != null) {
      // As etcd: the error as Go's gRPC prints it.
      String code = denied == Refusal.USER_EMPTY ? "InvalidArgument" : "Unauthenticated";
      return "rpc error: code = " + code + " desc = " + denied.text();
    }
    if (request.getStartRevision() < 0) {
      return Refusal.COMPACTED.text();
    }
    if (span.empty()) {
      return EMPTY_RANGE;
    }
    return request.getWatchId() != 0 && pump.has(request.getWatchId()) ? DUPLICATE_ID : null;
  }

  private void cancel(long id) {
    if (pump.remove(id)) {
      client.onNext(answer(id).setCanceled(true).build());
    }
  }

  private long freeId() {
    while (pump.has(nextId)) {
      nextId++;
    }
    return nextId++;
  }

  private WatchResponse.Builder answer(long id) {
    return WatchResponse.newBuilder().setHeader(engine.currentHeader()).setWatchId(id);
  }

  private void end() {
    ended = true;
    engine.ignore(signal);
    onEnd.accept(this);
  }
}
