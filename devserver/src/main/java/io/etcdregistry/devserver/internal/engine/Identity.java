package io.etcdregistry.devserver.internal.engine;

import io.etcdregistry.protocol.ResponseHeader;

/**
 * Who answers.
 *
 * @param clusterId of the cluster
 * @param memberId of its only member, which is its leader too
 */
public record Identity(long clusterId, long memberId) {
  /** The term of a cluster of one that was started once. */
  public static final long RAFT_TERM = 2;

  /** A header with this identity and a revision. */
  public ResponseHeader header(long revision) {
    return ResponseHeader.newBuilder()
        .setClusterId(clusterId)
        .setMemberId(memberId)
        .setRevision(revision)
        .setRaftTerm(RAFT_TERM)
        .build();
  }
}
