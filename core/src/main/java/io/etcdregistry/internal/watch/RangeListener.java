package io.etcdregistry.internal.watch;

import io.etcdregistry.internal.store.Listing;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.WatchStream.Event;
import java.util.List;
import java.util.Map;

/** Hears of one range, one call at a time, in the order of what happened in etcd. */
public interface RangeListener {
  /**
   * The whole content: whatever was known before is replaced.
   *
   * @param listing the range at one revision
   * @param reset whether the cluster was wiped or restored, so that revisions started again
   */
  void listed(Listing listing, boolean reset);

  /**
   * Changes, in order.
   *
   * @param revision the last of the revisions they belong to
   * @param events at least one
   */
  void changed(long revision, List<Event> events);

  /**
   * The watch told of changes that a list had told of before: nothing new.
   *
   * @param events at least one, in order
   */
  default void late(List<Event> events) {}

  /**
   * What changed since cannot be told: the range is listed anew, soon.
   *
   * @param why one sentence for a person
   */
  default void resyncing(String why) {}

  /**
   * The whole content, to be compared with what is known; it should agree.
   *
   * @param listing the range at one revision
   * @param newer keys that changes newer than the listing told of, with the last revision of each:
   *     there the listing is out of date
   */
  void verified(Listing listing, Map<String, Long> newer);

  /**
   * Whether changes come in at the moment.
   *
   * @param live false while etcd cannot be followed
   */
  void live(boolean live);

  /**
   * The range could not be read or watched; it is tried again.
   *
   * @param cause why
   */
  void failing(StoreException cause);
}
