package io.etcdregistry.internal.store;

import java.util.List;

/**
 * The keys of a lease.
 *
 * @param header the cluster that answered
 * @param keys what hangs on it, in no order
 */
public record LeaseKeys(Header header, List<String> keys) {}
