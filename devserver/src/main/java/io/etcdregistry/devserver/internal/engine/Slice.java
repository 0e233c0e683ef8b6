package io.etcdregistry.devserver.internal.engine;

import java.util.List;

/**
 * A piece of the history.
 *
 * @param commits in order; may be empty
 * @param first the oldest revision that the history still had; never above the compact revision
 *     once there is one, so a reader that wanted an older one has lost its place
 * @param compactRevision the compact revision, or -1
 * @param present the last revision
 */
public record Slice(List<Commit> commits, long first, long compactRevision, long present) {
  /** The last revision that a reader who asked for {@code from} has now seen. */
  public long through(long from) {
    return commits.isEmpty()
        ? Math.max(from - 1, first - 1)
        : commits.get(commits.size() - 1).revision();
  }
}
