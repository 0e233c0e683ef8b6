package io.etcdregistry.internal.etcd;

import io.etcdregistry.internal.store.Header;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.internal.store.WatchStream;
import io.etcdregistry.protocol.RangeRequest;
import io.etcdregistry.protocol.WatchCancelRequest;
import io.etcdregistry.protocol.WatchGrpc;
import io.etcdregistry.protocol.WatchProgressRequest;
import io.etcdregistry.protocol.WatchRequest;
import io.etcdregistry.protocol.WatchResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;

/** The stream that carries watches. */
final class Watches implements WatchStream, Duplex.Handler<WatchResponse> {
  /*
   * etcd answers creations in their order, but a refused one under the id -1, so the creations under
   * way are kept in a queue; what may not be sent yet (see WatchIds) waits in another. A watch is in
   * `watched` from its creation until it is cancelled by either side; whatever comes for another id
   * is dropped. All fields are of the stream's context.
   *
   * etcd's gRPC proxy takes no notice of requests for progress. There a watch is created and ended
   * instead: beside one that is there already, so that it costs the proxy no watch in etcd, from a
   * revision that never comes.
   */
  private static final long SIGN_OF_LIFE = 0;
  private static final long NEVER = Long.MAX_VALUE - 2; // etcd adds to it

  private record Creation(long id, WatchRequest request) {}

  private final Engine engine;
  private final Listener listener;
  private final Duplex<WatchRequest, WatchResponse> stream;
  private final Queue<Creation> waiting = new ArrayDeque<>();
  private final Queue<Long> creating = new ArrayDeque<>();
  private final Map<Long, KeyRange> watched = new LinkedHashMap<>();
  private final WatchIds ids = new WatchIds();
  private final Fragments fragments = new Fragments(Fragments.MOST_BYTES);
  private boolean progressWanted;

  Watches(Engine engine, Listener listener) {
    this.engine = engine;
    this.listener = listener;
    this.stream = new Duplex<>(engine, "watch", WatchGrpc.getWatchMethod(), this);
  }

  Watches open() {
    stream.open();
    return this;
  }

  @Override
  public void create(long id, KeyRange range, long from) {
    Creation creation = new Creation(id, Messages.watch(id, range, from));
    stream
        .context()
        .execute(
            () -> {
              watched.put(id, range);
              waiting.add(creation);
              sendCreations();
            });
  }

  private void sendCreations() {
    while (!waiting.isEmpty() && (ids.ours() || creating.isEmpty())) {
      Creation next = waiting.remove();
      creating.add(next.id());
      stream.send(next.request());
    }
  }

  @Override
  public void cancel(long id) {
    stream.context().execute(() -> drop(id));
  }

  /** A watch whose id is not known yet can only be cancelled once its creation is answered. */
  private void drop(long id) {
    if (watched.remove(id) != null) {
      fragments.forget(id);
      if (!waiting.removeIf(creation -> creation.id() == id)) {
        ids.forget(id).ifPresent(this::sendCancel);
      }
    }
  }

