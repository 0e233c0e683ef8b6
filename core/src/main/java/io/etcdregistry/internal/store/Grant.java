package io.etcdregistry.internal.store;

import java.time.Duration;

/**
 * A lease as etcd granted it.
 *
 * @param header the cluster that granted it
 * @param lease its id
 * @param ttl what etcd made of the TTL asked for
 */
public record Grant(Header header, long lease, Duration ttl) {}
