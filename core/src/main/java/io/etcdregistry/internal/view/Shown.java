package io.etcdregistry.internal.view;

import io.etcdregistry.Instance;
import io.etcdregistry.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a view shows at one moment: the snapshot, and what {@code pick} chooses from, made with it
 * so that choosing allocates nothing.
 *
 * @param snapshot what is known
 * @param choices instances that are up, else those that are draining; each in its {@code Optional}
 * @param up how many are up
 * @param skipped how many keys were skipped because they hold no record
 * @param resets how many resets of the cluster the view has been through
 */
record Shown(Snapshot snapshot, List<Optional<Instance>> choices, int up, int skipped, int resets) {
  static Shown of(Snapshot snapshot, int skipped, int resets) {
    List<Optional<Instance>> up = with(snapshot, Instance.Status.UP);
    List<Optional<Instance>> choices = up.isEmpty() ? with(snapshot, Instance.Status.DRAINING) : up;
    return new Shown(snapshot, choices, up.size(), skipped, resets);
  }

  private static List<Optional<Instance>> with(Snapshot snapshot, Instance.Status status) {
    List<Optional<Instance>> found = new ArrayList<>();
    for (Instance instance : snapshot.instances()) {
      if (instance.status() == status) {
        found.add(Optional.of(instance));
      }
    }
    return found;
  }

  boolean loaded() {
    return snapshot.freshness() != Snapshot.Freshness.LOADING;
  }

  /** One of the choices at random; {@code random} from 0 up to and without the bound given. */
  Optional<Instance> choose(java.util.function.IntUnaryOperator random) {
    return choices.isEmpty() ? Optional.empty() : choices.get(random.applyAsInt(choices.size()));
  }
}
