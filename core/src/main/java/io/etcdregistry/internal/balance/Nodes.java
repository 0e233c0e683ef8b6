package io.etcdregistry.internal.balance;

import io.etcdregistry.Instance;
import io.etcdregistry.spi.Time;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What calls told, of those that are called. Only {@link #of} and reading are thread-safe. */
final class Nodes {
  /** Of how many others the failures are counted at most, to tell an outlier. */
  private static final int COMPARED = 256;

  private final Time time;
  private final Map<String, Node> nodes = new ConcurrentHashMap<>();
  private int moved;

  Nodes(Time time) {
    this.time = time;
  }

  /** What is known of an instance; of one that has just been replaced, nothing. */
  Node of(Instance instance) {
    Node known = nodes.get(instance.key());
    if (known == null) {
      long now = time.nanoTime();
      known = nodes.computeIfAbsent(instance.key(), key -> new Node(instance, now));
    }
    return known.isOf(instance) ? known : new Node(instance, time.nanoTime());
  }

  @Nullable Node at(String key) {
    return nodes.get(key);
  }

  /** The share of calls to others that failed. */
  double rateOfOthers(Node node) {
    long succeeded = 0;
    long failed = 0;
    int compared = 0;
    for (Node other : nodes.values()) {
      if (other != node && compared++ < COMPARED) {
        succeeded += Outcomes.successes(other.outcomes());
        failed += Outcomes.failures(other.outcomes());
      }
    }
    return failed == 0 ? 0 : (double) failed / (succeeded + failed);
  }

  /** Begins to know those that are not known yet. */
  void know(List<Instance> used, long since) {
    for (Instance instance : used) {
      Node node = nodes.get(instance.key());
      if (node == null || !node.isOf(instance)) {
        nodes.put(instance.key(), new Node(instance, since));
      }
    }
  }

  /** Keeps what is known of those that are there at a snapshot, and no more. */
  void keep(List<Instance> used, long snapshot) {
    moved = 0;
    if (nodes.isEmpty()) {
      return;
    }
    for (Instance instance : used) {
      Node node = nodes.get(instance.key());
      if (node != null && node.isOf(instance)) {
        node.shown(snapshot);
      }
    }
    nodes.values().removeIf(node -> node.shown() != snapshot);
  }

  /** Forgets one that is gone, or that another life replaced. */
  void moved(Instance before, @Nullable Instance after) {
    moved++;
    if (!nodes.isEmpty()) {
      nodes.computeIfPresent(
          before.key(), (key, node) -> after != null && node.isOf(after) ? node : null);
    }
  }

  /**
   * Forgets those that were called when they had just gone: after so many changes that looking at
   * all is little for each.
   */
  void sweep(Crowd crowd, long snapshot) {
    if (moved > crowd.size()) {
      keep(crowd.members().stream().map(Optional::orElseThrow).toList(), snapshot);
    }
  }
}