  private void sendCancel(long id) {
    stream.send(
        WatchRequest.newBuilder()
            .setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(id))
            .build());
  }

  @Override
  public void requestProgress() {
    stream.context().execute(this::askForProgress);
  }

  private void askForProgress() {
    if (!ids.ours() && !creating.isEmpty()) {
      progressWanted = true; // what is being created tells how to ask
    } else if (!ids.theirs()) {
      stream.send(
          WatchRequest.newBuilder()
              .setProgressRequest(WatchProgressRequest.getDefaultInstance())
              .build());
    } else if (!watched.isEmpty()) {
      KeyRange any = watched.values().iterator().next();
      waiting.add(new Creation(SIGN_OF_LIFE, Messages.watch(SIGN_OF_LIFE, any, NEVER)));
      sendCreations();
    }
  }

  @Override
  public void close(boolean silent) {
    stream.close(silent);
  }

  @Override
  public void answered(WatchResponse answer) {
    Header header = Messages.header(answer.getHeader());
    long id = ids.ours(answer.getWatchId());
    if (answer.getCreated()) {
      created(answer, header);
    } else if (answer.getCanceled()) {
      canceled(id, answer, false);
    } else if (answer.getEventsCount() > 0) {
      events(id, answer, header);
    } else if (answer.getWatchId() == WatchIds.NO_ID || watched.containsKey(id)) {
      listener.progress();
    }
  }

  private void created(WatchResponse answer, Header header) {
    Long oldest = creating.poll();
    if (oldest == null) {
      return; // nobody asked for it
    }
    long theirs = answer.getWatchId();
    boolean numberedByUs = ids.ours(); // before this answer, which may be the one that tells
    boolean refused = theirs == WatchIds.NO_ID;
    long id = refused || !numberedByUs ? oldest : theirs;
    if (!refused) {
      ids.created(id, theirs);
    }
    if (answer.getCanceled()) {
      canceled(id, answer, true);
    } else if (watched.containsKey(id)) {
      listener.created(id, header);
    } else if (!numberedByUs) {
      ids.forget(id).ifPresent(this::sendCancel); // its id was not known when it was cancelled
    }
    if (id == SIGN_OF_LIFE) {
      listener.progress();
    }
    sendCreations();
    if (progressWanted) {
      progressWanted = false;
      askForProgress();
    }
  }

  private void canceled(long id, WatchResponse answer, boolean atCreation) {
    fragments.forget(id);
    OptionalLong known = ids.forget(id);
    if (ids.theirs()) {
      known.ifPresent(this::sendCancel); // else the proxy would hand it new watchers, and no events
    }
    KeyRange range = watched.remove(id);
    if (range == null) {
      return;
    }
    Fault fault =
        answer.getCompactRevision() != 0
            ? new Fault(
                Fault.Kind.COMPACTED, "compacted up to revision " + answer.getCompactRevision())
            : Errors.ofCancel(answer.getCancelReason());
    // What was set up and ends for a reason we do not know is no refusal: it can be had again.
    boolean ended = !atCreation && fault.kind() == Fault.Kind.INVALID;
    Failure failure = ended ? Failure.OVERLOADED : fault.kind().failure();
    StoreException cause =
        new StoreException(failure, "watch of " + printable(range) + ": " + fault.text());
    boolean ofToken = fault.kind() == Fault.Kind.TOKEN || fault.kind() == Fault.Kind.DENIED;
    if (ofToken && !stream.token().text().isEmpty()) {
      checkToken(id, range, cause);
    } else {
      listener.canceled(id, answer.getCompactRevision(), cause);
    }
  }

  /**
   * etcd 3.4 calls it "permission denied" when it has only forgotten the token. A read with the
   * same token tells: if that made us get a new one, it was the token, and the stream is to be
   * opened again with the new one; else the right is missing indeed.
   */
  private void checkToken(long id, KeyRange range, StoreException cause) {
    RangeRequest read =
        RangeRequest.newBuilder()
            .setKey(Messages.bytes(range.first()))
            .setRangeEnd(Messages.bytes(range.end()))
            .setLimit(1)
            .setKeysOnly(true)
            .build();
    engine
        .loop()
        .hear(
            engine.call(Call.RANGE, read, engine.config().attempt().multipliedBy(3)),
            (answer, error) -> {
              boolean renewed =
                  engine.tokens().current().generation() > stream.token().generation();
              stream.context().execute(() -> judged(id, cause, renewed));
            });
  }

  private void judged(long id, StoreException cause, boolean renewed) {
    if (stream.ended()) {
      return;
    }
    if (renewed) {
      stream.breakOff(
          new StoreException(
              Failure.UNREACHABLE, "watch: the token had expired, there is a new one"),
          Fault.Kind.TOKEN);
    } else {
      listener.canceled(id, 0, cause);
    }
  }

  private void events(long id, WatchResponse answer, Header header) {
    if (!watched.containsKey(id)) {
      return;
    }
    Fragments.Joined joined = fragments.add(id, answer);
    switch (joined.joint()) {
      case PARTIAL -> {}
      case WHOLE -> listener.events(id, header, joined.events());
      case OVERFLOW -> {
        drop(id);
        listener.canceled(id, 0, overflow("more changes at once than can be held"));
      }
    }
  }

  @Override
  public void broken(StoreException cause, Fault.Kind kind) {
    if (kind == Fault.Kind.TOO_LARGE || kind == Fault.Kind.OVERLOADED) {
      // Some watch has more to say than a message holds, there is no knowing which: all list again.
      List<Long> all = new ArrayList<>(watched.keySet());
      watched.clear();
      all.forEach(id -> listener.canceled(id, 0, overflow(String.valueOf(cause.getMessage()))));
    }
    listener.broken(cause);
  }

  private static StoreException overflow(String text) {
    return new StoreException(Failure.OVERLOADED, "watch: " + text);
  }

  private static String printable(KeyRange range) {
    return Errors.quote(range.first());
  }
}
