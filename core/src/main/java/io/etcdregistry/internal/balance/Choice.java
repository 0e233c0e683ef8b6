package io.etcdregistry.internal.balance;

import io.etcdregistry.Instance;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is chosen from until the next snapshot. Thread-safe; choosing allocates nothing. */
final class Choice {
  private final Optional<Instance>[] answers;
  private final Node[] nodes;
  private final Selector selector;
  private final ForKeys forKeys;
  private final List<Trial> trials;
  private volatile @Nullable Rendezvous rendezvous; // made when a key is first asked for

  /** An instance that one call is to try. */
  record Trial(Optional<Instance> answer, Node node) {}

  /** Makes what is chosen from by key: always the same. */
  @FunctionalInterface
  interface ForKeys {
    Table table();
  }

  /**
   * A choice.
   *
   * @param table what the selector chooses from
   * @param selector chooses
   * @param forKeys what is chosen from by key
   * @param trials who is to be tried
   */
  Choice(Table table, Selector selector, Table forKeys, List<Trial> trials) {
    this.answers = table.answers();
    this.nodes = table.nodes();
    this.selector = selector;
    this.forKeys = () -> forKeys;
    this.trials = trials;
  }

  /**
   * A choice among the members of a crowd as it is now, at least one.
   *
   * @param crowd who there is
   * @param selector chooses
   */
  Choice(Crowd crowd, Selector selector) {
    this.answers = crowd.answers();
    this.nodes = new Node[0];
    this.selector = selector;
    this.forKeys = crowd.forKeys();
    this.trials = List.of();
  }

  /** Nothing to choose from. */
  static Choice none() {
    Optional<Instance>[] empty = Table.array(1);
    empty[0] = Optional.empty();
    Table table = new Table(empty, new Node[0], new double[] {1});
    return new Choice(table, () -> 0, table, List.of());
  }

  Optional<Instance> pick() {
    return answers[selector.next()];
  }

  Optional<Instance> pick(String key) {
    return isEmpty() ? Optional.empty() : rendezvous().answer(Hash.of(key));
  }

  boolean isEmpty() {
    return answers[0].isEmpty();
  }

  /** The place of the next choice. */
  int next() {
    return selector.next();
  }

  Instance instance(int place) {
    return answers[place].orElseThrow();
  }

  /** What calls told of the one at a place, if this knows. */
  Optional<Node> node(int place) {
    return nodes.length == 0 ? Optional.empty() : Optional.of(nodes[place]);
  }

  List<Trial> trials() {
    return trials;
  }

  /** Whether a key belongs to one that is left out rather than to any other. */
  boolean isAhead(Trial trial, String key) {
    long hash = Hash.of(key);
    Instance instance = trial.answer().orElseThrow();
    double weight = instance.weight() > 0 ? instance.weight() : 1;
    double score = Rendezvous.score(hash, Rendezvous.hash(instance), weight);
    return isEmpty() || score > rendezvous().score(hash, rendezvous().place(hash));
  }

  private Rendezvous rendezvous() {
    Rendezvous known = rendezvous;
    if (known == null) {
      known = new Rendezvous(forKeys.table());
      rendezvous = known;
    }
    return known;
  }
}
