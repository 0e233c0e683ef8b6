package io.etcdregistry.internal.view;

import io.etcdregistry.Snapshot;
import io.etcdregistry.Snapshot.Freshness;
import io.etcdregistry.internal.roster.Roster;
import java.util.List;

/**
 * What a view shows at one moment.
 *
 * @param snapshot what is known
 * @param instances the snapshot's
 * @param skipped how many keys were skipped because they hold no record
 * @param resets how many resets of the cluster the view has been through
 */
record Shown(Snapshot snapshot, Roster instances, int skipped, int resets) {
  static Shown nothing(String service) {
    Snapshot empty = new Snapshot(service, 0, 0, Freshness.LOADING, Roster.EMPTY, List.of());
    return new Shown(empty, Roster.EMPTY, 0, 0);
  }

  /** How many are up. */
  int up() {
    return instances.up();
  }

  boolean loaded() {
    return snapshot.freshness() != Freshness.LOADING;
  }
}
