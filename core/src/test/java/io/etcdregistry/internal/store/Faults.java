package io.etcdregistry.internal.store;

import io.etcdregistry.internal.store.WatchStream.Event;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * What goes wrong for one client beyond its network: its next calls, its rights, its watches.
 *
 * <p>Faults of calls queue up by kind: each call takes the one that was asked for first.
 * Thread-safe.
 */
public final class Faults {
  /** A kind of call. */
  public enum Call {
    /** {@link Store#list}. */
    LIST,
    /** {@link Store#commit}. */
    COMMIT,
    /** {@link Store#grant}. */
    GRANT,
    /** {@link Store#revoke}. */
    REVOKE,
    /** {@link Store#leaseKeys}. */
    LEASE_KEYS
  }

  /** What a user may do. */
  public enum Right {
    /** List and watch. */
    READ,
    /** Put and delete. */
    WRITE
  }

  private final Map<Call, Queue<Fault>> next = new EnumMap<>(Call.class);
  private final Map<Right, List<KeyRange>> denied = new EnumMap<>(Right.class);
  private Duration backlogDelay = Duration.ZERO;
  private boolean lossToldTwice;
  private int dropDeletes;

  Faults() {
    for (Call call : Call.values()) {
      next.put(call, new ArrayDeque<>());
    }
    for (Right right : Right.values()) {
      denied.put(right, new ArrayList<>());
    }
  }

  /** Lets the next calls of a kind fail without reaching the cluster. */
  public void failNext(Call call, int count, StoreException failure) {
    ask(call, count, new Fault.Failing(failure));
  }

  /** Lets the next calls of a kind be applied and their answers be lost: they time out. */
  public void loseAnswers(Call call, int count) {
    ask(call, count, new Fault.Disturbed(Duration.ZERO, false, true, false));
  }

  /**
   * Lets the next calls of a kind be lost on their way: they time out, and the client cannot know.
   */
  public void loseRequests(Call call, int count) {
    ask(call, count, new Fault.Disturbed(Duration.ZERO, true, true, false));
  }

  /**
   * Lets the next calls of a kind reach the cluster later. Beyond their timeout they time out first
   * and are applied nevertheless.
   */
  public void delayRequests(Call call, int count, Duration delay) {
    ask(call, count, new Fault.Disturbed(delay, false, false, false));
  }

  /**
   * Lets the next calls of a kind straggle: a first attempt reaches the cluster late and its answer
   * is lost, a second one is answered.
   */
  public void straggle(Call call, int count, Duration delay) {
    ask(call, count, new Fault.Disturbed(delay, false, true, true));
  }

  private synchronized void ask(Call call, int count, Fault fault) {
    for (int i = 0; i < count; i++) {
      next.get(call).add(fault);
    }
  }

  synchronized Fault take(Call call) {
    Fault fault = next.get(call).poll();
    return fault == null ? Fault.NONE : fault;
  }

  /** Forgets the faults that no call has taken yet. */
  public synchronized void clear() {
    next.values().forEach(Queue::clear);
  }

  /** Withdraws a right on a range; watches that are open go on, as etcd lets them. */
  public synchronized void deny(KeyRange range, Right right) {
    denied.get(right).add(range);
  }

  /** Gives all rights back. */
  public synchronized void allow() {
    denied.values().forEach(List::clear);
  }

  synchronized boolean denies(KeyRange range, Right right) {
    return denied.get(right).stream().anyMatch(refused -> overlap(refused, range));
  }

  private static boolean overlap(KeyRange one, KeyRange other) {
    return one.contains(other.first()) || other.contains(one.first());
  }

  /** Lets a watch of the past tell it only some time after it was created. */
  public synchronized void backlogDelay(Duration delay) {
    backlogDelay = delay;
  }

  synchronized Duration backlogDelay() {
    return backlogDelay;
  }

  /** Lets the renewal of a lease that is gone be answered twice, as etcd has been seen to do. */
  public synchronized void tellLossTwice(boolean twice) {
    lossToldTwice = twice;
  }

  synchronized boolean lossToldTwice() {
    return lossToldTwice;
  }

  /** Lets the next deletes not be told to any watch of the client, as etcd has been seen to do. */
  public synchronized void dropDeletes(int count) {
    dropDeletes = count;
  }

  synchronized boolean drops(Event event) {
    return event.deleted() && dropDeletes > 0 && dropDeletes-- > 0;
  }

  /** What goes wrong with one call. */
  sealed interface Fault {
    /** Nothing. */
    Fault NONE = new Disturbed(Duration.ZERO, false, false, true);

    /** It fails before it is sent. */
    record Failing(StoreException failure) implements Fault {}

    /**
     * Its first attempt goes another way.
     *
     * @param delay how much later it reaches the cluster
     * @param requestLost whether it never does
     * @param answerLost whether its answer never comes back
     * @param repeated whether other attempts follow while there is no answer
     */
    record Disturbed(Duration delay, boolean requestLost, boolean answerLost, boolean repeated)
        implements Fault {}
  }
}
