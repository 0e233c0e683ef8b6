package io.etcdregistry.it.differential;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.etcdregistry.protocol.Event;
import io.etcdregistry.protocol.WatchCreateRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/*
 * etcd tells its watchers later than it answers, and one that starts in the past up to 100 ms later;
 * what it tells a watcher that has not caught up when history is compacted is therefore a matter of
 * luck. So before a compaction, and before a watch is cancelled, all watches catch up. How many events
 * that takes is known from a watch of everything on the real etcd. A watch that has none to be told
 * has caught up when a younger one that starts in the past is told of something: etcd brings all of
 * them up to date in one go.
 */
/** The same watches on both servers, several on one stream. Not thread-safe. */
final class Watchers implements AutoCloseable {
  private static final ByteString ZERO = ByteString.copyFrom(new byte[] {0});

  private final Side real;
  private final Side ours;
  private final Side all;
  private final long begin;
  private final List<Watcher> watchers = new ArrayList<>();
  private long probes;
  private boolean late;

  /**
   * A watch.
   *
   * @param id the same on both servers
   * @param from the first revision it is about
   * @param gone whether that was compacted before it began
   */
  private record Watcher(long id, WatchCreateRequest request, long from, boolean gone) {
    boolean isTold(Event event) {
      boolean put = event.getType() == Event.EventType.PUT;
      return event.getKv().getModRevision() >= from
          && RandomRequests.covers(request, event.getKv().getKey())
          && !request
              .getFiltersList()
              .contains(
                  put
                      ? WatchCreateRequest.FilterType.NOPUT
                      : WatchCreateRequest.FilterType.NODELETE);
    }
  }

  /**
   * No watches yet.
   *
   * @param base the present revision; watches may begin up to {@code reach} before it
   */
  Watchers(Duo duo, long base, long compacted, Duration patience) {
    real = new Side(duo.real(), patience);
    ours = new Side(duo.ours(), patience);
    all = new Side(duo.real(), patience);
    begin = Math.max(1, compacted + 1);
    all.create(everything(Math.min(begin, base + 1)));
  }

  private static WatchCreateRequest everything(long start) {
    return WatchCreateRequest.newBuilder()
        .setKey(ZERO)
        .setRangeEnd(ZERO)
        .setStartRevision(start)
        .build();
  }

  /** Begins a watch. */
  void create(WatchCreateRequest request, long present, long compacted) {
    long start = request.getStartRevision() == 0 ? present + 1 : request.getStartRevision();
    real.create(request);
    ours.create(request);
    late |= start <= present;
    watchers.add(new Watcher(watchers.size(), request, start, start < compacted));
  }

  /** Has all watches hear of everything up to the present revision. */
  void catchUp(long present, long compacted) {
    if (watchers.isEmpty() || present < begin) {
      return;
    }
    all.awaitRevision(0, present);
    if (late && present > compacted) {
      all.create(everything(present));
      all.awaitRevision(++probes, present);
      late = false;
    }
    List<Event> history = all.events(0);
    for (Watcher watcher : watchers) {
      if (watcher.gone) {
        real.awaitEnd(watcher.id);
        ours.awaitEnd(watcher.id);
      } else {
        int count = (int) history.stream().filter(watcher::isTold).count();
        try {
          real.awaitEvents(watcher.id, count);
          ours.awaitEvents(watcher.id, count);
        } catch (AssertionError e) {
          throw new AssertionError(
              "%s: etcd told %s and the dev server %s of %s, at revision %d"
                  .formatted(
                      watcher,
                      real.all(watcher.id),
                      ours.all(watcher.id),
                      history.stream().filter(watcher::isTold).toList(),
                      present),
              e);
        }
      }
    }
  }

  /** Ends all watches and compares all that each was told. */
  void finish(long present, long compacted) {
    catchUp(present, compacted);
    for (Watcher watcher : watchers) {
      if (!watcher.gone) {
        real.cancel(watcher.id);
        ours.cancel(watcher.id);
      }
      assertThat(ours.all(watcher.id))
          .as("watch %d from %d: %s", watcher.id, watcher.from, watcher.request)
          .isEqualTo(real.all(watcher.id));
    }
  }

  @Override
  public void close() {
    real.close();
    ours.close();
    all.close();
  }
}
