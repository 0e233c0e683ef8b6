package io.etcdregistry.devserver.internal.engine;

import java.util.List;

/**
 * One revision of the store.
 *
 * @param revision its number
 * @param changes what it did, in order; not empty
 */
public record Commit(long revision, List<Change> changes) {
  /** Bytes that telling it to a watcher takes, at most. */
  long bytes() {
    long bytes = superseded();
    for (Change change : changes) {
      bytes += change.now().getSerializedSize();
    }
    return bytes;
  }

  long superseded() {
    long bytes = 0;
    for (Change change : changes) {
      bytes += change.superseded();
    }
    return bytes;
  }
}
