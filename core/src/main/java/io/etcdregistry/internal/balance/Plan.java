package io.etcdregistry.internal.balance;

import io.etcdregistry.Instance;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * How a view chooses.
 *
 * @param picker by which rule
 * @param filter what an instance must be to be chosen; empty for no more than its status
 * @param zone where the caller runs; empty for no preference
 * @param slowStart how long a new instance takes to its full share; zero for none
 * @param subset which of the instances this client uses; empty for all
 * @param ejection how long an instance is first left out for failing; zero for never
 */
public record Plan(
    Picker picker,
    Optional<Predicate<Instance>> filter,
    String zone,
    Duration slowStart,
    Optional<Subset> subset,
    Duration ejection) {
  /** A rule of choosing. */
  public enum Picker {
    /** Independent draws, by weight. */
    RANDOM,
    /** In turn, whatever the weights. */
    ROUND_ROBIN,
    /** In turn, by weight, evenly spread. */
    WEIGHTED,
    /** The fewest calls under way for its weight. */
    LEAST_PENDING,
    /** The better of two draws by latency and calls under way. */
    POWER_OF_TWO_CHOICES;

    /** Whether what calls tell is asked for at each choice. */
    boolean asksNodes() {
      return this == LEAST_PENDING || this == POWER_OF_TWO_CHOICES;
    }
  }

  /** Whether each instance must be known by what happened to it, and not only those called. */
  boolean knowsAll() {
    return picker.asksNodes() || !slowStart.isZero();
  }
}
