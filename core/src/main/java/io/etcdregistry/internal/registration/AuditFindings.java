package io.etcdregistry.internal.registration;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongPredicate;

/** Holds what an audit of a lease found against what is known. In the reconciler's context. */
final class AuditFindings implements LeaseAudit.Findings {
  private final Map<String, OwnKey> keys;
  private final LongPredicate ours;
  private final Consumer<OwnKey> touch;

  /**
   * Findings about keys.
   *
   * @param keys those of the reconciler, to which strays are added
   * @param ours whether a lease is, or ever was, this client's
   * @param touch hears of keys about which something else is known now
   */
  AuditFindings(Map<String, OwnKey> keys, LongPredicate ours, Consumer<OwnKey> touch) {
    this.keys = keys;
    this.ours = ours;
    this.touch = touch;
  }

  /** Nothing but its watch tells that a key of another owner's has vanished. */
  @Override
  public void begun() {
    for (OwnKey key : List.copyOf(keys.values())) {
      boolean found = key.observed.kind() == Observed.Kind.FOUND;
      if (found && !key.owners.isEmpty() && !ours.test(key.observed.lease())) {
        key.toRead = true;
        touch.accept(key);
      }
    }
  }

  @Override
  public Map<OwnKey, Observed> known() {
    Map<OwnKey, Observed> known = new HashMap<>();
    keys.values().forEach(key -> known.put(key, key.observed));
    return known;
  }

  @Override
  public void audited(long lease, Map<OwnKey, Observed> before, Set<String> found) {
    for (OwnKey key : List.copyOf(keys.values())) {
      Observed known = before.get(key);
      boolean unchanged = known != null && known.equals(key.observed) && !key.writing;
      boolean expected = key.observed.lease() == lease;
      if (unchanged && expected != found.contains(key.key)) {
        key.observed = key.observed.doubted();
        touch.accept(key);
      }
    }
    for (String stray : found) {
      if (!keys.containsKey(stray)) {
        OwnKey late = keys.computeIfAbsent(stray, OwnKey::new); // what should not be there
        late.tombstone = true;
        late.attempted = true;
        touch.accept(late);
      }
    }
  }

  @Override
  public void refused(long lease) {
    for (OwnKey key : List.copyOf(keys.values())) {
      if (key.observed.lease() == lease) {
        key.observed = key.observed.doubted();
        touch.accept(key);
      }
    }
  }
}
