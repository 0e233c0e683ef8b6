package io.etcdregistry.internal.balance;

import io.etcdregistry.Call;
import io.etcdregistry.Instance;
import io.etcdregistry.Instance.Status;
import io.etcdregistry.Snapshot;
import io.etcdregistry.internal.balance.Choice.Trial;
import io.etcdregistry.internal.balance.EjectionMachine.Event;
import io.etcdregistry.internal.balance.Plan.Picker;
import io.etcdregistry.internal.roster.Roster;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.telemetry.ChoiceReports;
import io.etcdregistry.internal.time.Alarm;
import io.etcdregistry.internal.time.SerialExecutor;
import io.etcdregistry.spi.Time;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Chooses for one view by one plan, and learns from the calls that are made. Thread-safe.
 *
 * <p>Readers use one volatile, the {@link Choice}. It is made anew in a serial context when there
 * is another snapshot, when an instance is left out or comes back, and at each step of a slow
 * start.
 */
public final class Balancer {
  private final Plan plan;
  private final Executor context;
  private final Time time;
  private final ChoiceReports reports;
  private final ChoiceMaker maker;
  private final SlowStart slowStart;
  private final Nodes nodes;
  private volatile Choice choice = Choice.none();
  private volatile boolean filterThrew;

  // The following fields are touched in the context only.
  private final Alarm alarm;
  private final Ejections ejections;
  private final Crowd crowd;
  private List<Optional<Instance>> members = List.of(); // unless the crowd stands for them
  private long snapshots;
  private long version;
  private boolean ended;

  /**
   * A balancer that has nothing to choose from yet. One with a filter, which is user code and may
   * take long, has a context of its own.
   *
   * @param service the view's name
   * @param plan how to choose
   * @param context the view's
   * @param env what the parts of the client share
   */
  public static Balancer of(String service, Plan plan, Executor context, Environment env) {
    Executor own = plan.filter().isEmpty() ? context : new SerialExecutor(env.callbacks());
    return new Balancer(service, plan, own, env, ThreadLocalRandom::current);
  }

  Balancer(
      String service,
      Plan plan,
      Executor context,
      Environment env,
      Supplier<? extends RandomGenerator> random) {
    this.plan = plan;
    this.context = context;
    this.time = env.time();
    this.reports = new ChoiceReports(env.telemetry());
    this.maker = new ChoiceMaker(plan, time, random);
    this.nodes = new Nodes(time);
    this.crowd = new Crowd(maker::takesAlike, nodes::moved);
    this.slowStart = new SlowStart(plan.slowStart().toNanos());
    this.alarm = new Alarm(time, context, this::wake);
    this.ejections = new Ejections(service, plan.ejection(), reports);
  }

  /** Chooses one. Takes no lock and allocates nothing. */
  public Optional<Instance> pick() {
    return choice.pick();
  }

  /** Chooses the one that a key belongs to. */
  public Optional<Instance> pick(String key) {
    return choice.pick(key);
  }

  /** Chooses one and begins a call to it. */
  public Optional<Call> begin() {
    Choice now = choice;
    for (Trial trial : now.trials()) {
      if (trial.node().takeTrial()) {
        return Optional.of(trial(trial));
      }
    }
    if (now.isEmpty()) {
      return Optional.empty();
    }
    int place = now.next();
    Optional<Node> known = now.node(place);
    Instance instance = now.instance(place);
    return Optional.of(call(instance, known.orElseGet(() -> nodes.of(instance)), false));
  }

  /** Chooses the one that a key belongs to, and begins a call to it. */
  public Optional<Call> begin(String key) {
    Choice now = choice;
    for (Trial trial : now.trials()) {
      if (now.isAhead(trial, key) && trial.node().takeTrial()) {
        return Optional.of(trial(trial));
      }
    }
    return now.pick(key).map(instance -> call(instance, nodes.of(instance), false));
  }

  private OngoingCall trial(Trial trial) {
    Node node = trial.node();
    tell(node, Event.TRIED);
    return call(trial.answer().orElseThrow(), node, true);
  }

  private OngoingCall call(Instance instance, Node node, boolean trial) {
    return new OngoingCall(this, instance, node, trial, time.nanoTime());
  }

  // ---- what calls tell ----

  void succeeded(OngoingCall call) {
    ended(call, true, "");
  }

  void failed(OngoingCall call, String why) {
    ended(call, false, why);
  }

  void unreachable(OngoingCall call, String why) {
    boolean news = counts(call);
    ended(call, false, why);
    if (news) {
      context.execute(
          () -> condemn(call.node(), call.instance(), Event.UNREACHABLE, "nobody there: " + why));
    }
  }

  /** Whether how a call ended tells of an instance that is chosen. */
  private boolean counts(OngoingCall call) {
    return !call.trial() && !plan.ejection().isZero() && call.node().counts(call.begun());
  }

  void endedUntold(OngoingCall call) {
    call.node().end();
    if (call.trial()) {
      tell(call.node(), Event.UNTOLD);
    }
  }

  private void ended(OngoingCall call, boolean succeeded, String why) {
    Node node = call.node();
    node.end();
    if (plan.picker() == Picker.POWER_OF_TWO_CHOICES) {
      long now = time.nanoTime();
      node.took(now - call.begun(), succeeded, now);
    }
    if (call.trial()) {
      tell(node, succeeded ? Event.SUCCEEDED : Event.FAILED);
    } else if (counts(call)) {
      long outcomes = node.ended(succeeded);
      boolean suspicious =
          !succeeded && (Outcomes.tooManyInARow(outcomes) || Outcomes.tooManyFailures(outcomes, 0));
      if (suspicious && node.accuse()) {
        context.execute(() -> judge(node, call.instance(), outcomes, why));
      }
    }
  }

