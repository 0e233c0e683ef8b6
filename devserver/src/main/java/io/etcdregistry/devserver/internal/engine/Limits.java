package io.etcdregistry.devserver.internal.engine;

/**
 * How much is kept. Past the bounds of the past the engine compacts by itself; past that of the
 * present it refuses to take in more.
 *
 * @param revisions how many revisions, at least; positive
 * @param supersededBytes bytes of versions that are no longer current
 * @param quota bytes of current keys and values, and of leases
 */
public record Limits(int revisions, long supersededBytes, long quota) {
  /** What a key or a lease takes besides what a client says; as in etcd's reckoning of a put. */
  static final int OVERHEAD = 256;

  /** 100,000 revisions, 64 MiB of the past, and of the present what etcd takes by default. */
  public static final Limits DEFAULT = new Limits(100_000, 64L << 20, 2L << 30);
}
