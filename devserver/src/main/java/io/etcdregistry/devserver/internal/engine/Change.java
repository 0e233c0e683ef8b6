package io.etcdregistry.devserver.internal.engine;

import com.google.protobuf.ByteString;
import io.etcdregistry.protocol.Event;
import io.etcdregistry.protocol.KeyValue;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one revision did to one key.
 *
 * @param now the new version, or a tombstone: key and mod revision only
 * @param before the version that the previous revision ended with, if there was one
 */
public record Change(KeyValue now, @Nullable KeyValue before) {
  /** The key. */
  public ByteString key() {
    return now.getKey();
  }

  /** Whether the key was deleted. */
  public boolean deletion() {
    return isTombstone(now);
  }

  /**
   * The change as watchers are told it.
   *
   * @param withBefore whether to tell the previous version too
   */
  public Event event(boolean withBefore) {
    Event.Builder event =
        Event.newBuilder()
            .setType(deletion() ? Event.EventType.DELETE : Event.EventType.PUT)
            .setKv(now);
    if (withBefore) {
      Optional.ofNullable(before).ifPresent(event::setPrevKv);
    }
    return event.build();
  }

  /** Bytes that this change made obsolete. */
  long superseded() {
    return before == null ? 0 : before.getSerializedSize();
  }

  static boolean isTombstone(KeyValue version) {
    return version.getVersion() == 0;
  }
}
