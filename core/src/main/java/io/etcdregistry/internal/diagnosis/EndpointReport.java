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
 * @param status what it says of itself; empty if it does not answer
 * @param failure why it does not; empty if it does
 */
public record EndpointReport(
    String address, boolean given, String member, Optional<Status> status, String failure) {
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
    return new EndpointReport(address, given, name, status, failure);
  }
}
