package io.etcdregistry.it.differential;

import io.etcdregistry.protocol.Event;
import io.etcdregistry.protocol.WatchCancelRequest;
import io.etcdregistry.protocol.WatchCreateRequest;
import io.etcdregistry.protocol.WatchRequest;
import io.etcdregistry.protocol.WatchResponse;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** One server's watch stream and what each watch on it was told. Thread-safe. */
final class Side implements StreamObserver<WatchResponse>, AutoCloseable {
  private final StreamObserver<WatchRequest> requests;
  private final Duration patience;

  // Guarded by this.
  private final Map<Long, Told> told = new HashMap<>();
  private long created;
  private Throwable failure;

  /** What a watch was told, in order. */
  static final class Told {
    private final List<Event> events = new ArrayList<>();
    private String begun = "";
    private String ended = "";

    /** All of it, as text. */
    List<String> all() {
      List<String> all = new ArrayList<>(List.of(begun));
      events.forEach(event -> all.add(Normalized.text(event)));
      all.add(ended);
      return all;
    }
  }

  Side(Peer peer, Duration patience) {
    this.patience = patience;
    this.requests = peer.watch(this);
  }

  @Override
  public synchronized void onNext(WatchResponse response) {
    Told watch = told.computeIfAbsent(response.getWatchId(), id -> new Told());
    watch.events.addAll(response.getEventsList());
    if (response.getCreated()) {
      created++;
      watch.begun = Normalized.text(response);
    } else if (response.getCanceled()) {
      watch.ended = Normalized.text(response);
    }
    notifyAll();
  }

  @Override
  public synchronized void onError(Throwable cause) {
    failure = cause;
    notifyAll();
  }

  @Override
  public synchronized void onCompleted() {
    onError(new IllegalStateException("the server ended the stream"));
  }

  /** Creates a watch, and returns when it was. */
  synchronized void create(WatchCreateRequest request) {
    long before = created;
    requests.onNext(WatchRequest.newBuilder().setCreateRequest(request).build());
    await("a watch is created", () -> created > before);
  }

  /** Cancels a watch, and returns when it was. */
  synchronized void cancel(long id) {
    requests.onNext(
        WatchRequest.newBuilder()
            .setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(id))
            .build());
    awaitEnd(id);
  }

  /** Returns when a watch has been told so many events. */
  synchronized void awaitEvents(long id, int count) {
    await("watch " + id + " is told " + count + " events", () -> of(id).events.size() >= count);
  }

  /** Returns when a watch has been told of a revision. */
  synchronized void awaitRevision(long id, long revision) {
    await("watch " + id + " is told of revision " + revision, () -> last(id) >= revision);
  }

  synchronized void awaitEnd(long id) {
    await("watch " + id + " ends", () -> !of(id).ended.isEmpty());
  }

  synchronized List<Event> events(long id) {
    return List.copyOf(of(id).events);
  }

  synchronized List<String> all(long id) {
    return of(id).all();
  }

  private Told of(long id) {
    return told.computeIfAbsent(id, unused -> new Told());
  }

  private long last(long id) {
    List<Event> events = of(id).events;
    return events.isEmpty() ? 0 : events.get(events.size() - 1).getKv().getModRevision();
  }

  private void await(String what, BooleanSupplier condition) {
    long begun = System.nanoTime();
    while (!condition.getAsBoolean()) {
      long left = patience.toNanos() - (System.nanoTime() - begun);
      if (failure != null || left <= 0) {
        throw new AssertionError("in vain: " + what, failure);
      }
      try {
        wait(Math.max(1, left / 1_000_000));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public void close() {
    requests.onError(new CancellationException("the sequence is over"));
  }
}
