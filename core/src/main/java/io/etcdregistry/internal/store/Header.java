package io.etcdregistry.internal.store;

/**
 * What every answer of etcd begins with.
 *
 * @param clusterId which cluster answered; 0 if it is not said, as a proxy may not
 * @param revision the revision of its store when it answered
 */
public record Header(long clusterId, long revision) {}
