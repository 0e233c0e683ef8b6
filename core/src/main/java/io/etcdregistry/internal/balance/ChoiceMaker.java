package io.etcdregistry.internal.balance;

import io.etcdregistry.Instance;
import io.etcdregistry.internal.balance.Choice.Trial;
import io.etcdregistry.internal.balance.Plan.Picker;
import io.etcdregistry.spi.Time;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Makes choices by a plan. Takes time in proportion to the number of members, and builds nothing
 * that the plan does not need.
 */
final class ChoiceMaker {
  /** Clients begin their rotations at different places below this. */
  private static final int STARTS = 1 << 20;

  private final Plan plan;
  private final Time time;
  private final Supplier<? extends RandomGenerator> random;
  private final AtomicLong position;

  /**
   * Makes choices of one view.
   *
   * @param plan how it chooses
   * @param time whose clock counts
   * @param random the calling thread's random numbers
   */
  ChoiceMaker(Plan plan, Time time, Supplier<? extends RandomGenerator> random) {
    this.plan = plan;
    this.time = time;
    this.random = random;
    this.position = new AtomicLong(random.get().nextInt(STARTS));
  }

  /**
   * A choice among members.
   *
   * @param members with their weights, slow start in them
   * @param trials who is to be tried by a call
   */
  Choice make(Table members, List<Trial> trials) {
    if (members.size() == 0) {
      return Choice.none();
    }
    Table able = members.positive();
    Table table = plan.zone().isEmpty() ? able : able.with(Zones.weights(able, plan.zone()));
    return new Choice(table, selector(table), able, trials);
  }

  /** Whether a member is chosen as often as the others of a {@link Crowd}. */
  boolean takesAlike(Instance instance) {
    boolean inTurn = plan.picker() == Picker.ROUND_ROBIN;
    return inTurn ? instance.weight() > 0 : instance.weight() == 1;
  }

  /** Whether all that counts about a member is that it is up, and its weight. */
  boolean looksAtNothingElse() {
    return plan.filter().isEmpty()
        && plan.subset().isEmpty()
        && plan.zone().isEmpty()
        && !plan.knowsAll();
  }

  /** A choice among a crowd. */
  Choice make(Crowd crowd) {
    boolean draws = plan.picker() == Picker.RANDOM;
    int size = crowd.size();
    return new Choice(crowd, draws ? new Draw(size, random) : new Turns(size, position));
  }

  private Selector selector(Table table) {
    return switch (plan.picker()) {
      case RANDOM -> Draw.of(table, random);
      case ROUND_ROBIN, WEIGHTED ->
          table.even() ? new Turns(table.size(), position) : new Rotation(table, position);
      case LEAST_PENDING -> new LeastPending(Draw.of(table, random), table);
      case POWER_OF_TWO_CHOICES -> new PowerOfTwoChoices(Draw.of(table, random), table, time);
    };
  }
}
