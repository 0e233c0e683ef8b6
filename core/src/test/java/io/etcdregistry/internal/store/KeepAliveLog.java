package io.etcdregistry.internal.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes down what a keepalive stream tells. */
public final class KeepAliveLog implements KeepAliveStream.Listener {
  // Guarded by this.
  private final Map<Long, List<Duration>> renewed = new HashMap<>();
  private Optional<StoreException> broken = Optional.empty();

  @Override
  public synchronized void renewed(long lease, Duration ttl) {
    renewed.computeIfAbsent(lease, key -> new ArrayList<>()).add(ttl);
  }

  @Override
  public synchronized void broken(StoreException cause) {
    broken = Optional.of(cause);
  }

  /** The answers for a lease so far. */
  public synchronized List<Duration> renewed(long lease) {
    return List.copyOf(renewed.getOrDefault(lease, List.of()));
  }

  /** How the stream ended, if it did by itself. */
  public synchronized Optional<StoreException> broken() {
    return broken;
  }
}
