package io.etcdregistry.internal.store;

import io.etcdregistry.internal.store.WatchStream.Event;
import java.util.List;
import java.util.Optional;

/**
 * Something that changed in a {@link FakeCluster}.
 *
 * @param cause why
 * @param by the client that asked for it; empty if an operator did, or time
 * @param events what changed; after a reset the whole history there is
 */
public record FakeChange(Cause cause, Optional<FakeStore> by, List<Event> events) {
  /** Why something changed. */
  public enum Cause {
    /** A commit. */
    WRITTEN,
    /** A lease was revoked. */
    REVOKED,
    /** A lease was not renewed in time. */
    EXPIRED,
    /** The cluster was wiped or restored. */
    RESET
  }
}
