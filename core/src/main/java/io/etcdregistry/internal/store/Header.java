package io.etcdregistry.internal.store;

/**
 * What every answer of etcd begins with.
 *
 * @param clusterId which cluster answered
 * @param revision the revision of its store when it answered
 */
public record Header(long clusterId, long revision) {}
