package io.etcdregistry.devserver.internal.engine;

/**
 * How much of the past is kept. Past either bound the engine compacts by itself.
 *
 * @param revisions how many revisions, at least; positive
 * @param supersededBytes bytes of versions that are no longer current
 */
public record Limits(int revisions, long supersededBytes) {
  /** 100,000 revisions and 64 MiB. */
  public static final Limits DEFAULT = new Limits(100_000, 64L << 20);
}
