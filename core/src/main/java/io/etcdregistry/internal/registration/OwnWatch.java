package io.etcdregistry.internal.registration;

import io.etcdregistry.internal.store.KeyValue;
import io.etcdregistry.internal.store.Listing;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.WatchStream.Event;
import io.etcdregistry.internal.watch.RangeListener;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Tells a key of ours what etcd says of it. In the reconciler's serial context. */
final class OwnWatch implements RangeListener {
  private final OwnKey key;
  private final Consumer<OwnKey> touch;
  private final Runnable onReturn;
  private boolean stale;

  /**
   * A watch of a key.
   *
   * @param key what is told
   * @param touch hears that something else is known
   * @param onReturn is run when changes come in again after they did not for a while
   * @param stale whether they do not now, as a stream ended since the key became known
   */
  OwnWatch(OwnKey key, Consumer<OwnKey> touch, Runnable onReturn, boolean stale) {
    this.key = key;
    this.touch = touch;
    this.onReturn = onReturn;
    this.stale = stale;
  }

  @Override
  public void listed(Listing listing, boolean reset) {
    Observed news = observed(listing);
    take(reset ? news : key.observed.or(news));
  }

  @Override
  public void changed(long revision, List<Event> events) {
    Event last = events.get(events.size() - 1);
    Optional<KeyValue> pair = last.deleted() ? Optional.empty() : Optional.of(last.pair());
    take(key.observed.or(Observed.of(revision, pair)));
  }

  @Override
  public void verified(Listing listing, Map<String, Long> newer) {
    take(key.observed.or(observed(listing)));
  }

  @Override
  public void live(boolean live) {
    if (live && stale) {
      onReturn.run();
    }
    stale = !live;
  }

  @Override
  public void failing(StoreException cause) {
    // answers and the audit tell as well
  }

  private static Observed observed(Listing listing) {
    return Observed.of(listing.header().revision(), listing.pairs().stream().findFirst());
  }

  private void take(Observed news) {
    if (!news.equals(key.observed)) {
      key.observed = news;
      touch.accept(key);
    }
  }
}
