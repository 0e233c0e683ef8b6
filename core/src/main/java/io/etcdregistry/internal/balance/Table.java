package io.etcdregistry.internal.balance;

import io.etcdregistry.Instance;
import java.util.Arrays;
import java.util.Optional;

/**
 * Members to choose from, by place: the answer to give, what calls told of it, and its weight. Not
 * changed once it was made.
 */
final class Table {
  private static final Node[] NO_NODES = {};

  private final Optional<Instance>[] answers;
  private final Node[] nodes;
  private final double[] weights;

  /**
   * A table of what it is given.
   *
   * @param answers what to answer at each place
   * @param nodes what calls told of each; none if nobody asks
   * @param weights of each, finite, 0 or more
   */
  Table(Optional<Instance>[] answers, Node[] nodes, double[] weights) {
    this.answers = answers;
    this.nodes = nodes;
    this.weights = weights;
  }

  @SuppressWarnings("unchecked") // an array of a generic type can be made in no other way
  static Optional<Instance>[] array(int size) {
    return (Optional<Instance>[]) new Optional<?>[size];
  }

  int size() {
    return answers.length;
  }

  Optional<Instance>[] answers() {
    return answers;
  }

  Instance instance(int place) {
    return answers[place].orElseThrow();
  }

  Node[] nodes() {
    return nodes;
  }

  double[] weights() {
    return weights;
  }

  /** The same members with other weights, without those that have none: see {@link #positive}. */
  Table with(double[] others) {
    return new Table(answers, nodes, others).positive();
  }

  /** Whether all weights are the same. */
  boolean even() {
    for (double weight : weights) {
      if (weight != weights[0]) {
        return false;
      }
    }
    return true;
  }

  /** Without members of weight 0; if there are no others, all alike. */
  Table positive() {
    int count = 0;
    for (double weight : weights) {
      count += weight > 0 ? 1 : 0;
    }
    if (count == weights.length) {
      return this;
    }
    if (count == 0) {
      double[] alike = new double[weights.length];
      Arrays.fill(alike, 1);
      return new Table(answers, nodes, alike);
    }
    return only(count);
  }

  private Table only(int count) {
    Optional<Instance>[] kept = array(count);
    Node[] keptNodes = nodes.length == 0 ? NO_NODES : new Node[count];
    double[] keptWeights = new double[count];
    int at = 0;
    for (int place = 0; place < answers.length; place++) {
      if (weights[place] > 0) {
        kept[at] = answers[place];
        keptWeights[at] = weights[place];
        if (nodes.length > 0) {
          keptNodes[at] = nodes[place];
        }
        at++;
      }
    }
    return new Table(kept, keptNodes, keptWeights);
  }
}
