package io.etcdregistry.devserver.internal.engine;

import io.etcdregistry.protocol.KeyValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The versions of one key, oldest first, tombstones among them. */
final class KeyHistory {
  private final List<KeyValue> versions = new ArrayList<>(1);

  void add(KeyValue version) {
    versions.add(version);
  }

  /** The version that was valid at a revision, or null if the key was not there. */
  @Nullable KeyValue at(long revision) {
    int index = indexAt(revision);
    if (index < 0) {
      return null;
    }
    KeyValue version = versions.get(index);
    return Change.isTombstone(version) ? null : version;
  }

  /**
   * Forgets what no read at or after a revision can see.
   *
   * @return the bytes given back
   */
  long compact(long revision) {
    int keep = indexAt(revision);
    if (keep < 0) {
      return 0;
    }
    if (Change.isTombstone(versions.get(keep))) {
      keep++;
    }
    List<KeyValue> obsolete = versions.subList(0, keep);
    long bytes = 0;
    for (KeyValue version : obsolete) {
      bytes += version.getSerializedSize();
    }
    obsolete.clear();
    return bytes;
  }

  boolean isEmpty() {
    return versions.isEmpty();
  }

  /** The index of the last version that is not newer, or -1. */
  private int indexAt(long revision) {
    // Reads are nearly always of the present, and most keys have few versions.
    int index = versions.size() - 1;
    if (index < 0 || versions.get(index).getModRevision() <= revision) {
      return index;
    }
    int low = 0;
    int high = index;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (versions.get(middle).getModRevision() <= revision) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }
}
