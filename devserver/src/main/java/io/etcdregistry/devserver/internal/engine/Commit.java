package io.etcdregistry.devserver.internal.engine;

import java.util.List;

/**
 * One revision of the store.
 *
 * @param revision its number
 * @param changes what it did, in order; not empty
 */
public record Commit(long revision, List<Change> changes) {
  long superseded() {
    long bytes = 0;
    for (Change change : changes) {
      bytes += change.superseded();
    }
    return bytes;
  }
}
