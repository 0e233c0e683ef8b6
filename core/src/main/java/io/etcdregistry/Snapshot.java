package io.etcdregistry;

import java.util.List;

/**
 * What a view knew at one moment. Immutable.
 *
 * <p>Snapshots of one view are ordered by {@link #version()}. An empty list is an answer of etcd's
 * only if {@link #freshness()} is not {@link Freshness#LOADING}.
 */
public final class Snapshot {
  /** How far a snapshot may be trusted. */
  public enum Freshness {
    /** etcd has not answered yet: nothing is known. */
    LOADING,
    /** Followed through a watch that answers: at most about 15 s behind, normally milliseconds. */
    LIVE,
    /** The last known good: etcd cannot be followed at present. */
    STALE
  }

  private final String service;
  private final long version;
  private final long revision;
  private final Freshness freshness;
  private final List<Instance> instances;

  Snapshot(
      String service, long version, long revision, Freshness freshness, List<Instance> instances) {
    this.service = service;
    this.version = version;
    this.revision = revision;
    this.freshness = freshness;
    this.instances = List.copyOf(instances);
  }

  /**
   * The name this is about.
   *
   * @return the service's name; empty for the view of a whole namespace
   */
  public String service() {
    return service;
  }

  /**
   * The order among the snapshots of one view.
   *
   * @return a number that rises strictly, from 0 for the empty snapshot before the first load
   */
  public long version() {
    return version;
  }

  /**
   * The revision of etcd that this snapshot shows.
   *
   * @return a revision of the cluster, 0 before the first load; it starts again when a cluster was
   *     wiped or restored
   */
  public long revision() {
    return revision;
  }

  /**
   * How far to trust it.
   *
   * @return the freshness when this snapshot was published
   */
  public Freshness freshness() {
    return freshness;
  }

  /**
   * All instances, whatever their status.
   *
   * @return an unmodifiable list, ordered by key
   */
  public List<Instance> instances() {
    return instances;
  }

  @Override
  public String toString() {
    return "Snapshot{"
        + (service.isEmpty() ? "all" : service)
        + ", version="
        + version
        + ", revision="
        + revision
        + ", "
        + freshness
        + ", "
        + instances.size()
        + " instances}";
  }
}
