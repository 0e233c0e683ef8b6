package io.etcdregistry.internal.balance;

import io.etcdregistry.Instance;
import io.etcdregistry.Instance.Status;
import io.etcdregistry.internal.roster.Roster;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Members that are all alike, at places that they keep while others come and go, so that it takes
 * no longer to follow a list of many than one of few.
 *
 * <p>Readers choose among the first places of an array that changes under them: who comes is put
 * behind the last, who goes is replaced by the last, and its old place is left as it is. So a
 * reader that still chooses by the number of before finds somebody at every place, and at worst one
 * who has just gone, as it would in a list of before. Changed in the balancer's context only.
 */
final class Crowd implements Roster.Difference {
  private static final int ROOM = 8;

  private final Predicate<Instance> alike;
  private final BiConsumer<Instance, @Nullable Instance> moves;
  private @Nullable Roster shown;
  private Optional<Instance>[] answers = Table.array(0);
  private int size;
  private boolean even;
  private Places places = new Places(0);

  /**
   * Nobody.
   *
   * @param alike whether one may be chosen as often as others
   * @param moves hears of each that is gone, and of each that was replaced, by whom
   */
  Crowd(Predicate<Instance> alike, BiConsumer<Instance, @Nullable Instance> moves) {
    this.alike = alike;
    this.moves = moves;
  }

  /**
   * Takes over those of a list that are up.
   *
   * @return whether there are any, and all are alike; else it is as if they were forgotten
   */
  boolean follow(Roster next) {
    Roster before = shown;
    shown = next;
    even = true;
    if (before == null) {
      fill(next);
    } else {
      Roster.difference(before, next, this);
    }
    if (!even || size == 0) {
      forget();
    }
    return stands();
  }

  private void fill(Roster all) {
    List<Optional<Instance>> up = new ArrayList<>(all.up());
    for (Instance instance : all) {
      even &= !counts(instance) || alike.test(instance);
      if (!even) {
        return;
      }
      if (counts(instance)) {
        up.add(Optional.of(instance));
      }
    }
    size = up.size();
    answers = up.toArray(Table.array(size));
    rehash();
  }

  /** Whether it stands for the list that was shown last. */
  boolean stands() {
    return shown != null;
  }

  void forget() {
    if (shown != null) {
      shown = null;
      answers = Table.array(0);
      size = 0;
      places = new Places(0);
    }
  }

  int size() {
    return size;
  }

  /** What to answer at each place below {@link #size}. */
  Optional<Instance>[] answers() {
    return answers;
  }

  /** The members, ordered by key. */
  List<Optional<Instance>> members() {
    Roster all = shown;
    return all == null ? List.of() : members(all);
  }

  /** Makes a table of the members as they are now, ordered by key, when it is asked for. */
  Choice.ForKeys forKeys() {
    Roster all = shown == null ? Roster.EMPTY : shown;
    return () -> {
      List<Optional<Instance>> members = members(all);
      double[] weights = new double[members.size()];
      Arrays.fill(weights, 1);
      return new Table(members.toArray(Table.array(0)), new Node[0], weights);
    };
  }

  private static List<Optional<Instance>> members(Roster all) {
    return all.stream().filter(Crowd::counts).map(Optional::of).toList();
  }

  private static boolean counts(Instance instance) {
    return instance.status() == Status.UP;
  }

  @Override
  public void added(Instance instance) {
    if (counts(instance)) {
      add(instance);
    }
  }

  @Override
  public void removed(Instance instance) {
    if (counts(instance)) {
      remove(instance);
    }
    moves.accept(instance, null);
  }

  @Override
  public void replaced(Instance before, Instance after) {
    if (!counts(before)) {
      added(after);
    } else if (counts(after)) {
      even &= alike.test(after);
      int place = places.take(before, answers);
      answers[place] = Optional.of(after);
      places.put(place, answers);
    } else {
      remove(before);
    }
    moves.accept(before, after);
  }

  private void add(Instance instance) {
    even &= alike.test(instance);
    if (size == answers.length) {
      answers = Arrays.copyOf(answers, size + size / 8 + ROOM);
    }
    answers[size] = Optional.of(instance);
    size++;
    if (places.hasRoomFor(size)) {
      places.put(size - 1, answers);
    } else {
      rehash();
    }
  }

  private void remove(Instance instance) {
    int place = places.take(instance, answers);
    size--;
    if (place < size) {
      places.take(answers[size].orElseThrow(), answers);
      answers[place] = answers[size];
      places.put(place, answers);
    }
    if (size < answers.length / 2) {
      answers = Arrays.copyOf(answers, size); // lets go of those who left
      rehash();
    }
  }

  private void rehash() {
    places = new Places(size);
    for (int place = 0; place < size; place++) {
      places.put(place, answers);
    }
  }
}
