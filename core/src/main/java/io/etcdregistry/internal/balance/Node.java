package io.etcdregistry.internal.balance;

import io.etcdregistry.Instance;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * What one client's calls tell of one life of an instance, kept while snapshots come and go. A
 * record that came back under another lease is another life. Thread-safe, without a lock.
 */
final class Node {
  private static final AtomicIntegerFieldUpdater<Node> PENDING =
      AtomicIntegerFieldUpdater.newUpdater(Node.class, "pending");
  private static final AtomicIntegerFieldUpdater<Node> TRIAL =
      AtomicIntegerFieldUpdater.newUpdater(Node.class, "trial");
  private static final AtomicIntegerFieldUpdater<Node> SUSPECT =
      AtomicIntegerFieldUpdater.newUpdater(Node.class, "suspect");
  private static final AtomicLongFieldUpdater<Node> LATENCY =
      AtomicLongFieldUpdater.newUpdater(Node.class, "latency");
  private static final AtomicLongFieldUpdater<Node> OUTCOMES =
      AtomicLongFieldUpdater.newUpdater(Node.class, "outcomes");

  /** What a call is taken to last, where nothing is known but that another is under way. */
  private static final double UNKNOWN = Duration.ofSeconds(1).toNanos();

  private final String key;
  private final long lease;
  private final long since;

  private volatile int pending;
  private volatile int trial;
  private volatile int suspect;
  private volatile long latency = Latency.NONE;
  private volatile long outcomes = Outcomes.NONE;
  private volatile long judgedFrom;

  // Touched in the balancer's context only.
  private Health health = Health.WELL;
  private long shown;

  /**
   * An instance that nothing was told of.
   *
   * @param instance its record
   * @param since when it came, by the monotonic clock
   */
  Node(Instance instance, long since) {
    this.key = instance.key();
    this.lease = instance.lease();
    this.since = since;
    this.judgedFrom = since;
  }

  String key() {
    return key;
  }

  /** Whether this is about the same life of the same instance. */
  boolean isOf(Instance instance) {
    return lease == instance.lease() && key.equals(instance.key());
  }

  /** When it came. */
  long since() {
    return since;
  }

  // ---- load ----

  void begin() {
    PENDING.incrementAndGet(this);
  }

  void end() {
    PENDING.decrementAndGet(this);
  }

  /** How many calls are under way. */
  int pending() {
    return pending;
  }

  /**
   * How long a call more is expected to take, to compare with others. Of an instance that never
   * answered nothing is known: the first call goes there, and no more until it answers.
   */
  double cost(long now) {
    long observed = latency;
    if (observed == Latency.NONE) {
      int calls = pending;
      return calls == 0 ? 0 : UNKNOWN * (calls + 1);
    }
    return Latency.at(observed, now) * (pending + 1);
  }

  /** Takes in how long a call took. A failure never makes an instance look faster. */
  void took(long nanos, boolean succeeded, long now) {
    long before;
    long after;
    do {
      before = latency;
      double least = before == Latency.NONE ? UNKNOWN : Latency.at(before, now);
      after = Latency.observe(before, now, succeeded ? nanos : Math.max(nanos, (long) least));
    } while (!LATENCY.compareAndSet(this, before, after));
  }

  // ---- health ----

  /** Takes in how a call ended; gives what is known then. */
  long ended(boolean succeeded) {
    return succeeded
        ? OUTCOMES.updateAndGet(this, Outcomes::succeeded)
        : OUTCOMES.updateAndGet(this, Outcomes::failed);
  }

  long outcomes() {
    return outcomes;
  }

  void forgetRate() {
    OUTCOMES.updateAndGet(this, Outcomes::withoutRate);
  }

  /** Whether how a call ended still tells of the instance as it is. */
  boolean counts(long begun) {
    return begun - judgedFrom >= 0;
  }

  /** Whether it is for the caller to have it judged; true for one until {@link #acquit}. */
  boolean accuse() {
    return suspect == 0 && SUSPECT.compareAndSet(this, 0, 1);
  }

  void acquit() {
    suspect = 0;
  }

  /** Whether the next call may be the one that tries it out; true for one. */
  boolean takeTrial() {
    return trial == 1 && TRIAL.compareAndSet(this, 1, 0);
  }

  Health health() {
    return health;
  }

  /** Comes to another state; what calls told before does not count any more. */
  void health(Health next, long now) {
    health = next;
    trial = next.state() == Health.State.RETURNING ? 1 : 0;
    outcomes = Outcomes.NONE;
    judgedFrom = now;
  }

  // ---- presence ----

  /** The number of the snapshot that it was in last. */
  long shown() {
    return shown;
  }

  void shown(long snapshot) {
    shown = snapshot;
  }
}
