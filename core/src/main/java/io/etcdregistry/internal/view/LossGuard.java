package io.etcdregistry.internal.view;

import io.etcdregistry.Instance;
import io.etcdregistry.Instance.Status;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Tells a loss from a leave. An instance that leaves says {@code draining} first; a record that
 * vanishes without was lost. When most of a fleet is lost at once it is more likely that etcd, or
 * the owners' way to it, is in trouble than that so many processes died: the lost ones are then
 * suspects for a while, to be called when nobody else is left (the self-preservation of Eureka and
 * the panic threshold of Envoy, but bounded in time).
 *
 * <p>Not thread-safe: a view keeps it in its serial context.
 */
final class LossGuard {
  /** Fleets smaller than this are not guarded: a restart of two out of three is ordinary. */
  static final int SMALLEST_FLEET = 5;

  /**
   * A lost record.
   *
   * @param instance as it was known last
   * @param at when it vanished, by the monotonic clock
   * @param suspect whether it vanished together with most of the fleet
   */
  private record Lost(Instance instance, long at, boolean suspect) {}

  private final long window;
  private final Map<String, Lost> lost = new LinkedHashMap<>();

  /**
   * A guard that knows of no loss.
   *
   * @param ttl losses within this time count together; suspects are kept for two of it
   */
  LossGuard(Duration ttl) {
    this.window = ttl.toNanos();
  }

  /** A record vanished, not by this client's doing. */
  void vanished(Instance instance, long now) {
    if (instance.status() == Status.UP) {
      lost.put(instance.key(), new Lost(instance, now, false));
    }
  }

  /** A record is gone for good. */
  void settled(String key) {
    lost.remove(key);
  }

  /** Records that are there again are not lost. */
  void settle(Predicate<String> present) {
    lost.keySet().removeIf(present);
  }

  /**
   * Judges the losses so far.
   *
   * @param present how many instances there are
   * @param now the monotonic clock
   * @return how many more are suspects now
   */
  int judge(int present, long now) {
    lost.values().removeIf(one -> now - one.at() >= (one.suspect() ? 2 : 1) * window);
    long recent = lost.values().stream().filter(one -> now - one.at() < window).count();
    boolean most = present + recent >= SMALLEST_FLEET && recent * 2 > present + recent;
    int added = 0;
    if (most) {
      for (Map.Entry<String, Lost> entry : lost.entrySet()) {
        Lost one = entry.getValue();
        added += one.suspect() ? 0 : 1;
        entry.setValue(new Lost(one.instance(), one.at(), true));
      }
    }
    return added;
  }

  /** The suspects, in the order in which they vanished. */
  List<Instance> suspects() {
    return lost.values().stream().filter(Lost::suspect).map(Lost::instance).toList();
  }

  /** When the next suspect is to be given up; empty if there is none. */
  OptionalLong due() {
    return lost.values().stream()
        .filter(Lost::suspect)
        .mapToLong(one -> one.at() + 2 * window)
        .min();
  }
}
