package io.etcdregistry.internal.diagnosis;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One place where an etcd is, or is said to be.
 *
 * @param address as the connection or the cluster names it
 * @param given whether the connection names it
 * @param member what the cluster calls the member there; empty if that is not known
 * @param reach whether it answers
 * @param status what it says of itself; there exactly if it tells
 * @param failure why it does not tell; empty if it does
 */
public record EndpointReport(
    String address,
    boolean given,
    String member,
    Reach reach,
    Optional<Status> status,
    String failure) {
  /** Whether a member answers. */
  public enum Reach {
    /** It says how it is. */
    TELLS,
    /** It answers, but does not say so to this user. */
    REFUSES,
    /** It does not answer. */
    AWAY
  }

  /** One that says how it is. */
  public static EndpointReport telling(
      String address, boolean given, String member, Status status) {
    return new EndpointReport(address, given, member, Reach.TELLS, Optional.of(status), "");
  }

  /** One that does not say how it is. */
  public static EndpointReport silent(
      String address, boolean given, String member, Reach reach, String failure) {
    return new EndpointReport(address, given, member, reach, Optional.empty(), failure);
  }

  /** Whether there is an answer, of whatever kind. */
  public boolean answers() {
    return reach != Reach.AWAY;
  }

  /**
   * What a member says of itself.
   *
   * @param id which member
   * @param version of etcd
   * @param leader the member that it takes for the leader; 0 if it knows of none
   * @param latency the least time between question and answer
   * @param space of its database
   * @param learner whether it has no vote yet
   * @param errors its alarms and what else is wrong with it
   */
  public record Status(
      long id,
      String version,
      long leader,
      Duration latency,
      Space space,
      boolean learner,
      List<String> errors) {
    /** Freezes the errors. */
    public Status {
      errors = List.copyOf(errors);
    }
  }

  /**
   * Bytes of a database.
   *
   * @param size on disk
   * @param used of these, holding data
   * @param quota what it may take; 0 if that is not said
   */
  public record Space(long size, long used, long quota) {}

  /** The same with the member's name. */
  EndpointReport named(String name) {
    return new EndpointReport(address, given, name, reach, status, failure);
  }
}
