package io.etcdregistry.internal.store;

import java.util.List;

/**
 * A range as it was at one revision.
 *
 * @param header the cluster, and the revision at which all pairs were read
 * @param pairs ordered by key
 */
public record Listing(Header header, List<KeyValue> pairs) {}
