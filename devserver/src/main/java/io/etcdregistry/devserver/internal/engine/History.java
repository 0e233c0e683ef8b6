package io.etcdregistry.devserver.internal.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The commits that watchers can still be told, a bounded number of them.
 *
 * <p>Every revision since the last compaction is here, and for a while some before it: a watcher
 * that is only a moment behind is not cut off by a compaction. Not thread-safe.
 */
final class History {
  /** How far behind a compaction a watcher may be without losing its place, in revisions. */
  private static final int GRACE = 10_000;

  private final int maxRevisions;
  private final long maxSuperseded;
  private final CommitRing commits = new CommitRing();
  private long superseded;

  /**
   * An empty history.
   *
   * @param maxRevisions how many revisions to keep
   * @param maxSuperseded how many bytes of obsolete versions to keep
   */
  History(int maxRevisions, long maxSuperseded) {
    this.maxRevisions = maxRevisions;
    this.maxSuperseded = maxSuperseded;
  }

  void add(Commit commit) {
    commits.addLast(commit);
    superseded += commit.superseded();
  }

  /** The oldest revision here; the next one to come if there is none. */
  long first(long present) {
    return present + 1 - commits.size();
  }

  /**
   * Commits from a revision on, which MUST be here or to come.
   *
   * @param max how many, at most
   * @param maxBytes with how many bytes, but for the last one
   */
  List<Commit> from(long revision, int max, long maxBytes) {
    List<Commit> batch = new ArrayList<>();
    if (commits.isEmpty()) {
      return batch;
    }
    long index = revision - commits.get(0).revision();
    long bytes = 0;
    for (long i = Math.max(0, index);
        i < commits.size() && batch.size() < max && bytes < maxBytes;
        i++) {
      Commit commit = commits.get((int) i);
      batch.add(commit);
      bytes += commit.bytes();
    }
    return batch;
  }

  /** Shows the commits between two revisions, both inclusive, as far as they are here. */
  void between(long from, long to, Consumer<Commit> consumer) {
    if (commits.isEmpty()) {
      return;
    }
    long origin = commits.get(0).revision();
    long end = Math.min(to - origin, commits.size() - 1L);
    for (long i = Math.max(0, from - origin); i <= end; i++) {
      consumer.accept(commits.get((int) i));
    }
  }

  /**
   * Where to compact so that the bounds hold, with some room; -1 if they do.
   *
   * @param present the last revision
   */
  long overflow(long present) {
    if (commits.size() > maxRevisions + maxRevisions / 4L) {
      return present - maxRevisions;
    }
    if (superseded <= maxSuperseded) {
      return -1;
    }
    long excess = superseded - maxSuperseded / 4 * 3;
    int index = 0;
    while (excess > 0 && index < commits.size() - 1) {
      excess -= commits.get(index++).superseded();
    }
    return commits.get(index).revision();
  }

  /** Drops what a compaction asked for makes useless. */
  void compacted(long compactRevision, long present) {
    dropBefore(Math.min(compactRevision, present - GRACE));
  }

  /** Drops everything before a revision. */
  void dropBefore(long revision) {
    while (!commits.isEmpty() && commits.get(0).revision() < revision) {
      superseded -= commits.removeFirst().superseded();
    }
  }
}
