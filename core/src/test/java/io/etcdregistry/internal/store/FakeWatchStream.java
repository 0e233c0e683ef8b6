package io.etcdregistry.internal.store;

import io.etcdregistry.internal.store.StoreException.Failure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A watch stream of a fake client. */
final class FakeWatchStream extends FakeStream implements WatchStream {
  private final Listener listener;

  // Guarded by the cluster.
  private final Map<Long, FakeWatch> watches = new TreeMap<>();

  FakeWatchStream(FakeStore store, Listener listener) {
    super(store);
    this.listener = listener;
  }

  @Override
  public void create(long id, KeyRange range, long from) {
    request(() -> begin(id, range, from));
  }

  private void begin(long id, KeyRange range, long from) {
    if (store().faults().denies(range, Faults.Right.READ)) {
      sendCanceled(id, 0, new StoreException(Failure.DENIED, "etcdserver: permission denied"));
      return;
    }
    synchronized (cluster()) {
      Header header = cluster().header();
      boolean past = from != 0 && from <= header.revision();
      FakeWatch watch =
          new FakeWatch(
              cluster(), this, id, range, past ? from : Math.max(from, header.revision() + 1));
      if (watches.putIfAbsent(id, watch) != null) {
        throw new IllegalStateException("watch " + id + " exists on this stream already");
      }
      cluster().add(watch);
      answer(() -> listener.created(id, header));
      Duration delay = past ? store().faults().backlogDelay() : Duration.ZERO;
      if (delay.isZero()) {
        watch.catchUp();
      } else {
        cluster().time().schedule(delay, watch::catchUp);
      }
    }
  }

  @Override
  public void cancel(long id) {
    request(() -> drop(id));
  }

  private void drop(long id) {
    synchronized (cluster()) {
      FakeWatch watch = watches.remove(id);
      if (watch != null) {
        cluster().remove(watch);
      }
    }
  }

  @Override
  public void requestProgress() {
    request(
        () -> {
          synchronized (cluster()) {
            if (cluster().answersProgress(watches.values())) {
              answer(listener::progress);
            }
          }
        });
  }

  @Override
  public void close(boolean silent) {
    close();
  }

  @Override
  void tellBroken(StoreException cause) {
    listener.broken(cause);
  }

  @Override
  void forget() {
    synchronized (cluster()) {
      watches.values().forEach(cluster()::remove);
      watches.clear();
    }
  }

  void sendEvents(long id, List<Event> events) {
    Header header = cluster().header();
    List<Event> told =
        List.copyOf(events.stream().filter(event -> !store().faults().drops(event)).toList());
    if (!told.isEmpty()) {
      answer(() -> listener.events(id, header, told));
    }
  }

  void sendCanceled(long id, long compactRevision, StoreException cause) {
    drop(id);
    answer(() -> listener.canceled(id, compactRevision, cause));
  }

  void cancelAll(StoreException cause) {
    synchronized (cluster()) {
      List.copyOf(watches.keySet()).forEach(id -> sendCanceled(id, 0, cause));
    }
  }
}
