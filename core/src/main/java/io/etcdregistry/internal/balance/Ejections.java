package io.etcdregistry.internal.balance;

import io.etcdregistry.Instance;
import io.etcdregistry.internal.balance.EjectionMachine.Event;
import io.etcdregistry.internal.balance.EjectionMachine.Terms;
import io.etcdregistry.internal.balance.Health.State;
import io.etcdregistry.internal.telemetry.ChoiceReports;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Who is left out, never more than half of all: what {@link EjectionMachine} decides is carried out
 * and told here. Used in the balancer's context only.
 */
final class Ejections {
  /** The longest time that an instance is left out before it is tried. */
  static final Duration LONGEST = Duration.ofMinutes(5);

  private final String service;
  private final Terms terms;
  private final ChoiceReports reports;
  private final Map<Node, Instance> outs = new LinkedHashMap<>();
  private int members;

  /**
   * Nobody is left out.
   *
   * @param service the view's name
   * @param first how long the first time is
   * @param reports hears of it
   */
  Ejections(String service, Duration first, ChoiceReports reports) {
    this.service = service;
    this.terms = new Terms(first.toNanos(), LONGEST.toNanos());
    this.reports = reports;
  }

  boolean isEmpty() {
    return outs.isEmpty();
  }

  boolean isOut(Node node) {
    return node.health().state() != State.WELL;
  }

  /** There are so many members now; who is no longer one of them is forgotten. */
  void members(int count, long snapshot, long now) {
    members = count;
    outs.keySet().removeIf(node -> node.shown() != snapshot);
    while (outs.size() > most()) {
      Node next = outs.keySet().stream().min(Comparator.comparingLong(Ejections::rest)).get();
      apply(next, Event.PARDONED, now);
    }
  }

  private int most() {
    return members / 2;
  }

  /** By who comes back first. */
  private static long rest(Node node) {
    return node.health().state() == State.OUT ? node.health().until() : Long.MIN_VALUE;
  }

  /**
   * Leaves an instance out, unless half of all are.
   *
   * @param event what it is left out for
   * @return whether it is left out
   */
  boolean condemn(Node node, Instance instance, Event event, String why, long now) {
    if (isOut(node) || outs.size() >= most()) {
      return false;
    }
    outs.put(node, instance);
    apply(node, event, now);
    Duration length = Duration.ofNanos(node.health().until() - now);
    reports.ejected(service, instance, length, why);
    return true;
  }

  /** Something happened to one that is left out. */
  void apply(Node node, Event event, long now) {
    Instance instance = outs.get(node);
    Health before = node.health();
    Health after = EjectionMachine.next(before, event, now, terms);
    if (instance == null || after.equals(before)) {
      return;
    }
    node.health(after, now);
    if (after.state() == State.WELL) {
      outs.remove(node);
      reports.readmitted(service, instance, Duration.ofNanos(now - before.since()));
    } else if (event == Event.FAILED) {
      reports.ejectedAgain();
    }
  }

  /** Time has passed. */
  void pass(long now) {
    for (Node node : new ArrayList<>(outs.keySet())) {
      apply(node, Event.TIME, now);
    }
  }

  /** When something changes by itself next. */
  OptionalLong next() {
    List<Node> waiting =
        outs.keySet().stream().filter(node -> node.health().state() != State.RETURNING).toList();
    return waiting.stream().mapToLong(node -> node.health().until()).min();
  }
}
