package io.etcdregistry.internal.balance;

import io.etcdregistry.Instance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A table that grows. Not thread-safe. */
final class Draft {
  private final List<Optional<Instance>> answers;
  private final List<Node> nodes = new ArrayList<>();
  private final double[] weights;
  private final boolean asked;

  /**
   * An empty one.
   *
   * @param most how many members there may be
   * @param asked whether what calls told of a member is asked for at each choice
   */
  Draft(int most, boolean asked) {
    this.answers = new ArrayList<>(most);
    this.weights = new double[most];
    this.asked = asked;
  }

  void add(Optional<Instance> answer, @Nullable Node node, double weight) {
    weights[answers.size()] = weight;
    answers.add(answer);
    if (asked) {
      nodes.add(Objects.requireNonNull(node, "known"));
    }
  }

  Table table() {
    double[] used = Arrays.copyOf(weights, answers.size());
    return new Table(answers.toArray(Table.array(0)), nodes.toArray(new Node[0]), used);
  }
}
