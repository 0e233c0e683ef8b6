package io.etcdregistry.internal.view;

import io.etcdregistry.internal.store.WatchStream.Event;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a comparison put right before the watch told of it: most of it the watch will tell of in a
 * moment, and what it does not it has lost. Not thread-safe: a view keeps it in its serial context.
 */
final class Unexplained {
  /** Keys, with the revision of the list that differed. */
  private final Map<String, Long> keys = new HashMap<>();

  /**
   * A comparison was made of a view that is watched.
   *
   * @param changed the keys it put right
   * @param revision the revision of its list
   * @return how many of the comparison before were not explained until now
   */
  int compared(Collection<String> changed, long revision) {
    int lost = keys.size();
    keys.clear();
    changed.forEach(key -> keys.put(key, revision));
    return lost;
  }

  /**
   * The watch told of changes, in the order of revisions.
   *
   * @return how many keys it has now passed over: it lost their changes
   */
  int told(List<Event> events) {
    if (keys.isEmpty()) {
      return 0;
    }
    events.forEach(event -> keys.remove(event.pair().key()));
    long last = events.get(events.size() - 1).pair().modRevision();
    int before = keys.size();
    keys.values().removeIf(revision -> revision < last);
    return before - keys.size();
  }

  /** The watch ended: what it was about to tell is not known. */
  void forget() {
    keys.clear();
  }
}