  private void tell(Node node, Event event) {
    context.execute(
        () -> {
          long now = time.nanoTime();
          ejections.apply(node, event, now);
          arrange(now);
        });
  }

  private void judge(Node node, Instance instance, long outcomes, String why) {
    node.acquit();
    String reason = Verdict.on(outcomes, () -> nodes.rateOfOthers(node), why);
    if (reason.isEmpty() || !condemn(node, instance, Event.CONDEMNED, reason)) {
      node.forgetRate(); // to be counted anew
    }
  }

  private boolean condemn(Node node, Instance instance, Event event, String why) {
    long now = time.nanoTime();
    boolean out =
        nodes.at(node.key()) == node && ejections.condemn(node, instance, event, why, now);
    if (out) {
      arrange(now);
    }
    return out;
  }

  // ---- what is chosen from ----

  /** Whether there is a filter. */
  public boolean isFiltered() {
    return plan.filter().isPresent();
  }

  /** Runs in the context. */
  public void execute(Runnable task) {
    context.execute(task);
  }

  /** Runs when all that was shown so far is chosen from: at once unless there is a filter. */
  public void whenCaughtUp(Runnable task) {
    if (isFiltered()) {
      context.execute(task);
    } else {
      task.run();
    }
  }

  /** Shows the next snapshot. In the view's context, where it is chosen from at once. */
  public void offer(Snapshot snapshot) {
    if (isFiltered()) {
      context.execute(() -> show(snapshot));
    } else {
      show(snapshot);
    }
  }

  /** Whether an instance passes the plan's filter; no, if the filter throws. */
  public boolean fits(Instance instance) {
    try {
      return plan.filter().isEmpty() || plan.filter().get().test(instance);
    } catch (RuntimeException | AssertionError e) {
      reports.filterFailed(e, !filterThrew);
      filterThrew = true;
      return false;
    }
  }

  /**
   * Chooses from another snapshot, unless a later one was shown: from those that are up, or if
   * there are none, those that are draining, or else suspects. In the context, or before anybody
   * else knows this.
   */
  public void show(Snapshot snapshot) {
    if (snapshot.version() < version) {
      return;
    }
    version = snapshot.version();
    snapshots++;
    long now = time.nanoTime();
    boolean alike =
        maker.looksAtNothingElse()
            && ejections.isEmpty()
            && snapshot.instances() instanceof Roster all
            && crowd.follow(all);
    if (alike) {
      members = List.of();
      ejections.members(crowd.size(), snapshots, now);
      nodes.sweep(crowd, snapshots);
    } else {
      crowd.forget();
      lookAtAll(snapshot, now);
    }
    arrange(now);
  }

  private void lookAtAll(Snapshot snapshot, long now) {
    List<Instance> instances = snapshot.instances();
    List<Instance> up = with(Status.UP, instances);
    List<Instance> there = up.isEmpty() ? with(Status.DRAINING, instances) : up;
    List<Instance> all = there.isEmpty() ? with(Status.UP, snapshot.suspects()) : there;
    List<Instance> used = plan.subset().isPresent() ? plan.subset().get().of(all) : all;
    if (plan.knowsAll()) {
      long since = snapshots == 1 ? now - slowStart.nanos() : now; // who was there first is not new
      nodes.know(used, since);
    }
    nodes.keep(used, snapshots);
    ejections.members(used.size(), snapshots, now);
    members = used.stream().map(Optional::of).toList();
  }

  private List<Instance> with(Status status, List<Instance> instances) {
    List<Instance> found = new ArrayList<>();
    for (Instance instance : instances) {
      if (instance.status() == status && fits(instance)) {
        found.add(instance);
      }
    }
    return found;
  }

  private void wake() {
    long now = time.nanoTime();
    ejections.pass(now);
    arrange(now);
  }

  private void arrange(long now) {
    if (crowd.stands() && ejections.isEmpty()) {
      choice = maker.make(crowd);
      wakeNext(false, now);
      return;
    }
    if (crowd.stands()) {
      members = crowd.members();
      crowd.forget();
    }
    arrangeAll(now);
  }

  private void arrangeAll(long now) {
    Draft draft = new Draft(members.size(), plan.picker().asksNodes());
    List<Trial> trials = new ArrayList<>();
    boolean known = plan.knowsAll() || !ejections.isEmpty();
    boolean growing = false;
    for (Optional<Instance> member : members) {
      Instance instance = member.orElseThrow();
      Node node = known ? nodes.at(instance.key()) : null;
      if (node != null && ejections.isOut(node)) {
        if (node.health().state() == Health.State.RETURNING) {
          trials.add(new Trial(member, node));
        }
      } else {
        draft.add(member, node, weight(instance, node, now));
        growing |= node != null && !slowStart.isOver(now - node.since());
      }
    }
    choice = maker.make(draft.table(), trials);
    wakeNext(growing, now);
  }

  private double weight(Instance instance, @Nullable Node node, long now) {
    double weight = instance.weight();
    if (plan.picker() == Picker.ROUND_ROBIN && weight > 0) {
      weight = 1;
    }
    return node == null ? weight : weight * slowStart.factor(now - node.since());
  }

  private void wakeNext(boolean growing, long now) {
    OptionalLong change = ejections.next();
    if (ended || (!growing && change.isEmpty())) {
      alarm.clear();
    } else {
      long step = growing ? now + slowStart.step() : change.getAsLong();
      boolean sooner = change.isPresent() && change.getAsLong() - step < 0;
      alarm.set(sooner ? change.getAsLong() : step);
    }
  }

  /** Wakes no more. */
  public void end() {
    context.execute(
        () -> {
          ended = true;
          alarm.clear();
        });
  }
}
