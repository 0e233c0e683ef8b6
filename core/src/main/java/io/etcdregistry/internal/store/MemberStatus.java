package io.etcdregistry.internal.store;

import java.util.List;

/**
 * What a member of etcd says of itself.
 *
 * @param id which member
 * @param version of etcd
 * @param leader the member that it takes for the leader; 0 if it knows of none
 * @param size bytes of its database on disk
 * @param used bytes of these that hold data
 * @param quota bytes that it may take; 0 if it does not say
 * @param learner whether it has no vote yet
 * @param errors its alarms and what else is wrong with it
 */
public record MemberStatus(
    long id,
    String version,
    long leader,
    long size,
    long used,
    long quota,
    boolean learner,
    List<String> errors) {
  /** Freezes the errors. */
  public MemberStatus {
    errors = List.copyOf(errors);
  }
}
