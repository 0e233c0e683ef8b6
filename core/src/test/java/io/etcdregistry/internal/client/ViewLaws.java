package io.etcdregistry.internal.client;

import io.etcdregistry.Change;
import io.etcdregistry.Instance;
import io.etcdregistry.Snapshot;
import io.etcdregistry.Snapshot.Freshness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What must be true of one view all along: of each change that its listener is told of, and of what
 * it shows whenever it is looked at.
 */
final class ViewLaws implements Consumer<Change> {
  /** How far a live view may be behind: silence, patience, and what the simulated ways take. */
  private static final Duration BEHIND = Duration.ofSeconds(20);

  private final Past past;
  private final Consumer<String> complaints;
  private final boolean exact;
  private final Map<String, Instance> told = new TreeMap<>();
  private long version;
  private long revision;
  private int incarnation;
  private Past.Moment overridden = new Past.Moment(0, 0);

  /**
   * Laws for a view that was not shown yet.
   *
   * @param exact whether it shows nothing but what etcd tells it: no own writes ahead of the watch,
   *     and no deletes that it is not told of
   */
  ViewLaws(Past past, boolean exact, Consumer<String> complaints) {
    this.past = past;
    this.exact = exact;
    this.complaints = complaints;
  }

  @Override
  public void accept(Change change) {
    Snapshot now = change.snapshot();
    if (now.version() <= version) {
      complain(now, "follows version " + version);
    }
    if (now.revision() < revision && !change.reset()) {
      complain(now, "goes back from revision " + revision + " without a reset");
    }
    version = now.version();
    apply(change);
    look(now);
    revision = now.revision();
  }

  /** What a listener is told adds up to what it is shown. */
  private void apply(Change change) {
    for (Instance added : change.added()) {
      if (told.put(added.key(), added) != null) {
        complain(change.snapshot(), "told to be added twice: " + added);
      }
    }
    for (Instance updated : change.updated()) {
      Instance before = told.put(updated.key(), updated);
      if (before == null || (before.revision() == updated.revision() && same(before, updated))) {
        complain(change.snapshot(), "told to be updated, but was not: " + updated);
      }
    }
    for (Instance removed : change.removed()) {
      if (told.remove(removed.key()) == null) {
        complain(change.snapshot(), "told to be removed, but was not there: " + removed);
      }
    }
    List<Instance> sum = new ArrayList<>(told.values());
    if (!sum.equals(change.snapshot().instances())) {
      complain(change.snapshot(), "is not the sum of its changes: " + sum);
    }
  }

  private static boolean same(Instance one, Instance other) {
    return one.json().equals(other.json()) && one.override().equals(other.override());
  }

  /** Holds a snapshot against what etcd held. */
  void look(Snapshot now) {
    for (Instance instance : now.instances()) {
      if (!past.wasThere(instance)) {
        complain(now, "shows what never was: " + instance);
      }
    }
    if (!exact || now.freshness() == Freshness.LOADING) {
      return;
    }
    past.overridden(overridden, now)
        .ifPresentOrElse(
            moment -> overridden = moment,
            () -> complain(now, "is not what operators said from " + overridden + " on"));
    for (int i = incarnation; i <= past.last(); i++) {
      if (past.agrees(i, now)) {
        incarnation = i;
        return;
      }
    }
    complain(now, "is not what etcd held: " + now.instances());
  }

  /** A view that says it is live must not be far behind. */
  void current(Snapshot now, long nanos) {
    if (!exact || now.freshness() != Freshness.LIVE) {
      return;
    }
    long outdated = Long.MIN_VALUE;
    for (int i = incarnation; i <= past.last(); i++) {
      if (past.agrees(i, now)) {
        outdated = Math.max(outdated, past.outdated(i, now));
      }
    }
    if (nanos - outdated > BEHIND.toNanos()) {
      complain(now, "is live, and behind by " + Duration.ofNanos(nanos - outdated));
    }
  }

  private void complain(Snapshot now, String what) {
    complaints.accept(now + " " + what);
  }
}
