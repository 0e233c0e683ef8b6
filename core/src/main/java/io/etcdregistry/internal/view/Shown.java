package io.etcdregistry.internal.view;

import io.etcdregistry.Instance;
import io.etcdregistry.Snapshot;

/**
 * What a view shows at one moment.
 *
 * @param snapshot what is known
 * @param up how many are up
 * @param skipped how many keys were skipped because they hold no record
 * @param resets how many resets of the cluster the view has been through
 */
record Shown(Snapshot snapshot, int up, int skipped, int resets) {
  static Shown of(Snapshot snapshot, int skipped, int resets) {
    int up = 0;
    for (Instance instance : snapshot.instances()) {
      up += instance.status() == Instance.Status.UP ? 1 : 0;
    }
    return new Shown(snapshot, up, skipped, resets);
  }

  boolean loaded() {
    return snapshot.freshness() != Snapshot.Freshness.LOADING;
  }
}
