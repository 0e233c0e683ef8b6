package io.etcdregistry;

import java.util.List;

/**
 * What changed in a view between two snapshots that a listener was given.
 *
 * <p>A listener that is slower than the changes misses intermediate states, never the last one.
 *
 * @param snapshot the state now
 * @param added instances that were not there before; unmodifiable
 * @param updated instances, as they are now, whose document or owner changed; unmodifiable
 * @param removed instances, as they were last, that are gone; unmodifiable
 * @param reset whether the cluster was found wiped or restored in between, so that revisions
 *     started again
 */
public record Change(
    Snapshot snapshot,
    List<Instance> added,
    List<Instance> updated,
    List<Instance> removed,
    boolean reset) {
  /** Makes the lists unmodifiable. */
  public Change {
    added = List.copyOf(added);
    updated = List.copyOf(updated);
    removed = List.copyOf(removed);
  }
}
