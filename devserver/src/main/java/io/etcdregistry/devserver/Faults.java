package io.etcdregistry.devserver;

import io.etcdregistry.devserver.internal.engine.RefusedException;
import io.etcdregistry.devserver.internal.service.RunningServer;
import io.etcdregistry.protocol.CompactionRequest;
import io.etcdregistry.protocol.LeaseRevokeRequest;
import io.grpc.Status;
import java.time.Duration;

/**
 * What can go wrong with a {@link DevServer}, on demand.
 *
 * <p>Some faults happen once; others last until {@link #heal}. Where a fault takes time, the
 * server's own clock counts, which {@link #advance} moves. A fault holds for all clients.
 * Thread-safe.
 */
public final class Faults {
  private final RunningServer server;

  Faults(RunningServer server) {
    this.server = server;
  }

  /** What a server that refuses says, in etcd's words. */
  public enum Refusal {
    /** The member sees no majority of its cluster. */
    NO_LEADER(Status.Code.UNAVAILABLE, "etcdserver: no leader"),

    /** The cluster did not agree in time; the request may still be applied by a real etcd. */
    TIMED_OUT(Status.Code.UNAVAILABLE, "etcdserver: request timed out"),

    /** The user lacks a right. */
    PERMISSION_DENIED(Status.Code.PERMISSION_DENIED, "etcdserver: permission denied"),

    /** The member is overloaded. */
    TOO_MANY_REQUESTS(Status.Code.RESOURCE_EXHAUSTED, "etcdserver: too many requests"),

    /** The member's disk quota is used up. */
    NO_SPACE(Status.Code.RESOURCE_EXHAUSTED, "etcdserver: mvcc: database space exceeded");

    private final Status.Code code;
    private final String text;

    Refusal(Status.Code code, String text) {
      this.code = code;
      this.text = text;
    }

    Status status() {
      return code.toStatus().withDescription(text);
    }
  }

  /**
   * Cuts the network between the server and its clients, until {@link #heal}: nothing that either
   * side says arrives, and no connection breaks. Leases go on and end. What waits is delivered when
   * it heals, each call's in its order, but for calls that their clients gave up. A client's code
   * may learn that its call's time is over a moment before the server does: what heals in that
   * moment delivers the call. Unlike behind a cut cable, HTTP/2 pings are still answered.
   */
  public void partition() {
    server.holdClients();
  }

  /**
   * Stops the server as SIGSTOP would, until {@link #heal}: as {@link #partition}, and leases do
   * not end meanwhile.
   */
  public void pause() {
    server.holdAll();
  }

  /**
   * Refuses every call at once, until {@link #heal}, and ends the streams that are open.
   *
   * @param refusal what is said
   */
  public void refuse(Refusal refusal) {
    server.refuse(refusal.status());
  }

  /**
   * Delays the answer to every call that begins until {@link #heal}; what was asked for is done at
   * once. Events of watches are answers, too.
   *
   * @param by how long, not negative
   * @throws IllegalArgumentException if it is negative
   */
  public void delayAnswers(Duration by) {
    server.delayAnswers(checked("delayAnswers", by));
  }

  /**
   * Loses every answer, until {@link #heal}: what was asked for is done, and nobody is told.
   * Renewals of leases count and are not answered. Watches go on.
   */
  public void dropAnswers() {
    server.dropAnswers();
  }

  /**
   * Has the next writes (puts, deletes, transactions) applied late and never answered, as when a
   * request lies in a network or a queue while its client gives up.
   *
   * @param writes how many, at least 1; the others go on as ever
   * @param by how late, not negative
   * @throws IllegalArgumentException if either is outside
   */
  public void applyLate(int writes, Duration by) {
    if (writes < 1) {
      throw new IllegalArgumentException("applyLate: " + writes + " writes (expected: at least 1)");
    }
    server.applyLate(writes, checked("applyLate", by));
  }

  /** Whether a fault is lasting that {@link #heal} would end. */
  public boolean lasting() {
    return server.isFaulty();
  }

  /** Ends every fault that lasts. What was delayed keeps its time. Idempotent. */
  public void heal() {
    server.heal();
  }

  /**
   * Ends a lease now, as if its time were over; its keys are gone when this returns.
   *
   * @param lease its id
   * @return whether there was such a lease
   */
  public boolean expire(long lease) {
    try {
      server.engine().revoke(LeaseRevokeRequest.newBuilder().setID(lease).build());
      return true;
    } catch (RefusedException e) {
      return false;
    }
  }

  /**
   * Ends every lease now; their keys are gone when this returns.
   *
   * @return how many there were
   */
  public int expireAll() {
    return (int)
        server.engine().leases().getLeasesList().stream()
            .filter(lease -> expire(lease.getID()))
            .count();
  }

  /**
   * Forgets all history before a revision: reads of an older one and watches that start there are
   * refused from now on.
   *
   * @param revision a revision after that of the last compaction, up to {@link DevServer#revision}
   * @throws IllegalArgumentException if it lies outside
   */
  public void compact(long revision) {
    try {
      server.engine().compact(CompactionRequest.newBuilder().setRevision(revision).build());
    } catch (RefusedException e) {
      throw new IllegalArgumentException("compact: " + revision + " (" + e.getMessage() + ")", e);
    }
  }

  /**
   * Cancels every watch of every client; their streams stay open.
   *
   * @param reason what clients are told
   */
  public void cancelWatches(String reason) {
    server.cancelWatches(reason);
  }

  /** Breaks every watch stream with "no leader", as a member that lost its quorum does. */
  public void breakWatches() {
    server.breakWatches();
  }

  /**
   * Makes all tokens invalid, as a member does that starts again, or once their time is over; who
   * shows one is told "invalid auth token".
   *
   * @return how many there were
   */
  public int expireTokens() {
    return server.expireTokens();
  }

  /**
   * Loses all keys, leases and history, as an etcd whose disk was wiped and that started again at
   * the same place: streams break, the revision is 1 again, the cluster's id is the same. A
   * {@linkplain DevServer.Builder#user user} stays, its tokens do not.
   */
  public void loseData() {
    server.loseData();
  }

  /**
   * Moves the server's clock forward. Leases that end by then, and their keys, are gone when this
   * returns; what was to happen late by then has happened, each at its time.
   *
   * @param by how far, not negative
   * @throws IllegalArgumentException if it is negative
   */
  public void advance(Duration by) {
    server.advance(checked("advance", by));
  }

  private static Duration checked(String what, Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException(what + ": " + by + " (expected: not negative)");
    }
    return by;
  }
}
