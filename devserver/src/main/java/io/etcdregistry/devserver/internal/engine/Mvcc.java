package io.etcdregistry.devserver.internal.engine;

import com.google.protobuf.ByteString;
import io.etcdregistry.protocol.KeyValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The keys with all their versions since the last compaction.
 *
 * <p>Writes collect until {@link #commit}, which makes one revision of them; reads see them before
 * that, as the next revision. Not thread-safe.
 */
final class Mvcc {
  /** A fresh store is at revision 1: the first write makes 2. */
  private static final long FIRST_REVISION = 1;

  private final NavigableMap<ByteString, KeyHistory> keys = new TreeMap<>(Span.ORDER);
  private List<Change> open = new ArrayList<>();
  private long revision = FIRST_REVISION;
  private long compactRevision = -1;
  private long bytes;
  private long current;

  /**
   * What a range read found.
   *
   * @param rows up to the limit, ordered by key
   * @param count how many there are, whatever the limit
   */
  record Rows(List<KeyValue> rows, long count) {}

  /** The last committed revision. */
  long revision() {
    return revision;
  }

  /** What "now" is for a read: the revision in the making once it has a change. */
  long readRevision() {
    return open.isEmpty() ? revision : revision + 1;
  }

  /** The oldest revision that can be read, or -1 before the first compaction. */
  long compactRevision() {
    return compactRevision;
  }

  /** Bytes of all versions kept. */
  long bytes() {
    return bytes;
  }

  /** Bytes that count against the quota: those of the current versions, and what each takes. */
  long current() {
    return current;
  }

  /**
   * Reads a range.
   *
   * @param span which keys
   * @param at as of which revision; 0 or less is now
   * @param limit how many rows to return; 0 or less is all
   * @throws RefusedException if the revision is compacted or in the future
   */
  Rows range(Span span, long at, long limit) {
    checkReadable(at);
    long asOf = at <= 0 ? readRevision() : at;
    if (span.single()) {
      KeyValue row = at(span.from(), asOf);
      return row == null ? new Rows(List.of(), 0) : new Rows(List.of(row), 1);
    }
    List<KeyValue> rows = new ArrayList<>();
    long count = 0;
    for (KeyHistory history : within(span)) {
      KeyValue row = history.at(asOf);
      if (row != null) {
        count++;
        if (limit <= 0 || count <= limit) {
          rows.add(row);
        }
      }
    }
    return new Rows(rows, count);
  }

  /** Refuses a revision that cannot be read. */
  void checkReadable(long at) {
    if (at > readRevision()) {
      throw new RefusedException(Refusal.FUTURE_REVISION);
    }
    if (at > 0 && at < compactRevision) {
      throw new RefusedException(Refusal.COMPACTED);
    }
  }

  /** One key as it is now, or null. */
  @Nullable KeyValue get(ByteString key) {
    return at(key, readRevision());
  }

  /** Writes a key into the revision in the making. */
  void put(ByteString key, ByteString value, long lease) {
    KeyValue present = get(key);
    long next = revision + 1;
    add(
        KeyValue.newBuilder()
            .setKey(key)
            .setCreateRevision(present == null ? next : present.getCreateRevision())
            .setModRevision(next)
            .setVersion(present == null ? 1 : present.getVersion() + 1)
            .setValue(value)
            .setLease(lease)
            .build());
  }

  /** Deletes a key that is there, in the revision in the making. */
  void delete(ByteString key) {
    add(KeyValue.newBuilder().setKey(key).setModRevision(revision + 1).build());
  }

  /** Ends the revision in the making; null if nothing was changed. */
  @Nullable Commit commit() {
    if (open.isEmpty()) {
      return null;
    }
    revision++;
    Commit commit = new Commit(revision, List.copyOf(open));
    open = new ArrayList<>();
    return commit;
  }

  /**
   * Moves the compact revision.
   *
   * @throws RefusedException if it would not move forward, or past the present
   */
  void startCompaction(long to) {
    if (to <= compactRevision) {
      throw new RefusedException(Refusal.COMPACTED);
    }
    if (to > revision) {
      throw new RefusedException(Refusal.FUTURE_REVISION);
    }
    compactRevision = to;
  }

  /** Forgets the versions that a commit below the compact revision made obsolete. */
  void forget(Commit compacted) {
    for (Change change : compacted.changes()) {
      KeyHistory history = keys.get(change.key());
      if (history != null) {
        bytes -= history.compact(compactRevision);
        if (history.isEmpty()) {
          keys.remove(change.key());
        }
      }
    }
  }

  private @Nullable KeyValue at(ByteString key, long asOf) {
    KeyHistory history = keys.get(key);
    return history == null ? null : history.at(asOf);
  }

  private void add(KeyValue version) {
    KeyHistory history = keys.computeIfAbsent(version.getKey(), key -> new KeyHistory());
    boolean created = version.getCreateRevision() == version.getModRevision();
    // What watchers are told as "before" is the state before the whole revision, and none for a key
    // that came into being, even if the same revision has just deleted it.
    open.add(new Change(version, created ? null : history.at(revision)));
    current += weight(version) - weight(history.at(version.getModRevision()));
    history.add(version);
    bytes += version.getSerializedSize();
  }

  private static long weight(@Nullable KeyValue version) {
    return version == null || Change.isTombstone(version)
        ? 0
        : version.getSerializedSize() + Limits.OVERHEAD;
  }

  private Collection<KeyHistory> within(Span span) {
    if (span.empty()) {
      return List.of();
    }
    return span.endless()
        ? keys.tailMap(span.from(), true).values()
        : keys.subMap(span.from(), true, span.to(), false).values();
  }
}
