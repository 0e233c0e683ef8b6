package io.etcdregistry;

import java.util.List;

/**
 * What a view knew at one moment.
 *
 * <p>Snapshots of one view are ordered by {@link #version()}. An empty list is an answer of etcd's
 * unless {@link #freshness()} is {@link Freshness#LOADING} or {@link Freshness#DISK}.
 *
 * @param service the service's name; empty for the view of a whole namespace
 * @param version a number that rises strictly within one view, from 0 for the empty snapshot before
 *     the first load
 * @param revision the revision of etcd that this shows, 0 before the first load; it starts again
 *     when a cluster was wiped or restored
 * @param freshness how far to trust it, as it was when this was published
 * @param instances all instances, whatever their status, ordered by key; unmodifiable
 * @param suspects instances that are not in etcd any more and may live all the same: most of a
 *     fleet of at least five vanished within one TTL, without having said {@code draining}. For two
 *     TTLs they are chosen when nobody else is left. In the order in which they vanished;
 *     unmodifiable
 */
public record Snapshot(
    String service,
    long version,
    long revision,
    Freshness freshness,
    List<Instance> instances,
    List<Instance> suspects) {
  /** How far a snapshot may be trusted. */
  public enum Freshness {
    /** etcd has not answered yet: nothing is known. */
    LOADING,
    /**
     * etcd has not answered yet: this is what an earlier run kept on disk, see {@link
     * Registry.Builder#cache}. {@link ServiceView#age()} tells how old it is.
     */
    DISK,
    /** Followed through a watch that answers: at most about 15 s behind, normally milliseconds. */
    LIVE,
    /** The last known good: etcd cannot be followed at present. */
    STALE
  }

  /** Makes the lists unmodifiable. */
  public Snapshot {
    instances = Wiring.unmodifiable(instances);
    suspects = List.copyOf(suspects);
  }

  @Override
  public String toString() {
    return String.format(
        "Snapshot{%s, version=%d, revision=%d, %s, %d instances, %d suspects}",
        service.isEmpty() ? "all services" : service,
        version,
        revision,
        freshness,
        instances.size(),
        suspects.size());
  }
}
